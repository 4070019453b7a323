import { describe, expect, it } from "vitest";
import { twoTiers } from "./manifests.ts";
import { npa } from "./run.ts";

const broken = "apiVersion: v1\nkind: Pod\nmetadata: { name: [\n";
const refused = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: bad, namespace: shop }
spec: { podSelector: {}, ingress: [{ ports: [{ port: 99999 }] }] }
`;
const multi = `
apiVersion: k8s.cni.cncf.io/v1beta1
kind: MultiNetworkPolicy
metadata: { name: all, namespace: shop }
spec: { podSelector: {} }
`;

describe("what npa says beside the answer", () => {
  it("answers, then exits 2, when a document could not be read", async () => {
    const files = { "a.yaml": twoTiers, "broken.yaml": broken };
    const { code, stdout, stderr } = await npa(["list", "."], files);
    expect(code).toBe(2);
    expect(stdout).toContain("  TCP 5432  shop/web[Deployment]");
    expect(stderr).toMatch(/^broken\.yaml:\d+:\d+: error: /);
    expect((await npa(["list", ".", "--allow-problems"], files)).code).toBe(0);
    expect((await npa(["list", ".", "--quiet"], files)).stderr).toMatch(/^broken\.yaml:\d+:\d+: error: [^\n]*\n$/);
  });

  it("counts what brings in others where its name cannot be told", async () => {
    const made = (kind: string): string =>
      `apiVersion: addons.cluster.x-k8s.io/v1beta1\nkind: ${kind}\nmetadata: { name: "\${CLUSTER}-x" }\n---\n`;
    const files = {
      "a.yaml": twoTiers,
      "b.yaml": `${made("HelmChartProxy")}${made("HelmChartProxy")}${made("ClusterResourceSet")}`,
    };
    const { stderr } = await npa(["list", "."], files);
    expect(stderr).toMatch(/not seen: 1 ClusterResourceSet, 2 HelmChartProxies$/m);
  });

  it("says who refuses a policy: the API server, or the agents that should enforce it", async () => {
    const ofCilium = `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: none, namespace: shop }
spec: { endpointSelector: { matchExpressions: [{ key: app, operator: In }] }, ingress: [{}] }
`;
    const { stderr } = await npa(["list", "."], { "a.yaml": twoTiers, "b.yaml": refused, "c.yaml": ofCilium });
    expect(stderr).toMatch(/^warning: 1 policy is not in force, because the API server would refuse it: shop\/bad$/m);
    expect(stderr).toMatch(
      /^warning: 1 policy is not in force, because the agents of the data plane refuse it: shop\/none$/m,
    );
  });

  it("names the policies that are not in force and the kinds that are not evaluated", async () => {
    const { code, stderr } = await npa(["list", "."], { "a.yaml": twoTiers, "b.yaml": refused, "c.yaml": multi });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: 1 policy is not in force, .*shop\/bad$/m);
    expect(stderr).toMatch(/^warning: not evaluated: 1 MultiNetworkPolicy object \(shop\/all\)/m);
    const can = await npa(["can", "shop/web", "shop/db", "-f", "."], { "a.yaml": twoTiers, "c.yaml": multi });
    expect(can.stdout).toContain("1 MultiNetworkPolicy object is not evaluated");
    const quiet = await npa(["list", ".", "-q"], { "a.yaml": twoTiers, "b.yaml": refused, "c.yaml": multi });
    expect(quiet.stderr).toBe("");
  });

  it("prints at most 20 problems, the errors first", async () => {
    const warnings = Array.from(
      { length: 30 },
      (_, i) => `apiVersion: v1\nkind: Pod\nmetadata: { name: p${i} }\nspec: { containers: [], x${i}: 1, x${i}: 1 }\n`,
    );
    const { stderr } = await npa(["list", "."], { "a.yaml": warnings.join("---\n"), "z.yaml": broken });
    const lines = stderr.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^z\.yaml:.*: error: /);
    expect(lines.filter((line) => /: (?:error|warning): /.test(line))).toHaveLength(20);
    expect(stderr).toContain("and 11 more problems with the input");
  });

  it("says once what is wrong with several objects, with the places of all that fit", async () => {
    const pod = (i: number): string => `kind: Pod\napiVersion: v1\nmetadata: { name: p${i}, name: p${i} }\nspec: {}\n`;
    const files = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i}.yaml`, pod(i)]));
    const { stderr } = await npa(["list", "."], files);
    expect(stderr.match(/name is/g) ?? []).toHaveLength(1);
    expect(stderr).toMatch(
      /^0\.yaml:3:\d+: warning: .*\n {2}and the same 8 times more: 1\.yaml:3:\d+, .*, 5\.yaml:3:\d+ and 3 more$/m,
    );
  });

  it("says in one line what must be rendered, and knows a directory without manifests", async () => {
    const files = {
      "chart/Chart.yaml": "name: x\n",
      "chart/templates/a.yaml": "kind: Pod\nmetadata: {name: {{ .x }}}\n",
      "k/kustomization.yaml": "resources: [a.yaml]\n",
      "k/a.yaml": twoTiers,
      "notes.yaml": "a: 1\n",
    };
    const { code, stderr } = await npa(["list", "."], files);
    expect(stderr).toContain(
      "hint: not read, because it must be rendered first: 1 template (chart/templates/a.yaml), 1 values (chart/Chart.yaml), 1 kustomization (k/kustomization.yaml). ",
    );
    expect(stderr).toMatch(/hint: 1 document is skipped: it is not a Kubernetes object/);
    expect(code).toBe(0);
    const empty = await npa(["list", "e"], { "e/readme.txt": "" });
    expect(empty).toMatchObject({ code: 2, stderr: "npa: no .yaml, .yml or .json file in e\n" });
  });

  it("lets nothing of a manifest act on the terminal", async () => {
    const name = String.raw`"x\u001b[2J\u202Ey"`;
    const files = {
      "a\u001b.yaml": `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, name: ${name} }\nspec: {}\n---\nkind: Evil\nmetadata: [\n`,
    };
    for (const output of ["text", "json", "csv", "markdown"]) {
      const { stdout, stderr } = await npa(["list", ".", "-o", output], files);
      // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });
});
