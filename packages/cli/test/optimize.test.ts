import { chmodSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { directoryOf, npa } from "./run.ts";

function policy(name: string, from: string, port = 80, metadata = ""): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}
  namespace: shop
${metadata}spec:
  podSelector:
    matchLabels: {app: web}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector:
            matchLabels: {app: ${from}}
      ports:
        - port: ${port}
`;
}

const files = {
  "a.yaml": policy("web", "proxy"),
  "b.yaml": `# kept\n\n${policy("db", "web").replace("{app: web}", "{app: db}")}---\n${policy("web-metrics", "prometheus", 9100)}`,
  "c.yaml": policy("web-admin", "admin"),
};

describe("npa optimize", () => {
  it("tells the steps, and exits 1 with --check as long as there is one", async () => {
    const { code, stdout } = await npa(["optimize", "."], files);
    expect(code).toBe(0);
    expect(stdout).toContain("4 policies can be 2, proved to isolate and allow the same");
    expect(stdout).toContain("move the rules of web-admin and web-metrics into shop/web");
    expect((await npa(["optimize", ".", "--check"], files)).code).toBe(1);
    const small = { "a.yaml": files["a.yaml"] };
    expect(await npa(["optimize", ".", "--check"], small)).toMatchObject({
      code: 0,
      stdout: "nothing to simplify  of 1 policy\n",
    });
  });

  it("plans nothing for a read-only file that it was to write", async () => {
    const directory = directoryOf(files);
    for (const name of Object.keys(files)) chmodSync(path.join(directory, name), 0o444);
    const { code, stdout } = await npa(["optimize", ".", "--write"], directory);
    expect(code).toBe(0);
    expect(stdout).toContain("read-only");
    for (const [name, text] of Object.entries(files))
      expect(readFileSync(path.join(directory, name), "utf8")).toBe(text);
    expect((await npa(["optimize", ".", "--dry-run"], directory)).stdout).toContain("+# Merged from");
  });

  it("writes into the files, names those that are left empty, and has nothing to do the second time", async () => {
    const directory = directoryOf(files);
    const { stderr } = await npa(["optimize", ".", "--write"], directory);
    expect(stderr).toContain("c.yaml is empty: delete it");
    const text = readFileSync(path.join(directory, "a.yaml"), "utf8");
    expect(text).toContain("# Merged from web, web-admin and web-metrics.\n");
    expect(text).toContain("app: prometheus");
    expect(readFileSync(path.join(directory, "b.yaml"), "utf8")).toContain("# kept\n");
    expect(readFileSync(path.join(directory, "c.yaml"), "utf8")).toBe("");
    expect((await npa(["optimize", ".", "--check"], directory)).code).toBe(0);
    const other = directoryOf(files);
    await npa(["optimize", ".", "--write", "--delete-empty"], other);
    expect(existsSync(path.join(other, "c.yaml"))).toBe(false);
  });

  it("leaves what a kustomization could not be built without: the files that it names, and what it patches by name", async () => {
    const resources = "resources: [a.yaml, b.yaml, c.yaml]\n";
    const directory = directoryOf({ ...files, "kustomization.yaml": resources });
    const { stderr } = await npa(["optimize", ".", "--write", "--delete-empty"], directory);
    expect(stderr).toContain("c.yaml is empty and stays: a kustomization names it, take it out there first");
    expect(readFileSync(path.join(directory, "c.yaml"), "utf8")).toBe("");
    const patch = "patches:\n  - target: {kind: NetworkPolicy, name: web-metrics}\n    patch: '[]'\n";
    const patched = await npa(["optimize", "."], { ...files, "kustomization.yaml": resources + patch });
    expect(patched.stdout).toContain("kustomization.yaml patches it, or names it");
    expect(patched.stdout).toContain("move the rules of web-admin into shop/web");
  });

  it("prints every policy as it is to be, and a plan that keeps to its schema", async () => {
    const yaml = await npa(["optimize", ".", "-o", "yaml"], files);
    expect([...yaml.stdout.matchAll(/^ {2}name: (.*)$/gm)].map(([, name]) => name)).toEqual(["db", "web"]);
    const { stdout } = await npa(["optimize", ".", "-o", "json"], files);
    const schema = new URL("../../core/schema/OptimizationPlan.schema.json", import.meta.url);
    const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(schema, "utf8")) as object);
    const plan = JSON.parse(stdout) as { readonly groups: unknown };
    expect([validate(plan), validate.errors]).toEqual([true, null]);
    expect(plan.groups).toEqual([
      {
        namespace: "shop",
        type: "consolidation",
        originalCount: 3,
        consolidatedCount: 1,
        name: "web",
        mergedPolicies: ["web", "web-admin", "web-metrics"],
      },
    ]);
  });

  it("leaves alone what has other owners, comments, or something worse to look at", async () => {
    const owned = policy("web-team", "ci", 81, "  labels: {team: ci}\n");
    const two = { "a.yaml": files["a.yaml"], "b.yaml": owned };
    const { stdout } = await npa(["optimize", "."], two);
    expect(stdout).toContain('different owners or purposes: label team is missing on web and "ci" on web-team');
    expect((await npa(["optimize", ".", "--merge-owned"], two)).stdout).toContain("2 policies can be 1");
    const texts = [files["a.yaml"], files["c.yaml"]].map((text) => text.replace("ports:", "ports: # why"));
    const commented = { "a.yaml": texts.join("---\n") };
    const kept = await npa(["optimize", "."], commented);
    expect(kept.stdout).toContain("a comment would go with it");
    const broad = {
      "a.yaml": `${files["a.yaml"]}---\n${policy("all", "x").replace(/ {4}- from:[\s\S]*ports:/, "    - ports:")}`,
    };
    expect((await npa(["optimize", "."], broad)).stdout).toContain("look at that first");
  });

  it("puts the rules of all into the document that has a comment, under the name of all", async () => {
    const toWeb = { "a.yaml": policy("allow-ci-to-web", "ci"), "b.yaml": policy("metrics-of-web", "prometheus", 9100) };
    const commented = { ...toWeb, "b.yaml": toWeb["b.yaml"].replace("ports:", "ports: # why") };
    const { stdout } = await npa(["optimize", ".", "--dry-run", "--quiet"], commented);
    expect(stdout).toContain("+++ b/b.yaml\n@@ -1,7 +1,8 @@\n+# Merged from allow-ci-to-web and metrics-of-web.\n");
    expect(stdout).toContain("-  name: metrics-of-web\n+  name: web\n");
    expect(stdout).not.toContain("-      ports: # why");
  });

  it("takes out what adds nothing of other kinds, and says what it does not look at", async () => {
    const rule = (label: string): string =>
      `    - {action: Allow, protocol: TCP, source: {selector: "app == '${label}'"}, destination: {ports: [80]}}\n`;
    const calico = (name: string, rules: string): string =>
      `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: ${name}}\nspec:\n  order: 10\n  selector: app == 'web'\n  types: [Ingress]\n  ingress:\n${rules}`;
    const two = {
      "a.yaml": calico("one", `${rule("a")}${rule("b")}${rule("a")}    # kept\n`),
      "b.yaml": calico("two", `${rule("a")}${rule("b")}${rule("a")}    # kept\n`).replace("# kept", ""),
    };
    const { stdout } = await npa(["optimize", ".", "--dry-run", "--quiet"], two);
    expect(stdout).toContain(
      "-    - {action: Allow, protocol: TCP, source: {selector: \"app == 'a'\"}, destination: {ports: [80]}}",
    );
    expect(stdout).toContain("+++ b/b.yaml");
    const directory = directoryOf(two);
    const written = await npa(["optimize", ".", "--write", "--delete-empty"], directory);
    expect(written.stdout).toContain(
      "of this kind of Calico only equal policies become one, what the rest decides alike goes",
    );
    expect(existsSync(path.join(directory, "b.yaml"))).toBe(false);
    expect((await npa(["optimize", ".", "--check"], directory)).code).toBe(0);
  });

  it("takes what adds nothing out of policies of Cilium, whatever else they say", async () => {
    const cilium = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  ingress:
    # kept
    - fromEndpoints: [{matchLabels: {app: proxy}}, {matchLabels: {app: ci}}]
      toPorts: [{ports: [{port: "80", protocol: TCP}]}]
    - fromEndpoints: [{matchLabels: {app: proxy}}]
      toPorts: [{ports: [{port: "80", protocol: TCP}]}]
  egress:
    - toCIDR:
        - 10.0.0.0/9
        - 10.128.0.0/9
        - 10.1.0.0/16
      toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
    - toFQDNs: [{matchName: api.example.com}]
      toPorts: [{ports: [{port: "443", protocol: TCP}]}]
    - toEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": kube-system, k8s-app: kube-dns}}]
      toPorts: [{ports: [{port: "53", protocol: ANY}], rules: {dns: [{matchPattern: "*"}]}}]
`;
    const directory = directoryOf({ "a.yaml": cilium });
    const { stdout } = await npa(["optimize", ".", "--write"], directory);
    expect(stdout).toContain(
      "delete spec.ingress[1] of shop/web\n    a rule less; spec.ingress[0] of web does the same",
    );
    const written = readFileSync(path.join(directory, "a.yaml"), "utf8");
    const entry = /^ {4}- fromEndpoints: \[\{matchLabels: \{app: proxy\}\}\]\n.*\n/m;
    const blocks = "        - 10.0.0.0/9\n        - 10.128.0.0/9\n        - 10.1.0.0/16\n";
    expect(written).toBe(cilium.replace(entry, "").replace(blocks, "        - 10.0.0.0/8\n"));
    expect((await npa(["optimize", ".", "--check"], directory)).code).toBe(0);
  });

  it.each([
    [["--write", "-"], "- is stdin"],
    [["--write", "--cluster"], "--cluster reads a live cluster"],
    [["--delete-empty", "."], "--delete-empty goes with"],
    [["--dry-run", "-o", "json", "."], "write the plan to a file"],
  ])("refuses %s", async (args, message) => {
    const { code, stderr } = await npa(["optimize", ...args], files);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
