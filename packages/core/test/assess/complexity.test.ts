import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { complexityOf } from "../../src/optimize/complexity.ts";
import { policiesOf, policy } from "./read.ts";

function complexity(spec: string): ReturnType<typeof complexityOf> {
  const [only] = policiesOf(policy("web", spec));
  if (only === undefined) throw new Error("the policy was refused");
  return complexityOf(only);
}

/** The formula of the source documents, from the figures. */
function seedScore(ingress: number, egress: number, selectors: number): number {
  const base = ingress * 2 + egress * 2 + selectors * 3;
  if (base > 50) return Math.min(100, base * 1.5);
  return base < 10 ? Math.max(1, base * 0.5) : base;
}

describe("complexityOf", () => {
  it("counts rules and the label keys and expressions of the subject and of the peers of both directions", () => {
    const spec = `{ podSelector: { matchLabels: { a: x, b: x }, matchExpressions: [{ key: c, operator: Exists }] },
      ingress: [{ from: [{ podSelector: { matchLabels: { d: x } }, namespaceSelector: { matchLabels: { e: x } } }] }, {}],
      egress: [{ to: [{ podSelector: { matchLabels: { f: x } } }, { ipBlock: { cidr: 10.0.0.0/8 } }] }] }`;
    expect(complexity(spec)).toEqual({ ingressRules: 2, egressRules: 1, selectorsComplexity: 6, complexityScore: 24 });
  });

  it("counts what is written, also without effect", () => {
    expect(complexity("{ policyTypes: [Ingress], egress: [{}] }").egressRules).toBe(1);
  });

  it("has three bands", () => {
    expect(complexity("{}").complexityScore).toBe(1);
    expect(complexity("{ ingress: [{}, {}] }").complexityScore).toBe(2);
    expect(complexity("{ ingress: [{}, {}, {}, {}, {}] }").complexityScore).toBe(10);
    expect(complexity(`{ ingress: [${Array(25).fill("{}").join()}] }`).complexityScore).toBe(50);
    expect(complexity(`{ ingress: [${Array(26).fill("{}").join()}] }`).complexityScore).toBe(78);
    expect(complexity(`{ ingress: [${Array(60).fill("{}").join()}] }`).complexityScore).toBe(100);
  });

  it("follows the formula", () => {
    const figure = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(figure, figure, figure, (ingress, egress, labels) => {
        const rules = (count: number): string => Array(count).fill("{}").join();
        const matchLabels = Array.from({ length: labels }, (_, i) => `k${i}: v`).join();
        const spec = `{ podSelector: { matchLabels: { ${matchLabels} } }, ingress: [${rules(ingress)}], egress: [${rules(egress)}] }`;
        expect(complexity(spec).complexityScore).toBe(seedScore(ingress, egress, labels));
      }),
      { numRuns: 50 },
    );
  });
});
