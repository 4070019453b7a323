import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { type ApiServer, type FaultAction, builtInKinds, startApiServer } from "@npa/fixtures/api-server";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { manifests, objects } from "../live-cluster.ts";
import { directoryOf, npa } from "../run.ts";
import { formShown, secretForms } from "./secret-forms.ts";

const runs = Math.ceil(Number(process.env["NPA_PROPERTY_RUNS"] ?? 500) / 20);

/** As tokens, passwords and keys are: printable, some of it with a meaning in URLs, JSON, Base64 or shells. */
const secret = fc.string({
  unit: fc.constantFrom(...Array.from("abcdefgXYZ0123456789-_.~+/=!%$&:;@,\"\\'")),
  minLength: 16,
  maxLength: 48,
});
const form = fc.constantFrom(...Object.keys(secretForms));
const written = (name: string, text: string): string => secretForms[name]?.(text) ?? text;

const commands: readonly (readonly string[])[] = [
  ...["text", "json", "sarif", "markdown", "junit", "github", "gitlab", "csv", "prometheus"].map((format) => [
    "analyze",
    "-o",
    format,
  ]),
  ...["text", "wide", "json", "csv", "matrix"].map((format) => ["list", "-o", format]),
  ["list", "--count"],
  ...["text", "json"].map((format) => ["can", "shop/web", "shop/db", "-o", format]),
  ["explain", "shop/web", "shop/db", "-o", "json"],
  ["exposure", "-o", "json"],
  ["graph", "-o", "mermaid"],
  ["prove", "--redundant", "-o", "json"],
  ["snapshot"],
];

const clock = {
  now: () => 0,
  random: () => 0,
  sleep: (_ms: number, signal: AbortSignal) =>
    signal.aborted ? Promise.reject(new Error("aborted")) : Promise.resolve(),
};

/** Runs npa and says in which form it gives any of the secrets away. */
async function shownBy(
  argv: readonly string[],
  files: Readonly<Record<string, string>>,
  secrets: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const { code, stdout, stderr } = await npaIn(argv, files, env);
  expect([code, stderr]).toEqual([expect.toBeOneOf([0, 1, 2]), stderr]);
  expect(stderr).not.toContain("config cannot be read: it does not exist");
  const shown = secrets.map((each) => formShown(stdout + stderr, each)).find((found) => found !== undefined);
  return shown === undefined ? undefined : { argv, shown, stdout: stdout.slice(0, 3000), stderr };
}

/** Runs npa; `KUBECONFIG` leads to the file `config`. */
async function npaIn(
  argv: readonly string[],
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): ReturnType<typeof npa> {
  const cwd = directoryOf(files);
  return await npa(argv, cwd, { env: { KUBECONFIG: path.join(cwd, "config"), ...env }, io: { clock } });
}

interface User {
  readonly token?: string;
  readonly [field: string]: unknown;
}

/** A kubeconfig, which as JSON is YAML. */
function kubeconfig(user: User, cluster: object): string {
  const names = { cluster: "c", user: "u" };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "x",
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user }],
    contexts: [{ name: "x", context: names }],
  });
}

const onCluster = (argv: readonly string[]): readonly string[] => [...argv, "--cluster"];

