import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { objectsFromManifests } from "../../../fixtures/src/api-server/index.ts";
import { loadCluster } from "../../src/load/cluster.ts";
import { loadClientNode } from "../../src/load/cluster/client-node.ts";
import { readKubeconfig } from "../../src/load/cluster/kubeconfig-file.ts";
import { failureOf, fileWith, load, objectsOf, podNames, pods, serverFor, temporaryFolder } from "./cluster-helpers.ts";

const objects = objectsFromManifests(pods(2));
const everything = ["Namespace web", ...podNames(2)];

describe("the kubeconfig", () => {
  it("of --kubeconfig comes before KUBECONFIG, and that before the home directory", async () => {
    const [one, two, three] = [
      await serverFor({ objects }),
      await serverFor({ objects }),
      await serverFor({ objects }),
    ];
    const home = temporaryFolder();
    mkdirSync(join(home, ".kube"));
    writeFileSync(join(home, ".kube", "config"), three.kubeconfig());
    const second = fileWith(two.kubeconfig());
    const read = async (options: Parameters<typeof loadCluster>[0]): Promise<string> =>
      (await loadCluster(options)).server;
    expect(await read({ kubeconfig: fileWith(one.kubeconfig()), env: { KUBECONFIG: second, HOME: home } })).toBe(
      one.url,
    );
    expect(await read({ env: { KUBECONFIG: second, HOME: home } })).toBe(two.url);
    expect(await read({ env: { HOME: home } })).toBe(three.url);
  });

  it("may be several files: the first to name something wins, missing ones are passed over", async () => {
    const [one, two] = [await serverFor({ objects }), await serverFor({ objects })];
    const folder = temporaryFolder();
    const files = [
      join(folder, "missing"),
      fileWith("apiVersion: v1\nkind: Config\nusers: []\n", "empty-config", folder),
      fileWith(one.kubeconfig({ context: "a" }), "one", folder),
      fileWith(two.kubeconfig({ context: "a" }), "again", folder),
      fileWith(two.kubeconfig({ context: "b" }), "two", folder),
    ];
    const env = { KUBECONFIG: files.join(delimiter) };
    expect((await loadCluster({ env })).server).toBe(one.url);
    expect((await loadCluster({ env, context: "b" })).server).toBe(two.url);
  });

  it("finds its files beside itself", async () => {
    const server = await serverFor({ objects });
    const folder = temporaryFolder();
    const { certPem, keyPem } = server.clientCertificate("admin");
    fileWith(server.caPem, "ca.crt", folder);
    fileWith(certPem, "me.crt", folder);
    fileWith(keyPem, "me.key", folder);
    const text = [
      "apiVersion: v1",
      "kind: Config",
      "current-context: c",
      `clusters: [{name: k, cluster: {server: "${server.url}", certificate-authority: ca.crt}}]`,
      "users: [{name: u, user: {client-certificate: me.crt, client-key: me.key}}]",
      "contexts: [{name: c, context: {cluster: k, user: u, namespace: web}}]",
    ].join("\n");
    const read = await loadCluster({ kubeconfig: fileWith(text, "config", folder), env: {} });
    expect(objectsOf(read)).toEqual(everything);
    expect(server.requests.every(({ authorization, user }) => !authorization && user === "admin")).toBe(true);
  });

  it("may keep the token in a file, which is read again when the server no longer takes it", async () => {
    const server = await serverFor({ objects });
    const folder = temporaryFolder();
    const tokenFile = fileWith("old-token\n", "token", folder);
    const config = JSON.parse(server.kubeconfig()) as { users: { user: object }[] }; // the stand-in wrote it
    config.users[0]!.user = { tokenFile: "token" };
    const kubeconfig = fileWith(JSON.stringify(config), "config", folder);
    expect(await failureOf(loadCluster({ kubeconfig, env: {} }))).toContain("(401)");
    writeFileSync(tokenFile, "admin-token\n");
    let rotated = false;
    const read = await loadCluster({
      kubeconfig,
      env: {},
      pageSize: 1,
      onProgress: () => {
        if (rotated) return;
        rotated = true;
        server.setFaults([{ on: { resource: "pods" }, action: { kind: "status", code: 401 } }]);
      },
    });
    expect(objectsOf(read)).toEqual(everything);
  });

  it("of a pod is its service account", async () => {
    const server = await serverFor({ objects });
    const root = temporaryFolder();
    fileWith("admin-token", "token", root);
    fileWith(server.caPem, "ca.crt", root);
    fileWith("web\n", "namespace", root);
    const env = { HOME: root, KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: String(server.port) };
    const file = readKubeconfig(await loadClientNode(), undefined, env, root);
    expect(file.contexts.get("in-cluster")).toEqual({ cluster: "in-cluster", user: "in-cluster", namespace: "web" });
    const config = {
      "current-context": file.currentContext,
      clusters: [...file.clusters].map(([name, cluster]) => ({ name, cluster })),
      users: [...file.users].map(([name, user]) => ({ name, user })),
      contexts: [...file.contexts].map(([name, context]) => ({ name, context })),
    };
    const read = await loadCluster({ kubeconfig: fileWith(JSON.stringify(config)), env: {} });
    expect([read.defaultNamespace, ...objectsOf(read)]).toEqual(["web", ...everything]);
    const v6 = readKubeconfig(await loadClientNode(), undefined, { ...env, KUBERNETES_SERVICE_HOST: "fd00::1" }, root);
    expect(v6.clusters.get("in-cluster")?.["server"]).toBe(`https://[fd00::1]:${server.port}`);
  });
});

