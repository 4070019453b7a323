import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { mayRead } from "@npa/fixtures/api-server";
import { describe, expect, it } from "vitest";
import { kubeconfigFile, npaOn, objects, serverFor } from "./live-cluster.ts";
import { directoryOf, npa } from "./run.ts";

/** A report without places: a live cluster's are all line 1 of a file that is not there. */
function withoutPlaces(report: string): string {
  const places: ReadonlySet<string> = new Set(["file", "line", "column", "endLine", "endColumn", "files"]);
  return JSON.stringify(JSON.parse(report, (key, value: unknown) => (places.has(key) ? undefined : value)));
}

const reports = [
  ["analyze", "--fail-on", "never", "-o", "json"],
  ["list", "-o", "json"],
  ["list", "--count", "-o", "json"],
  ["graph", "-o", "json"],
];

describe("npa snapshot", () => {
  it("reads back to the reports of the live cluster, byte for byte but for the places", async () => {
    const allow = mayRead(["networking.k8s.io", "*"], ["", "pods"], ["apps", "*"], ["batch", "*"]);
    const server = await serverFor({ users: [{ name: "reader", token: "reader-token", allow }] });
    const cwd = directoryOf({});
    const env = { KUBECONFIG: kubeconfigFile(server), SOURCE_DATE_EPOCH: "1" };
    const run = (...argv: string[]): ReturnType<typeof npa> => npa(argv, cwd, { env });
    const stream = await run("snapshot");
    expect(stream.stderr).toMatch(/^warning: not evaluated: Namespace: RBAC forbids to list namespaces: /);
    expect(await run("snapshot", "-q", "-o", "one.yaml")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(path.join(cwd, "one.yaml"), "utf8")).toBe(stream.stdout);
    expect((await run("snapshot", "-o", "many")).code).toBe(0);
    for (const [command = "", ...flags] of reports) {
      const live = await run(command, "--cluster", ...flags);
      expect(live.code).toBe(0);
      for (const input of ["one.yaml", "many"]) {
        const read = await run(command, input, ...flags);
        expect(withoutPlaces(read.stdout)).toBe(withoutPlaces(live.stdout));
        expect(read.stderr.replace(/^note: a snapshot .*\n/m, "")).toBe(
          live.stderr.replace(/^hint: a ClusterRole with these rules[^]*?(?=^(?! {2}- |rules:)|$(?![^]))/m, ""),
        );
      }
    }
  });

  it.each(["npa.config", "kustomization", "Chart", "values", "..", "a".repeat(253), "con", "A"])(
    "a policy of the name %s is read back, whatever file its name makes",
    async (name) => {
      const server = await serverFor({
        objects: [
          ...objects,
          {
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata: { namespace: "shop", name },
            spec: { podSelector: {} },
          },
        ],
      });
      const cwd = directoryOf({});
      const env = { KUBECONFIG: kubeconfigFile(server) };
      expect((await npa(["snapshot", "-o", "many/"], cwd, { env })).code).toBe(0);
      const { code, stdout } = await npa(["analyze", "many", "--fail-on", "never", "-o", "json"], cwd);
      const { namespaces } = JSON.parse(stdout) as { namespaces: { shop: { policies: { name: string }[] } } }; // an AnalysisReport
      expect([code, namespaces.shop.policies.map((policy) => policy.name)]).toEqual([
        0,
        expect.arrayContaining([name]),
      ]);
    },
  );

  it("gives findings real lines", async () => {
    const server = await serverFor();
    const cwd = directoryOf({});
    const env = { KUBECONFIG: kubeconfigFile(server) };
    await npa(["snapshot", "-o", "many/"], cwd, { env });
    const { stdout } = await npa(["can", "shop/web", "shop/db", "--port", "5432", "-f", "many"], cwd);
    const [, file = "", line = ""] = /(many\/\S+\.yaml):(\d+):\d+ {2}NetworkPolicy shop\/db/.exec(stdout) ?? [];
    expect(file).toBe("many/cluster/test/shop/networkpolicy/db.yaml");
    expect(readFileSync(path.join(cwd, file), "utf8").split("\n")[Number(line) - 1]).toMatch(/^ +- from:/);
  });

  it("says that what it reads is a snapshot", async () => {
    const server = await serverFor();
    const { stdout } = await npaOn(server, ["snapshot"]);
    const { stderr } = await npa(["list", "a.yaml"], { "a.yaml": stdout });
    expect(stderr).toBe(
      "note: a snapshot of a cluster is read: everything in the input counts as stored by its API server\n",
    );
    expect((await npa(["list", "a.yaml", "-q"], { "a.yaml": stdout })).stderr).toBe("");
  });

  it("overwrites nothing without being asked, and then asks no server", async () => {
    const server = await serverFor();
    const env = { KUBECONFIG: kubeconfigFile(server) };
    const cwd = directoryOf({ "a.yaml": "precious", "full/a.txt": "precious", "b.json": "{}", plain: "" });
    const run = (...argv: string[]): ReturnType<typeof npa> => npa(["snapshot", ...argv], cwd, { env });
    const refusals = [
      ["a.yaml", "a.yaml exists already: --force replaces it"],
      ["full", "full is not empty and holds no snapshot: name a new directory"],
      ["b.json", "-o b.json: a snapshot is YAML; end the name in .yaml"],
      ["c.json", "-o c.json: a snapshot is YAML; end the name in .yaml"],
      ["plain", "-o plain: a snapshot is YAML; end the name in .yaml"],
    ] as const;
    for (const [target, message] of refusals) {
      expect(await run("-o", target)).toEqual({ code: 2, stdout: "", stderr: `npa: ${message}\n` });
    }
    expect((await run("-o", "full", "--force")).stderr).toContain("is not empty and holds no snapshot");
    expect(server.requests).toEqual([]);
    expect(readFileSync(path.join(cwd, "a.yaml"), "utf8")).toBe("precious");
    expect((await run("-o", "a.yaml", "--force")).code).toBe(0);
    expect(readFileSync(path.join(cwd, "a.yaml"), "utf8")).toContain("kind: ClusterSnapshot");
    expect(readdirSync(cwd).toSorted()).toEqual(["a.yaml", "b.json", "full", "plain"]);
  });

  it("replaces a directory as a whole with --force, and leaves what else is there", async () => {
    const server = await serverFor();
    const env = { KUBECONFIG: kubeconfigFile(server) };
    const cwd = directoryOf({});
    const run = (...argv: string[]): ReturnType<typeof npa> => npa(["snapshot", "-o", "dir", ...argv], cwd, { env });
    expect((await run()).code).toBe(0);
    const stale = path.join(cwd, "dir/cluster/test/shop/pod/stale.yaml");
    writeFileSync(stale, "kind: Pod");
    writeFileSync(path.join(cwd, "dir/README"), "mine");
    expect((await run()).stderr).toBe("npa: dir holds a snapshot already: --force replaces it\n");
    expect(existsSync(stale)).toBe(true);
    expect((await run("--force")).code).toBe(0);
    expect(existsSync(stale)).toBe(false);
    expect(readdirSync(path.join(cwd, "dir")).toSorted()).toEqual(["README", "cluster"]);
  });

  it("leaves nothing behind when the cluster cannot be read", async () => {
    const server = await serverFor();
    const env = { KUBECONFIG: kubeconfigFile(server, { token: "wrong-token-123" }) };
    const cwd = directoryOf({});
    for (const target of ["a.yaml", "dir"]) {
      expect((await npa(["snapshot", "-o", target], cwd, { env })).code).toBe(2);
    }
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("says what cannot be written", async () => {
    const server = await serverFor();
    const env = { KUBECONFIG: kubeconfigFile(server) };
    const { code, stderr } = await npa(["snapshot", "-o", "a.yaml/b.yaml"], { "a.yaml": "" }, { env });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^npa: cannot write [^\n]*a\.yaml[^\n]*\n$/);
  });
});
