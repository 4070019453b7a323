import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { kubeconfigFile, npaOn, serverFor } from "./live-cluster.ts";
import { loadedModules } from "./loaded-modules.ts";
import { directoryOf, npa } from "./run.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = path.join(root, "bin/kubectl-npa.js");
const isBuilt = existsSync(path.join(root, "bundle/npa.cjs"));
const plugin = { io: { program: "kubectl npa" } } as const;

function hasKubectl(): boolean {
  return spawnSync("kubectl", ["version", "--client"], { stdio: "ignore" }).status === 0;
}

describe("as kubectl's plugin", () => {
  it("reads the cluster of the current context, unless files are named", async () => {
    const server = await serverFor();
    const list = await npaOn(server, ["list"], {}, plugin);
    expect(list).toEqual(await npaOn(server, ["list", "--cluster"]));
    expect((await npaOn(server, ["can", "web", "db", "--port", "5432"], {}, plugin)).code).toBe(0);
    expect((await npaOn(server, ["--fail-on", "never", "-A"], {}, plugin)).stdout).toMatch(/^1 policy, 2 namespaces/);
    server.clearRequests();
    const files = await npaOn(server, ["snapshot"], {}, plugin);
    server.clearRequests();
    const offline = await npa(["list", "a.yaml"], { "a.yaml": files.stdout }, plugin);
    expect(offline.stdout).toBe(list.stdout);
    expect(server.requests).toEqual([]);
  });

  it("is called kubectl npa in its help", async () => {
    const { stdout } = await npa([], {}, plugin);
    expect(stdout).toMatch(/^kubectl npa: /);
    expect(stdout).toContain("Usage: kubectl npa [command]");
    expect(stdout).toContain("  kubectl npa analyze  ");
    expect(stdout).not.toMatch(/(?<!kubectl |what )npa [a-z]/);
    for (const command of ["analyze", "list", "can", "graph", "snapshot"]) {
      const help = await npa([command, "--help"], {}, plugin);
      expect(help.stdout).toContain(`Usage: kubectl npa ${command} `);
      expect(help.stdout).toContain("it reads the cluster of the current context, unless files are named.");
      expect(help.stdout).not.toMatch(/(?<!kubectl )npa (?:analyze|list|can|graph|snapshot|\.)/);
      expect((await npa([command, "--help"])).stdout).not.toContain("kubectl npa");
    }
  });
});

// These need a build: `npm test` makes one, `vitest` alone does not.
describe.runIf(isBuilt)("bin/kubectl-npa.js", () => {
  it("is what npm and krew put on the PATH", () => {
    const { bin: bins } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { bin: object }; // our own file
    expect(bins).toEqual({ npa: "bin/npa.js", "kubectl-npa": "bin/kubectl-npa.js" });
    const krew = readFileSync(path.join(root, "../../krew/npa.yaml"), "utf8");
    expect(krew).toMatch(/^kind: Plugin\nmetadata:\n {2}name: npa\n/m);
    expect(krew).toContain("      bin: node_modules/@npa/cli/bin/kubectl-npa.js\n");
  });

  it.runIf(hasKubectl())("runs as `kubectl npa`, and says what kubectl says", async () => {
    const server = await serverFor();
    const home = directoryOf({});
    mkdirSync(path.join(home, "bin"));
    symlinkSync(bin, path.join(home, "bin/kubectl-npa"));
    // The packages of this workspace put the plugin on the PATH too.
    const others = (process.env["PATH"] ?? "").split(path.delimiter).filter((entry) => !entry.includes("node_modules"));
    const env = {
      PATH: [path.join(home, "bin"), path.dirname(process.execPath), ...others].join(path.delimiter),
      HOME: home,
      KUBECONFIG: kubeconfigFile(server),
    };
    const kubectl = async (...argv: string[]): Promise<string> =>
      (await promisify(execFile)("kubectl", argv, { env, timeout: 30_000 })).stdout;
    expect(await kubectl("plugin", "list")).toContain("kubectl-npa");
    expect(await kubectl("npa", "--help")).toMatch(/^kubectl npa: /);
    expect(await kubectl("npa", "list", "-n", "shop")).toContain(
      "shop/db[StatefulSet]\n  TCP 5432  shop/web[Deployment]\n",
    );
    const { inputs } = JSON.parse(await kubectl("npa", "list", "--count", "-o", "json")) as {
      inputs: { objects: Record<string, number> };
    }; // the schema's tests are elsewhere
    for (const [kind, resource] of [
      ["Pod", "pods"],
      ["NetworkPolicy", "networkpolicies"],
      ["Namespace", "namespaces"],
      ["ReplicaSet", "replicasets"],
      ["StatefulSet", "statefulsets"],
      ["Service", "services"],
    ] as const) {
      const names = (await kubectl("get", resource, "-A", "-o", "name")).trim().split("\n");
      expect([kind, inputs.objects[kind]]).toEqual([kind, names.length]);
    }
  });

  it("loads the cluster's client only to read a cluster", () => {
    const cwd = directoryOf({ "a.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: []}\n" });
    const { stdout, modules } = loadedModules([bin, "list", "a.yaml"], { cwd });
    expect(stdout).toContain("default/a[Pod]");
    expect(modules.join(" ")).toMatch(/\blist-/);
    expect(modules.join(" ")).not.toMatch(/client-node|read-live-cluster-/);
  });

  it.skipIf(process.platform === "win32")("ends with 130 on Ctrl-C", async () => {
    const server = await serverFor({ faults: [{ times: Infinity, action: { kind: "never" } }] });
    const child = spawn(process.execPath, [bin, "list"], {
      env: { ...process.env, KUBECONFIG: kubeconfigFile(server) },
    });
    let stderr = "";
    child.stderr.on("data", (chunk) => (stderr += String(chunk)));
    const ended = once(child, "exit");
    await vi.waitFor(() => expect(server.requests).not.toEqual([]), { timeout: 20_000 });
    child.kill("SIGINT");
    expect(await ended).toEqual([130, null]);
    expect(stderr).toBe("npa: interrupted: nothing is analysed, because the cluster was not read to the end\n");
  });
});