describe("a kubeconfig that cannot be used", () => {
  const context = "contexts: [{name: prod-eu, context: {cluster: k, user: u}}]";
  const cluster = "clusters: [{name: k, cluster: {server: 'https://127.0.0.1:1'}}]";
  const user = "users: [{name: u, user: {token: very-secret}}]";
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["is empty", "", /has no current-context: pass --context NAME \(there is no context\)/],
    ["is no mapping", "- a\n", /this is not a kubeconfig|cannot be read/],
    ["is broken", "users: [\n token: very-secret\n: : {", /config:\d+: the kubeconfig cannot be read: /],
    ["has no current context", context, /pass --context NAME \(contexts: prod-eu\)/],
    [
      "lacks the context",
      `current-context: prod-ue\n${context}`,
      /context "prod-ue" is not in .*: did you mean prod-eu\?/,
    ],
    [
      "lacks the cluster",
      `current-context: prod-eu\n${context}\n${user}`,
      /names the cluster "k", which is not defined/,
    ],
    ["lacks the user", `current-context: prod-eu\n${context}\n${cluster}`, /names the user "u", which is not defined/],
    [
      "has no server",
      `current-context: prod-eu\n${context}\n${user}\nclusters: [{name: k, cluster: {server: 'ftp://me:very-secret@x'}}]`,
      /"ftp:\/\/\*\*\*@x": it must be an https/,
    ],
    [
      "names a missing CA",
      `current-context: prod-eu\n${context}\n${user}\nclusters: [{name: k, cluster: {server: 'https://127.0.0.1:1', certificate-authority: gone.crt}}]`,
      /user "u" cannot log in: .*gone\.crt/,
    ],
  ];

  it.each(cases)("%s", async (_name, text, message) => {
    const failure = await failureOf(loadCluster({ kubeconfig: fileWith(text), env: {} }));
    expect(failure).toMatch(message);
    expect(failure).not.toContain("very-secret");
  });

  it("does not exist", async () => {
    expect(await failureOf(loadCluster({ kubeconfig: "/nowhere/config", env: {} }))).toBe(
      "/nowhere/config cannot be read: it does not exist",
    );
    const home = temporaryFolder();
    const none = await failureOf(loadCluster({ env: { HOME: home } }));
    expect(none).toBe(
      `no cluster is configured: ${join(home, ".kube", "config")} does not exist, and this is not a pod: pass --kubeconfig FILE or set KUBECONFIG`,
    );
    expect(await failureOf(loadCluster({ env: { HOME: home, KUBECONFIG: "/a:/b" } }))).toContain(
      "no file of KUBECONFIG exists (/a, /b)",
    );
  });
});

