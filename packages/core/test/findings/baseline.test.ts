import { describe, expect, it } from "vitest";
import { type AnalyzeOptions, analyze } from "../../src/analysis/analyze.ts";
import { baselineOf, parseBaseline } from "../../src/findings/baseline.ts";
import type { AnalysisReport } from "../../src/answers/analysis-report.ts";
import { schemaErrors } from "../report/schemas.ts";

const policy = (name: string): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec:
  podSelector: {}
  ingress: [{ from: [{ namespaceSelector: {} }] }]
`;

function report(text: string, options: AnalyzeOptions = {}): AnalysisReport {
  return analyze([{ name: "a.yaml", text }], options);
}

describe("a baseline", () => {
  const before = report(policy("a"));
  const baseline = baselineOf(before.findings);

  it("is an answer of its schema, and reads back", () => {
    expect(schemaErrors(baseline)).toEqual([]);
    expect(parseBaseline(JSON.stringify(baseline), "b.json")).toEqual(baseline);
    expect(baseline.findings.map(({ ruleId }) => ruleId)).toEqual(before.findings.map(({ ruleId }) => ruleId));
    expect(new Set(baseline.findings.map(({ fingerprint }) => fingerprint)).size).toBe(before.findings.length);
  });

  it("leaves nothing of the same findings, wherever they have moved", () => {
    for (const text of [policy("a"), `# more\n\n${policy("a")}`]) {
      const { findings, securityGaps, baseline: summary } = report(text, { baseline });
      expect(findings).toEqual([]);
      expect(securityGaps).toEqual([]);
      expect(summary).toEqual({ known: before.findings.length, gone: 0 });
    }
  });

  it("leaves what is new, and counts what is gone", () => {
    const more = report(policy("a") + policy("b"), { baseline });
    expect(more.findings.length).toBeGreaterThan(0);
    expect(more.findings.every(({ object }) => object.name !== "a")).toBe(true);
    const other = report(policy("b"), { baseline });
    const ofA = before.findings.filter(({ object }) => object.name === "a").length;
    expect(ofA).toBeGreaterThan(0);
    expect(other.baseline).toEqual({ known: before.findings.length - ofA, gone: ofA });
    expect(schemaErrors(other)).toEqual([]);
  });

  it("has nothing gone of namespaces that were not asked for", () => {
    const other = policy("a").replace("namespace: shop", "namespace: other");
    const both = baselineOf(report(policy("a") + other).findings);
    const { findings, baseline: summary } = report(policy("a") + other, { baseline: both, namespaces: ["other"] });
    expect(findings).toEqual([]);
    expect(summary).toEqual({ known: both.findings.length / 2, gone: 0 });
  });

  it("does not make the scores better", () => {
    const { securityScore, overallScore } = report(policy("a"), { baseline });
    expect({ securityScore, overallScore }).toEqual({
      securityScore: before.securityScore,
      overallScore: before.overallScore,
    });
  });

  it.each([
    "",
    "{",
    "[]",
    "null",
    '{"kind": "Baseline"}',
    '{"apiVersion":"npa.dev/v1","kind":"Baseline","findings":[1]}',
  ])("is refused when it is %j", (text) => {
    expect(() => parseBaseline(text, "b.json")).toThrow("b.json is not a baseline");
  });
});