describe("no message, command or format shows a secret", () => {
  let server: ApiServer;
  beforeAll(async () => {
    server = await startApiServer({ objects });
  });
  afterAll(() => server.close());
  const clusterOf = (): { readonly server: string; readonly "certificate-authority-data": string } => ({
    server: server.url,
    "certificate-authority-data": Buffer.from(server.caPem).toString("base64"),
  });

  /** What a server can say where one of its texts is `text`. */
  const answers: readonly ((text: string) => FaultAction)[] = [
    ...[400, 401, 403, 404, 409, 429, 500, 503].map((code) => (message: string): FaultAction => ({
      kind: "status",
      code,
      message,
    })),
    (text) => ({ kind: "status", code: 500, message: `${"x ".repeat(140)}${text}` }),
    (message) => ({ kind: "status", code: 502, message, plainText: true }),
    (text) => ({ kind: "body", code: 500, body: `${"x ".repeat(140)}${text}`, contentType: "text/plain" }),
    (text) => ({ kind: "body", code: 500, body: "x".repeat(999_990) + text, contentType: "text/plain" }),
    (text) => ({ kind: "body", body: text }),
    (text) => ({ kind: "body", body: JSON.stringify({ kind: text, items: [] }) }),
    (text) => ({ kind: "body", body: JSON.stringify({ kind: "PodList", items: [{ kind: text }] }) }),
    (text) => ({ kind: "body", body: JSON.stringify({ kind: "PodList", items: [], metadata: { continue: [text] } }) }),
    (text) => ({
      kind: "body",
      body: JSON.stringify({ groups: [{ name: "cilium.io", versions: [{ version: text }] }] }),
    }),
    (text) => {
      const item = { metadata: { name: text, namespace: text }, spec: {} };
      return { kind: "body", body: JSON.stringify({ items: [item, item] }) };
    },
    (text) => ({
      kind: "body",
      body: JSON.stringify({
        items: [{ metadata: { name: "a", namespace: "shop", labels: { [text]: "x" } }, spec: { containers: [] } }],
      }),
    }),
    (text) => ({
      kind: "body",
      body: JSON.stringify({
        items: [
          {
            metadata: { name: "a", namespace: "shop", annotations: { "npa.dev/ignore": text } },
            spec: { podSelector: { matchLabels: { app: text } }, [text]: text, ingress: [{ [text]: 1 }] },
          },
        ],
      }),
    }),
    (text) => ({
      kind: "status",
      code: 302,
      headers: { Location: `https://${encodeURIComponent(text)}.example/${encodeURIComponent(text)}` },
    }),
  ];
  const resources = [...builtInKinds.map(({ resource }) => resource), undefined];

  it("a server that says what it was sent", async () => {
    await fc.assert(
      fc.asyncProperty(
        secret,
        form,
        fc.constantFrom(...answers),
        fc.constantFrom(...resources),
        fc.constantFrom("token", "basic", "address"),
        fc.constantFrom(...commands),
        async (text, name, answer, resource, auth, argv) => {
          const action = answer(`it is ${written(name, text)} here`);
          server.setFaults([{ ...(resource === undefined ? {} : { on: { resource } }), times: Infinity, action }]);
          const user = { token: { token: text }, basic: { username: "admin", password: text }, address: {} }[auth];
          const address = server.url.replace("//", `//admin:${encodeURIComponent(text)}@`);
          const cluster = { ...clusterOf(), ...(auth === "address" ? { server: address } : {}) };
          const files = { config: kubeconfig(user, cluster) };
          expect(await shownBy(onCluster(argv), files, [text])).toBeUndefined();
        },
      ),
      { numRuns: runs },
    );
  });

  it("a server whose objects have what it was sent in their names", async () => {
    server.setFaults([]);
    const token = server.tokens["admin"] ?? "";
    const known = await startApiServer({
      objects,
      users: [{ name: "admin", token: `${token}-${token}`, allow: "everything" }],
    });
    const text = `${token}-${token}`;
    try {
      for (const name of ["plain", "capitals", "json escapes", "basic authentication"]) {
        const pod = {
          apiVersion: "v1",
          kind: "Pod",
          metadata: { namespace: "shop", name: written(name, text) },
          spec: {},
        };
        known.setObjects([...objects, { ...pod, metadata: { ...pod.metadata, resourceVersion: "1", uid: "1" } }]);
        const cluster = {
          server: known.url,
          "certificate-authority-data": Buffer.from(known.caPem).toString("base64"),
        };
        const files = { config: kubeconfig({ token: text }, cluster) };
        const { code, stderr } = await npaIn(onCluster(["list"]), files);
        expect([name, code, stderr]).toEqual([
          name,
          2,
          expect.stringMatching(/the list of pods: .* has the credentials in it that were sent to the server/),
        ]);
      }
    } finally {
      await known.close();
    }
  });

  it("a plugin that says what it knows", async () => {
    server.setFaults([]);
    await fc.assert(
      fc.asyncProperty(
        secret,
        form,
        fc.constantFrom("env", "environment", "args", "stdout", "key"),
        fc.nat(3),
        async (text, name, from, cut) => {
          const script = `process.stdout.write(process.env.OUT ?? "");process.stderr.write(process.env.SAID);process.exitCode = 3`;
          const said = `${"y".repeat(cut * 33_000)} failed with ${written(name, text)}`;
          const value = { from: "env", value: text };
          const exec = {
            apiVersion: "client.authentication.k8s.io/v1",
            command: process.execPath,
            args: ["-e", script, "--", ...(from === "args" ? [`--client-secret=${text}`, "--token", text] : [])],
            env: from === "env" ? [{ name: "PLUGIN", value: value.value }] : [],
            interactiveMode: "Never",
          };
          const status = from === "key" ? { clientKeyData: text } : { token: text };
          const out = from === "stdout" || from === "key" ? { OUT: JSON.stringify({ status }) } : {};
          const env = {
            PATH: "",
            SAID: said,
            ...out,
            ...(from === "environment" ? { AWS_SECRET_ACCESS_KEY: text } : {}),
          };
          const files = { config: kubeconfig({ exec }, clusterOf()) };
          expect(await shownBy(onCluster(["list"]), files, [text], env)).toBeUndefined();
        },
      ),
      { numRuns: runs },
    );
  });

  it("a proxy that says what it was sent, or cannot be used", async () => {
    let said = "";
    const proxy = createServer();
    proxy.on("connect", (_request, socket) => socket.end(`HTTP/1.1 407 ${said}\r\nX-Said: ${said}\r\n\r\n${said}`));
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const { port } = proxy.address() as AddressInfo; // a server that listens on TCP has one
    try {
      await fc.assert(
        fc.asyncProperty(
          secret,
          form,
          fc.constantFrom("proxy-url", "HTTPS_PROXY", "https_proxy"),
          fc.constantFrom("http://", "https://", "socks5://", "ftp://", "http:/", ""),
          fc.boolean(),
          async (text, name, where, scheme, encode) => {
            said = written(name, text).replaceAll(/[\r\n\u0080-\uffff]/g, "");
            const address = `${scheme}admin:${encode ? encodeURIComponent(text) : text}@127.0.0.1:${port}`;
            const cluster = {
              server: "https://npa.invalid:6443",
              ...(where === "proxy-url" ? { [where]: address } : {}),
            };
            const files = { config: kubeconfig({ token: "t" }, cluster) };
            const env = where === "proxy-url" ? {} : { [where]: address };
            expect(await shownBy(onCluster(["list", "--request-timeout", "5s"]), files, [text], env)).toBeUndefined();
          },
        ),
        { numRuns: runs },
      );
    } finally {
      proxy.close();
    }
  });

  it("a kubeconfig that is wrong somewhere", async () => {
    const key = fc.constantFrom("token", "password", "client-key-data", "server", "proxy-url", "tokenFile", "exec");
    await fc.assert(
      fc.asyncProperty(
        secret,
        key,
        fc.nat(400),
        fc.constantFrom("", "\0", "\t", '"', "{", "[", "&a", ": "),
        async (text, field, at, noise) => {
          const user = { [field]: text, ...(field === "password" ? { username: "admin" } : {}) };
          const address = { server: `https:/ad:${text}@x`, "proxy-url": `x://a:${text}@y` };
          const file = kubeconfig(user, {
            server: "https://127.0.0.1:9",
            ...(field in address ? { [field]: address[field as "server"] } : {}),
          });
          const broken = file.slice(0, at) + noise + file.slice(at);
          // What names a file is no secret: it is told which one cannot be read.
          if (field === "tokenFile" && !text.startsWith("eyJ")) return;
          expect(await shownBy(onCluster(["list"]), { config: broken }, [text])).toBeUndefined();
        },
      ),
      { numRuns: runs },
    );
  });

  /** Files that somebody could link as a configuration or a baseline. */
  const kept: readonly ((text: string) => string)[] = [
    (text) => text,
    (text) => `${text}\n`,
    (text) => JSON.stringify(text),
    (text) => `[default]\naws_secret_access_key = ${text}\n`,
    (text) => `export TOKEN='${text}'\n`,
    (text) => `machine x login y password ${text}\n`,
    (text) => `password: ${JSON.stringify(text)}\n`,
    (text) => `rules: {${JSON.stringify("ports-too-broad")}: ${JSON.stringify(text)}}\n`,
    (text) => JSON.stringify({ auths: { "https://registry.example": { auth: text } } }),
    (text) =>
      JSON.stringify({ failOn: text, assume: text, namespaces: text, clusterCidrs: [text], include: { a: text } }),
    (text) => JSON.stringify({ version: text, findings: [text], fingerprints: { a: text } }),
    (text) => JSON.stringify({ version: 1, tool: text, findings: [{ fingerprint: text, rule: text }] }),
    (text) => `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----\n`,
    (text) => `a: &x ${JSON.stringify(text)}\nb: [*x, {c: *x\n`,
  ];

  it("a configuration or baseline that is a file of secrets", async () => {
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: manifests });
    await fc.assert(
      fc.asyncProperty(
        secret,
        form,
        fc.constantFrom(...kept),
        fc.constantFrom("found", "--config", "--baseline"),
        fc.constantFrom("text", "json", "sarif", "markdown", "github"),
        async (text, name, file, where, format) => {
          const named = where === "found" ? "npa.config.yaml" : "kept";
          const argv = ["analyze", ".", "-o", format, ...(where === "found" ? [] : [where, named])];
          const files = { "a.json": input, [named]: file(written(name, text)) };
          expect(await shownBy(argv, files, [text])).toBeUndefined();
        },
      ),
      { numRuns: runs },
    );
  });
});

describe("a program that renders and fails", () => {
  it("is told of without the secrets that it was given", async () => {
    const cwd = directoryOf({
      "bin/helm": '#!/bin/sh\necho "failed: $*" >&2\nexit 1\n',
      "chart/Chart.yaml": "name: x\n",
    });
    const { chmodSync } = await import("node:fs");
    chmodSync(path.join(cwd, "bin/helm"), 0o755);
    const env = { PATH: `${path.join(cwd, "bin")}:${process.env["PATH"] ?? ""}` };
    const argv = ["list", "--helm", "chart", "--set", "db.password=hunter2hunter2", "--set", "a=plain"];
    const { code, stdout, stderr } = await npa(argv, cwd, { env });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("--set=db.password=*** --set=a=plain");
    expect(stderr).not.toContain("hunter2");
  });
});
