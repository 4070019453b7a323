import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import { analysisPrometheus } from "../../src/report/analysis-prometheus.ts";
import { finding, report } from "./samples.ts";

const hasPromtool = spawnSync("promtool", ["--version"], { stdio: "ignore" }).status === 0;
const docs = (name: string): string => new URL(`../../../../docs/${name}`, import.meta.url).pathname;

function samplesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
  );
}

const shop = `
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
`;
const analysed = analyze([{ name: "a.yaml", text: shop }], { timestamp: "1970-01-01T00:01:00.000Z" });

describe("analysisPrometheus", () => {
  it("prints the figures of the report", () => {
    const samples = samplesOf(analysisPrometheus(analysed));
    expect(samples.get("npa_policies")).toBe(1);
    expect(samples.get('npa_isolated_workloads_ratio{direction="ingress"}')).toBe(1);
    expect(samples.get("npa_analysis_timestamp_seconds")).toBe(60);
    const findings = [...samples].filter(([name]) => name.startsWith("npa_findings{"));
    expect(findings.reduce((sum, [, count]) => sum + count, 0)).toBe(analysed.findings.length);
    expect([...samples.values()].every(Number.isFinite)).toBe(true);
  });

  it("has no sample for what there is no figure of", () => {
    const text = analysisPrometheus(analyze([]));
    expect(text).not.toMatch(/NaN|npa_score_ratio\{score="security"|timestamp/);
  });

  it("keeps hostile names inside their quotes", () => {
    const hostile = { ...finding("high", "a", 1), ruleId: 'x"} 1\nnpa_policies 0 \\' };
    const text = analysisPrometheus(report([hostile]));
    expect(text).toContain(String.raw`npa_rule_findings{rule="x\"} 1\nnpa_policies 0 \\"} 1`);
    expect(text.split("\n").filter((line) => line.startsWith("npa_policies "))).toHaveLength(1);
  });

  it("bounds the series", () => {
    const policies = Array.from(
      { length: 700 },
      (_, i) =>
        `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a, namespace: n${i}}, spec: {podSelector: {}}}\n`,
    );
    const samples = samplesOf(analysisPrometheus(analyze([{ name: "a.yaml", text: policies.join("---\n") }])));
    expect([...samples.keys()].filter((name) => name.startsWith("npa_namespace_policies"))).toHaveLength(500);
  });

  it.skipIf(!hasPromtool)("is what promtool takes, and so are the alerts of the documents", () => {
    const metrics = spawnSync("promtool", ["check", "metrics"], {
      input: analysisPrometheus(analysed),
      encoding: "utf8",
    });
    expect([metrics.status, metrics.stderr]).toEqual([0, ""]);
    const rules = spawnSync("promtool", ["check", "rules", docs("monitoring/prometheus-rules.yaml")], {
      encoding: "utf8",
    });
    expect([rules.status, rules.stderr]).toEqual([0, ""]);
    const alerts = spawnSync("promtool", ["test", "rules", docs("monitoring/prometheus-rules.test.yaml")], {
      encoding: "utf8",
    });
    expect([alerts.status, alerts.stderr]).toEqual([0, ""]);
  });

  it("has every metric that the alerts and the dashboard ask for", () => {
    const known = new Set(
      [...analysisPrometheus(report([finding("high", "a", 1)])).matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name),
    );
    for (const name of ["npa_analysis_timestamp_seconds", "npa_objects_not_evaluated", "npa_namespace_complexity"])
      known.add(name);
    known.add("npa_namespace_security_score_ratio");
    for (const file of ["monitoring/prometheus-rules.yaml", "monitoring/dashboard.json", "monitoring.md"]) {
      const asked = [...readFileSync(docs(file), "utf8").matchAll(/\bnpa_[a-z_]+/g)].map(([name]) => name);
      expect(asked.length).toBeGreaterThan(5);
      expect(asked.filter((name) => !known.has(name))).toEqual([]);
    }
  });
});
