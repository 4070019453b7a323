import { readFileSync } from "node:fs";
import path from "node:path";
import type { AnalysisReport } from "@npa/core";
import { describe, expect, it } from "vitest";
import { schemaErrors } from "../../core/test/report/schemas.ts";
import { twoTiers, unknownLabel } from "./manifests.ts";
import { directoryOf, npa } from "./run.ts";

const files = { "a.yaml": twoTiers };

describe("npa analyze", () => {
  it("prints the report, and exits 1 for a finding at or above --fail-on", async () => {
    const { code, stdout } = await npa(["analyze", "a.yaml"], files);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^1 policy, 1 namespace, 2 workloads with 2 pods\n/);
    expect(stdout).toMatch(/^high +missing-default-deny-ingress\n {2}a\.yaml:4:\d+: /m);
    for (const [failOn, expected] of [
      ["critical", 0],
      ["high", 1],
      ["info", 1],
      ["never", 0],
    ] as const) {
      expect((await npa(["analyze", "a.yaml", "--fail-on", failOn], files)).code).toBe(expected);
    }
  });

  it("prints the same bytes for the same input", async () => {
    const env = { SOURCE_DATE_EPOCH: "1700000000" };
    for (const output of ["text", "json", "markdown", "csv", "github"]) {
      const first = await npa(["analyze", "a.yaml", "-o", output], files, { env });
      expect(await npa(["analyze", "a.yaml", "-o", output], files, { env })).toEqual(first);
      expect(first.stdout).not.toBe("");
    }
    const { stdout } = await npa(["analyze", "a.yaml", "-o", "json"], files, { env });
    expect(JSON.parse(stdout)).toMatchObject({ timestamp: "2023-11-14T22:13:20.000Z" });
    expect((await npa(["analyze", "a.yaml"], files, { env: { SOURCE_DATE_EPOCH: "now" } })).code).toBe(2);
  });

  it("prints JSON that its schema describes", async () => {
    const { stdout } = await npa(["analyze", ".", "-o", "json"], { ...files, "u.yaml": unknownLabel });
    expect(schemaErrors(JSON.parse(stdout))).toEqual([]);
    expect(schemaErrors(JSON.parse((await npa(["demo", "-o", "json"])).stdout))).toEqual([]);
  });

  it("says where its time went when --timing asks, and only then", async () => {
    const timed = await npa(["analyze", "a.yaml", "-o", "json", "--timing"], files);
    const report = JSON.parse(timed.stdout) as AnalysisReport;
    expect(schemaErrors(report)).toEqual([]);
    const { stages = [], rules = [] } = report.timing ?? {};
    expect(stages.map(({ stage }) => stage)).toEqual([
      "start",
      "read",
      "parse",
      "model",
      "engine",
      "rules",
      "symbolic",
      "advice",
      "findings",
      "assess",
      "other",
    ]);
    expect(rules.map(({ ruleId }) => ruleId)).toContain("missing-default-deny-ingress");
    expect(timed.stderr).toMatch(/^time of this run: .* ms\n {2}start .*%\n[^]* {2}report .*%\n/m);
    expect((await npa(["list", ".", "--count", "--timing"], files)).stderr).toMatch(/^ {2}engine /m);
    const plain = await npa(["analyze", "a.yaml", "-o", "json"], files);
    expect(plain.stderr).toBe("");
    expect(JSON.parse(plain.stdout)).not.toHaveProperty("timing");
  });

  it("hands thresholds and weights to the report", async () => {
    const policies = ["a", "b", "c"].map(
      (name) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec:
  podSelector: { matchLabels: { x: ${name}, app: web } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: db } } }] }]
