import { builtInKinds, type FaultAction, type KubeconfigOptions, objectsFromManifests } from "@npa/fixtures/api-server";
import { describe, expect, it } from "vitest";
import { npaOn, serverFor } from "./live-cluster.ts";

const where = String.raw`context "test" \(https://127\.0\.0\.1:\d+\)`;
const ofPods = `${where}: the list of pods: `;

/** More than a page of pods. */
const manyPods = objectsFromManifests(
  Array.from({ length: 600 }, (_unused, n) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "shop", name: `pod-${n}` },
    spec: { containers: [{ name: "main", image: "i" }] },
  })),
);

/** What the person on call reads, as a pattern, for a fault that does not pass. */
const lasting: readonly (readonly [name: string, fault: FaultAction, message: string])[] = [
  [
    "429",
    { kind: "status", code: 429, retryAfter: 2 },
    `${ofPods}the server is overloaded and asks to wait 2 s \\(429\\).*: try again later`,
  ],
  ["500", { kind: "status", code: 500 }, `${ofPods}the server answers 500: Internal error occurred.*: try again later`],
  ["502", { kind: "html", code: 502 }, `${ofPods}the server answers 502: a web page: try again later`],
  ["503", { kind: "status", code: 503 }, `${ofPods}the server answers 503.*: try again later`],
  [
    "a connection that is reset",
    { kind: "reset" },
    `${where} cannot be reached: the connection breaks again and again: is there a proxy or load balancer in between\\?`,
  ],
  [
    "a connection that is reset in mid-list",
    { kind: "reset", afterBytes: 300 },
    `${where} cannot be reached: the connection breaks again and again: is there a proxy or load balancer in between\\?`,
  ],
  [
    "malformed JSON",
    { kind: "malformed-json" },
    `${ofPods}the answer of the server cannot be used: its answer of \\d+ bytes is not complete JSON`,
  ],
  [
    "a login page",
    { kind: "html" },
    `${ofPods}the answer of the server cannot be used: it sent a web page, as login pages and proxies do: the address is not that of an API server`,
  ],
  ["410 for ever", { kind: "expired" }, `${ofPods}the list expired twice while it was read \\(410\\): .*`],
  [
    "the same continue token for ever",
    { kind: "same-continue" },
    `${ofPods}the list has no end: it sent .*\\. Is there a caching proxy in between\\?`,
  ],
  [
    "a redirection",
    { kind: "status", code: 302, headers: { Location: "https://sso.example/?token=abc" } },
    `${ofPods}the server answers 302: it redirects to sso\\.example, which npa does not follow`,
  ],
  [
    "401 in the middle",
    { kind: "status", code: 401 },
    `${where}: the server does not accept the credentials of user "test" \\(401\\).*: log in to the cluster again, or choose another --context`,
  ],
];

describe("a failure of the cluster ends npa with one line and exit code 2", () => {
  it.each(lasting)("%s", async (_name, action, message) => {
    const server = await serverFor({
      objects: manyPods,
      faults: [{ on: { resource: "pods", page: 2 }, times: Infinity, action }],
    });
    for (const command of ["analyze", "list"]) {
      const { code, stdout, stderr } = await npaOn(server, [command, "--cluster"]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(new RegExp(`^npa: ${message}\n$`));
    }
  });

  it("a server that does not answer", async () => {
    const server = await serverFor({
      faults: [{ on: { resource: "pods" }, times: Infinity, action: { kind: "never" } }],
    });
    const { code, stderr } = await npaOn(server, ["list", "--cluster", "--request-timeout", "150ms"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      new RegExp(`^npa: ${ofPods}no complete answer within 0\\.15 s: try again, or raise --request-timeout\n$`),
    );
  });

  const connections: readonly (readonly [string, KubeconfigOptions, string])[] = [
    [
      "credentials that nobody has",
      { token: "nobodys-token-1234" },
      `${where}: the server does not accept the credentials of user "test" \\(401\\): Unauthorized: log in to the cluster again, or choose another --context`,
    ],
    [
      "a server that is not trusted",
      { caPem: "" },
      `${where} cannot be reached: its certificate is not trusted .*: set certificate-authority in the kubeconfig; for a test cluster there is --insecure-skip-tls-verify`,
    ],
    [
      "a server that is not there",
      { server: "https://127.0.0.1:9" },
      `context "test" \\(https://127.0.0.1:9\\) cannot be reached: the connection is refused: is the cluster running, and is its address in the kubeconfig right\\?`,
    ],
    [
      "a name that does not exist",
      { server: "https://npa.invalid:6443" },
      `context "test" \\(https://npa.invalid:6443\\) cannot be reached: its name cannot be resolved.*`,
    ],
    [
      "an address that is none",
      { server: "ftp://somewhere" },
      `the server of cluster "test" is "ftp://somewhere": it must be an https:// address`,
    ],
    [
      "a credential plugin that is not installed",
      { exec: { command: "npa-no-such-plugin" } },
      `${where}: user "test" cannot log in: .*npa-no-such-plugin.*`,
    ],
    [
      "a credential plugin that fails",
      { exec: { command: "sh", args: ["-c", "echo 'your session expired: run example login' >&2; exit 1"] } },
      `${where}: user "test" cannot log in: .*your session expired: run example login.*`,
    ],
    [
      "a credential plugin that floods",
      { exec: { command: "sh", args: ["-c", "yes"] } },
      `${where}: user "test" cannot log in: .*printed more than 4 MB and was stopped.*`,
    ],
  ];

  it.each(connections)("%s", async (_name, options, message) => {
    const server = await serverFor();
    const { code, stdout, stderr } = await npaOn(server, ["analyze", "--cluster"], options);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^npa: ${message}\n$`));
    expect(stderr).not.toContain("nobodys-token");
  });

  it("an API that the server lacks is named, and the rest is answered", async () => {
    const server = await serverFor({ kinds: builtInKinds.filter(({ kind }) => kind !== "CronJob") });
    const { code, stderr } = await npaOn(server, ["list", "--cluster"]);
    expect(code).toBe(0);
    expect(stderr).toBe(
      "warning: not evaluated: CronJob: the server does not have cronjobs.batch in batch/v1: none can be in force\n",
    );
  });

  it("a failure that passes is not seen", async () => {
    const faults = [429, 500, 503].map((code, index) => ({
      on: { resource: "pods" },
      nth: index + 1,
      action: { kind: "status", code, retryAfter: 1 } as const,
    }));
    const server = await serverFor({ faults });
    const list = await npaOn(server, ["list", "--cluster"]);
    expect(list).toMatchObject({ code: 0, stderr: "" });
    expect(list).toEqual(await npaOn(await serverFor(), ["list", "--cluster"]));
  });
});

describe("Ctrl-C", () => {
  it("ends with one line and exit code 130, and is listened to only while the cluster is read", async () => {
    const server = await serverFor({
      faults: [{ on: { resource: "pods" }, times: Infinity, action: { kind: "never" } }],
    });
    let listeners = 0;
    const onInterrupt = (stop: () => void): (() => void) => {
      listeners++;
      const timer = setTimeout(stop, 150);
      return () => {
        listeners--;
        clearTimeout(timer);
      };
    };
    const outcome = await npaOn(server, ["analyze", "--cluster"], {}, { io: { onInterrupt } });
    expect(outcome).toEqual({
      code: 130,
      stdout: "",
      stderr: "npa: interrupted: nothing is analysed, because the cluster was not read to the end\n",
    });
    expect(listeners).toBe(0);
  });
});
