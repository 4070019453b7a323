import { describe, expect, it } from "vitest";
import { withFixEdits } from "../../src/fix/finding-edits.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import type { TextEdit } from "../../src/answers/finding.ts";
import { findingsIn } from "./fix.ts";

const text = `apiVersion: v1
kind: ConfigMap
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from: [{podSelector: {}}]
    ports: [{port: 80}]
`;

function editsOf(yaml: string): ReadonlyMap<string, readonly TextEdit[] | undefined> {
  const sources = [{ name: "a.yaml", text: yaml }];
  const cluster = readManifests(sources);
  const findings = withFixEdits(findingsIn(cluster), cluster, sources);
  return new Map(findings.map(({ ruleId, fix }) => [ruleId, fix?.edits]));
}

describe("the edits of a finding", () => {
  it("are the exact replacements", () => {
    for (const lineBreak of ["\n", "\r\n"]) {
      const edits = editsOf(text.replaceAll("\n", lineBreak));
      expect(edits.get("policy-types-implicit")).toEqual([
        {
          file: "a.yaml",
          line: 9,
          column: 1,
          endLine: 9,
          endColumn: 1,
          newText: ["  policyTypes:", "  - Ingress", ""].join(lineBreak),
        },
      ]);
    }
  });

  it("take out what is redundant, a whole document as well", () => {
    const typed = text.replace("  ingress:", "  policyTypes: [Ingress]\n  ingress:");
    const rule = editsOf(`${typed}  - from: [{podSelector: {}}]\n    ports: [{port: 80}]\n`).get("redundant-rule");
    expect(rule).toHaveLength(1);
    expect(rule?.[0]).toMatchObject({ column: 1, endColumn: 1, newText: "" });
    const policy = typed.slice(typed.indexOf("---\n")).replace("name: web", "name: web2");
    expect(editsOf(typed + policy).get("duplicate-policy")).toEqual([
      { file: "a.yaml", line: 13, column: 1, endLine: 23, endColumn: 1, newText: "" },
    ]);
  });

  it("are only there for safe fixes that can be made", () => {
    for (const [ruleId, edits] of editsOf(text.replace("web, ", "web, labels: {a: '{{ x }}'}, "))) {
      expect([ruleId, edits]).toEqual([ruleId, undefined]);
    }
    expect(editsOf(text).get("missing-default-deny-egress")).toBeUndefined();
  });
});
