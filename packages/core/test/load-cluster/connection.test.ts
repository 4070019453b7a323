import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { type ApiServer, objectsFromManifests } from "../../../fixtures/src/api-server/index.ts";
import { loadCluster } from "../../src/load/cluster.ts";
import { proxyFromEnvironment } from "../../src/load/cluster/proxy.ts";
import { failureOf, fileWith, load, objectsOf, podNames, pods, serverFor, testClock } from "./cluster-helpers.ts";

const objects = objectsFromManifests(pods(2));
const everything = ["Namespace web", ...podNames(2)];

/** A kubeconfig for the server with other fields of the cluster. */
function configWith(server: ApiServer, cluster: Readonly<Record<string, unknown>>): string {
  const config = JSON.parse(server.kubeconfig()) as { clusters: { cluster: object }[] }; // the stand-in wrote it
  const entry = config.clusters[0]!;
  entry.cluster = { ...entry.cluster, ...cluster };
  return fileWith(JSON.stringify(config));
}

describe("TLS", () => {
  it("is refused where the certificate is not trusted, with what to do", async () => {
    const server = await serverFor({ objects });
    const failure = await failureOf(load(server, {}, { caPem: "" }));
    expect(failure).toMatch(
      /cannot be reached: its certificate is not trusted \(.*\): set certificate-authority in the kubeconfig/,
    );
    expect(server.requests).toEqual([]);
  });

  it("is not verified with insecureSkipTlsVerify, or insecure-skip-tls-verify in the kubeconfig", async () => {
    const server = await serverFor({ objects });
    expect(objectsOf(await load(server, { insecureSkipTlsVerify: true }, { caPem: "" }))).toEqual(everything);
    expect(objectsOf(await load(server, {}, { insecureSkipTlsVerify: true }))).toEqual(everything);
  });

  it("checks the name, or that of tls-server-name", async () => {
    const server = await serverFor({ objects });
    const wrong = await failureOf(
      loadCluster({ kubeconfig: configWith(server, { "tls-server-name": "elsewhere.example" }), env: {} }),
    );
    expect(wrong).toContain("its certificate is for another name: set tls-server-name");
    const right = await loadCluster({ kubeconfig: configWith(server, { "tls-server-name": "kubernetes" }), env: {} });
    expect(objectsOf(right)).toEqual(everything);
  });
});

describe("an address", () => {
  it("where nobody listens", async () => {
    const server = await serverFor({ objects });
    const failure = await failureOf(load(server, {}, { server: "https://127.0.0.1:1" }));
    expect(failure).toBe(
      'context "test" (https://127.0.0.1:1) cannot be reached: the connection is refused: is the cluster running, and is its address in the kubeconfig right?',
    );
  });

  it("whose name does not exist", async () => {
    const server = await serverFor({ objects });
    const failure = await failureOf(load(server, {}, { server: "https://no-such-host.invalid" }));
    expect(failure).toContain("its name cannot be resolved");
  });

  it("below a path, as gateways have it", async () => {
    const server = await serverFor({ objects });
    const failure = await failureOf(load(server, {}, { server: `${server.url}/k8s/clusters/c1/` }));
    expect(failure).toContain("the server has none of the Kubernetes APIs");
    expect(server.requests[0]?.path).toBe("/k8s/clusters/c1/api/v1/namespaces");
  });

  it("over http, as kubectl proxy serves it", async () => {
    const paths: string[] = [];
    const plain = createHttpServer((request, response) => {
      paths.push(request.url ?? "");
      const items = request.url?.startsWith("/api/v1/pods") === true ? pods(1) : [];
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ kind: "List", metadata: {}, items }));
    });
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void plain.close());
    const { port } = plain.address() as AddressInfo; // it listens on TCP
    const server = await serverFor({ objects });
    expect(objectsOf(await load(server, {}, { server: `http://127.0.0.1:${port}` }))).toEqual(podNames(1));
    expect(paths).toContain("/apis");
  });
});

