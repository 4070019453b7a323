import { describe, expect, it } from "vitest";
import { assessmentOf, policy, selecting } from "./read.ts";

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
      },
    ]);
  });

  it("do not include policies that only both have ingress rules", () => {
    const yaml =
      policy("a", "{ podSelector: { matchLabels: { app: a } }, ingress: [{}] }") +
      policy("b", "{ podSelector: { matchLabels: { app: b } }, ingress: [{}] }");
    expect(assessmentOf(yaml).consolidationCandidates).toEqual([]);
  });
});
