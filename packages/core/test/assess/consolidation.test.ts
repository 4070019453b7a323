import { describe, expect, it } from "vitest";
import { consolidationCandidates } from "../../src/assess/consolidation.ts";
import { Budget } from "../../src/symbolic/budget.ts";
import { PolicySpace } from "../../src/symbolic/policy-space.ts";
import { assessmentOf, policiesOf, policy, selecting } from "./read.ts";

describe("consolidation candidates", () => {
  it("are policies with equal subjects and directions, however written", () => {
    const yaml = [
      selecting("a", { app: "web", tier: "front" }),
      policy(
        "b",
        "{ podSelector: { matchExpressions: [{ key: tier, operator: In, values: [front] }, { key: app, operator: In, values: [web, web] }] }, policyTypes: [Ingress], ingress: [{}] }",
      ),
      policy("c", "{ podSelector: { matchLabels: { app: web, tier: front } }, policyTypes: [Egress] }"),
      selecting("d", { app: "web" }),
      selecting("e", { app: "web", tier: "front" }, "other"),
    ].join("");
    expect(assessmentOf(yaml).consolidationCandidates).toEqual([
      {
        namespace: "shop",
        policies: ["a", "b"],
        directions: ["ingress"],
        description: "2 policies select the same pods for Ingress",
        recommendation: "Write one policy with the rules of all 2: rules add up, so it allows the same",
        proved: true,
      },
    ]);
  });

  it("are proved as far as the budget lasts, never guessed", () => {
    const specs = ["{ podSelector: { matchLabels: { app: a } }, ingress: [{}] }", "{ ingress: [{}] }"];
    const policies = policiesOf(specs.map((spec, i) => policy(`p${i}`, spec)).join(""));
    const proved = (group: typeof policies, steps: number): readonly unknown[] =>
      consolidationCandidates("shop", [group], new PolicySpace(policies), new Budget(steps)).map((one) => one.proved);
    expect([proved(policies, 1_000), proved(policies, -1)]).toEqual([[false], ["undecided"]]);
    const [first] = policies;
    expect(proved(first === undefined ? [] : [first, { ...first, name: "again" }], 0)).toEqual([true]);
  });

  it("do not include policies that only both have ingress rules", () => {
    const yaml =
      policy("a", "{ podSelector: { matchLabels: { app: a } }, ingress: [{}] }") +
      policy("b", "{ podSelector: { matchLabels: { app: b } }, ingress: [{}] }");
    expect(assessmentOf(yaml).consolidationCandidates).toEqual([]);
  });
});