/** A proxy for CONNECT, on this machine. */
async function proxy(status = 200): Promise<{ url: string; targets: string[] }> {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createHttpServer();
  server.on("connect", (request: IncomingMessage, client: Socket, head: Buffer) => {
    targets.push(`${request.headers["proxy-authorization"] ?? ""}${request.url ?? ""}`);
    sockets.add(client);
    if (status !== 200) return void client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const [host = "", port = ""] = (request.url ?? "").split(":");
    const upstream = connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("error", () => client.destroy());
    client.on("error", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return { url: `http://127.0.0.1:${port}`, targets };
}

describe("a proxy", () => {
  it("of the kubeconfig is used, over a kept connection", async () => {
    const [server, way] = [await serverFor({ objects }), await proxy()];
    const kubeconfig = configWith(server, { "proxy-url": way.url });
    expect(objectsOf(await loadCluster({ kubeconfig, env: {}, pageSize: 1 }))).toEqual(everything);
    expect(new Set(way.targets)).toEqual(new Set([`127.0.0.1:${server.port}`]));
    expect(way.targets.length).toBeLessThanOrEqual(4);
  });

  it("that refuses is said to, without its password", async () => {
    const [server, way] = [await serverFor({ objects }), await proxy(407)];
    const kubeconfig = configWith(server, { "proxy-url": way.url.replace("//", "//me:proxy-password@") });
    const failure = await failureOf(loadCluster({ kubeconfig, env: {} }));
    expect(failure).toContain("cannot be reached: the proxy answers 407");
    expect(failure).not.toContain("proxy-password");
  });

  it("that does not answer is given up", async () => {
    const server = await serverFor({ objects });
    const sockets: Socket[] = [];
    const silent = createTcpServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const { port } = silent.address() as AddressInfo; // it listens on TCP
    const kubeconfig = configWith(server, { "proxy-url": `http://127.0.0.1:${port}` });
    const failure = await failureOf(loadCluster({ kubeconfig, env: {}, requestTimeoutMs: 200, clock: testClock() }));
    expect(failure).toContain("no complete answer within 0.2 s");
    const interrupted = new AbortController();
    setTimeout(() => interrupted.abort(), 200);
    const work = loadCluster({ kubeconfig, env: {}, requestTimeoutMs: 0, signal: interrupted.signal });
    expect(await failureOf(work)).toMatch(/^interrupted/);
  });

  it("that does not exist is said to", async () => {
    const server = await serverFor({ objects });
    const failure = await failureOf(
      loadCluster({ kubeconfig: configWith(server, { "proxy-url": "http://127.0.0.1:1" }), env: {} }),
    );
    expect(failure).toContain("the connection is refused");
  });

  const server = new URL("https://api.prod.example:6443");
  it.each([
    [{ HTTPS_PROXY: "http://p:1" }, "http://p:1"],
    [{ https_proxy: "p:1" }, "http://p:1"],
    [{ HTTP_PROXY: "http://p:1" }, undefined],
    [{ HTTPS_PROXY: "http://p:1", NO_PROXY: "other, .example" }, undefined],
    [{ HTTPS_PROXY: "http://p:1", NO_PROXY: "api.prod.example:443" }, "http://p:1"],
    [{ HTTPS_PROXY: "http://p:1", no_proxy: "prod.example:6443" }, undefined],
    [{ HTTPS_PROXY: "http://p:1", NO_PROXY: "*" }, undefined],
    [{ HTTPS_PROXY: "http://p:1", NO_PROXY: "od.example" }, "http://p:1"],
    [{}, undefined],
  ])("of the environment %o", (env, expected) => {
    expect(proxyFromEnvironment(server, env)).toBe(expected);
  });

  it("of the environment spares this machine and blocks of addresses", () => {
    const env = { HTTPS_PROXY: "http://p:1", NO_PROXY: "10.0.0.0/8" };
    expect(proxyFromEnvironment(new URL("https://10.2.3.4:6443"), env)).toBeUndefined();
    expect(proxyFromEnvironment(new URL("https://11.2.3.4:6443"), env)).toBe("http://p:1");
    expect(proxyFromEnvironment(new URL("https://127.0.0.1:6443"), env)).toBeUndefined();
  });
});