`,
    );
    const input = { "a.yaml": `${twoTiers}---\n${policies.join("---\n")}` };
    const report = async (...flags: string[]): Promise<{ [key: string]: unknown[] }> =>
      JSON.parse((await npa(["analyze", "a.yaml", "-o", "json", ...flags], input)).stdout);
    const plain = await report();
    expect(plain["optimizationOpportunities"]).toEqual([]);
    const low = await report("--redundancy-threshold", "2", "--complexity-threshold", "1");
    expect(low["optimizationOpportunities"]).toMatchObject([{ type: "rule_redundancy" }]);
    expect(JSON.stringify(low["namespaces"])).toContain("selector_optimization");
    expect(JSON.stringify(plain["namespaces"])).not.toContain("selector_optimization");
  });

  it("colours a terminal only, and never a file", async () => {
    const directory = directoryOf(files);
    const escape = "\u001b[";
    const text = async (options: Parameters<typeof npa>[2], ...flags: string[]): Promise<string> =>
      (await npa(["analyze", "a.yaml", ...flags], directory, options)).stdout;
    expect(await text({})).not.toContain(escape);
    expect(await text({ isTTY: true })).toContain(escape);
    expect(await text({ isTTY: true }, "--no-color")).not.toContain(escape);
    expect(await text({ isTTY: true, env: { NO_COLOR: "1" } })).not.toContain(escape);
    expect(await text({ isTTY: true, env: { TERM: "dumb" } })).not.toContain(escape);
    expect(await text({ env: { FORCE_COLOR: "1" } })).toContain(escape);
    expect(await text({ isTTY: true, env: { FORCE_COLOR: "0" } })).not.toContain(escape);
    await text({ isTTY: true, env: { FORCE_COLOR: "1" } }, "-o", "text=report.txt");
    expect(readFileSync(path.join(directory, "report.txt"), "utf8")).not.toContain(escape);
  });

  it("tells what staged policies would change, and exits 1 for what would be found anew", async () => {
    const metadata = (name: string): string => `metadata: {name: ${name}, namespace: shop}`;
    const pod = `{apiVersion: v1, kind: Pod, ${metadata("web")}}`;
    const deny = `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, ${metadata("d")}, spec: {podSelector: {}}}`;
    const gone = `{apiVersion: projectcalico.org/v3, kind: StagedKubernetesNetworkPolicy, ${metadata("d")}, spec: {stagedAction: Delete}}`;
    const staged = { "a.yaml": [pod, deny, gone].join("\n---\n") };
    const { code, stdout } = await npa(["analyze", "a.yaml", "--what-if", "staged"], staged);
    expect(stdout).toMatch(/^To enforce 1 staged policy opens 1 connection and closes none; .*new.*finding/);
    expect(code).toBe(1);
    expect((await npa(["analyze", "a.yaml", "--what-if", "staged", "--fail-on", "never"], staged)).code).toBe(0);
    for (const [words, message] of [
      [["--what-if", "stage"], "there is one state to ask for, staged"],
      [["--what-if", "staged", "-o", "csv"], "there is no csv of it"],
      [["--what-if", "staged", "--fix"], "leave --fix and --baseline out"],
    ] as const) {
      const refused = await npa(["analyze", "a.yaml", ...words], staged);
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });

  it("says that pairs depend on missing facts", async () => {
    const { stderr } = await npa(["analyze", "u.yaml"], { "u.yaml": unknownLabel });
    expect(stderr).toBe("warning: 1 pod pair depends on facts that the input does not give; npa list names them\n");
    expect((await npa(["analyze", "u.yaml", "-q"], { "u.yaml": unknownLabel })).stderr).toBe("");
  });

  it("limits the report to the namespaces of -n", async () => {
    const input = { ...files, "u.yaml": unknownLabel };
    const { stdout } = await npa(["analyze", ".", "-n", "one", "-o", "csv", "--fail-on", "never"], input);
    expect(stdout).toContain(",one,");
    expect(stdout).not.toContain(",shop,");
  });
});

describe("npa demo", () => {
  it("finds the flaws of the shop that comes with npa, and exits 0", async () => {
    const { code, stdout, stderr } = await npa(["demo"]);
    expect(code).toBe(0);
    expect(stderr).toContain("npa ./policies");
    const rules = (await npa(["demo", "-o", "csv"])).stdout;
    for (const rule of [
      "missing-dns-egress",
      "policy-selects-no-pods",
      "missing-default-deny-ingress",
      "namespace-without-policies",
      "all-namespaces-peer",
      "internet-egress-open",
    ]) {
      expect(rules).toContain(`,${rule},`);
    }
    expect(stdout.split("\n").length).toBeLessThan(90);
  });
});

describe("npa rules", () => {
  it("lists the catalogue and prints a rule's page", async () => {
    const { code, stdout } = await npa(["rules"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^missing-dns-egress +high +reliability +\S/m);
    expect((await npa(["rules", "missing-dns-egress"])).stdout).toMatch(/^missing-dns-egress\n.+\n\nseverity +high\n/);
    const one = await npa(["rules", "missing-dns-egress", "-o", "json"]);
    expect(schemaErrors(JSON.parse(one.stdout))).toEqual([]);
    expect(JSON.parse(one.stdout)).toMatchObject({ rules: [{ id: "missing-dns-egress" }] });
    expect((await npa(["rules", "-o", "markdown"])).stdout).toContain("| `missing-dns-egress` | high |");
  });

  it("names the nearest rule", async () => {
    const { code, stderr } = await npa(["rules", "mising-dns-egres"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^npa: there is no rule "mising-dns-egres"; did you mean missing-dns-egress/);
  });
});