describe("exec credential plugins", () => {
  function script(body: string): { command: string; args: string[] } {
    return { command: process.execPath, args: ["-e", body] };
  }
  const credential = (token: string): string =>
    `JSON.stringify({apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status: {token: "${token}"}})`;

  it("give the token, once for all requests, and are told what client-go tells them", async () => {
    const server = await serverFor({ objects });
    const log = fileWith("", "log");
    const exec = script(
      `require("fs").appendFileSync(${JSON.stringify(log)}, process.env.KUBERNETES_EXEC_INFO + "\\n"); console.log(${credential("admin-token")})`,
    );
    expect(objectsOf(await load(server, { pageSize: 1 }, { exec }))).toEqual(everything);
    const lines = readFileSync(log, "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", spec: { interactive: false } },
    ]);
  });

  it("are run again when the token has expired meanwhile, once for all lists", async () => {
    const server = await serverFor({ objects });
    const log = fileWith("", "log");
    const exec = script(
      `require("fs").appendFileSync(${JSON.stringify(log)}, "x"); console.log(${credential("admin-token")})`,
    );
    let expired = false;
    const read = await load(
      server,
      {
        onProgress: () => {
          if (!expired)
            server.setFaults(
              ["pods", "replicasets", "networkpolicies"].map((resource) => ({
                on: { resource },
                action: { kind: "status", code: 401 },
              })),
            );
          expired = true;
        },
      },
      { exec },
    );
    expect(objectsOf(read)).toEqual(everything);
    expect(readFileSync(log, "utf8")).toBe("xx");
  });

  it("may give a client certificate", async () => {
    const server = await serverFor({ objects });
    const { certPem, keyPem } = server.clientCertificate("admin");
    const status = { clientCertificateData: certPem, clientKeyData: keyPem };
    const exec = script(`console.log(${JSON.stringify(JSON.stringify({ kind: "ExecCredential", status }))})`);
    expect(objectsOf(await load(server, {}, { exec }))).toEqual(everything);
    expect(server.requests[0]).toMatchObject({ authorization: false, user: "admin" });
  });

  const failing: readonly (readonly [string, { command: string; args?: string[] }, RegExp])[] = [
    [
      "fails",
      script("console.error('first\\nthe SSO session has expired'); process.exit(3)"),
      /exited with 3: the SSO session has expired$/,
    ],
    [
      "prints something else",
      script("console.log('hello secret-thing')"),
      /printed no ExecCredential with a token or a client certificate$/,
    ],
    [
      "is not installed",
      { command: "no-such-plugin-of-npa" },
      /the exec plugin no-such-plugin-of-npa is not installed$/,
    ],
    ["is killed", script("process.kill(process.pid, 'SIGKILL')"), /was ended by SIGKILL$/],
  ];

  it.each(failing)("that %s", async (_name, exec, message) => {
    const server = await serverFor({ objects });
    const failure = await failureOf(load(server, {}, { exec }));
    expect(failure).toMatch(message);
    expect(failure).toContain('user "test" cannot log in: the exec plugin ');
    expect(failure).not.toContain("secret-thing");
    expect(server.requests).toEqual([]);
  });

  it("that hangs is left on Ctrl-C", async () => {
    const server = await serverFor({ objects });
    const interrupted = new AbortController();
    setTimeout(() => interrupted.abort(), 300);
    const started = performance.now();
    const exec = script("setTimeout(() => {}, 60000)");
    expect(await failureOf(load(server, { signal: interrupted.signal }, { exec }))).toMatch(/^interrupted/);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
