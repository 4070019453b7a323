import { describe, expect, it } from "vitest";
import { severities } from "../../src/answers/finding.ts";
import { deployment, documents, evaluate, policy } from "./evaluate.ts";

const everything = documents(
  deployment("web"),
  deployment("api", { app: "api" }, "prod"),
  policy("b", "{ podSelector: { matchLabels: { app: wbe } }, ingress: [{}] }"),
  policy("a", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{}], egress: [{}] }"),
  policy("a", "{ podSelector: {}, policyTypes: [Ingress, Egress] }", "prod"),
);

/** The digit that its concern sorts by. */
function concernOf(ruleId: string): string {
  if (/^(?:missing-default-deny|namespace-without|pod-not-isolated)/.test(ruleId)) return "2";
  return ["all-namespaces-peer", "ports-too-broad"].includes(ruleId) ? "1" : "0";
}

describe("runRules", () => {
  it("sorts by severity and concern, then namespace, rule and place", () => {
    const keys = evaluate(everything).findings.map(
      ({ severity, object, ruleId, location }) =>
        `${severities.indexOf(severity)} ${concernOf(ruleId)} ${object.namespace ?? object.name} ${ruleId} ${String(location?.line).padStart(4, "0")}`,
    );
    expect(keys.length).toBeGreaterThan(5);
    expect(keys).toEqual(keys.toSorted());
  });

  it("gives the same answer twice", () => {
    expect(evaluate(everything)).toEqual(evaluate(everything));
  });

  it("gives every finding a place, a category and plain words", () => {
    for (const finding of evaluate(everything).findings) {
      expect(finding.location?.file).toBe("test.yaml");
      expect(finding.message).not.toMatch(/undefined|\[object/);
    }
  });

  it("finds nothing in nothing", () => {
    expect(evaluate("").findings).toEqual([]);
  });

  it("lists the first hundred workloads and counts the others", () => {
    const pods = Array.from({ length: 120 }, (_, i) => deployment(`app-${i}`));
    const [finding] = evaluate(documents(...pods), "namespace-without-policies").findings;
    expect(finding?.affected).toHaveLength(100);
    expect(finding?.affectedCount).toBe(120);
  });
});
