import { describe, expect, it } from "vitest";
import { defaultAssessSettings } from "../../src/assess/settings.ts";
import { assessmentOf, deployment, policy, selecting } from "./read.ts";

const settings = defaultAssessSettings;
const wide = `{ podSelector: {}, ingress: [${Array(20).fill("{ from: [{ podSelector: { matchLabels: { a: x } } }] }").join()}] }`;

describe("assess", () => {
  it("sums per namespace, and does not average a namespace without policies", () => {
    const result = assessmentOf(
      `${deployment("web", { app: "web" }, "empty")}${policy("a", "{}")}${policy("b", "{ ingress: [{}, {}, {}, {}, {}] }")}`,
    );
    expect(Object.keys(result.namespaces)).toEqual(["empty", "shop"]);
    expect(result.namespaces["empty"]).toMatchObject({ policyCount: 0, complexityScore: 0, policies: [] });
    expect(result.namespaces["shop"]).toMatchObject({ policyCount: 2, complexityScore: 11 });
    expect(result.totalPolicies).toBe(2);
    expect(result.performanceMetrics).toEqual({
      totalPolicies: 2,
      averageComplexity: 5.5,
      complexityDistribution: { min: 1, max: 10, avg: 5.5, median: 5.5 },
      performanceScore: 94.5,
    });
  });

  it("counts a repeated rule by where it is written: one of Calico or Cilium may be several", () => {
    const cilium = (name: string): string =>
      `---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: { endpointSelector: { matchLabels: { app: ${name} } }, egress: [{ toEndpoints: [{ matchLabels: { a: x } }], toPorts: [{ ports: [{ port: "53" }], rules: { dns: [{ matchPattern: "*" }] } }, { ports: [{ port: "80" }] }] }] }\n`;
    const calico = (name: string): string =>
      `---\napiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: { order: 1, selector: "app in {'a', 'b'} || has(${name})", types: [Ingress], ingress: [{ action: Allow, source: { selector: "x == 'y' || z == 'y'" } }] }\n`;
    const told = (text: string): readonly string[] =>
      assessmentOf(text)
        .optimizationOpportunities.filter(({ type }) => type === "rule_redundancy")
        .map(({ description }) => description);
    const names = ["p", "q", "r", "s"];
    expect(told(names.map(cilium).join(""))).toEqual([
      "The same egress rule (spec.egress[0] of p) is written 4 times, in p, q, r, s",
    ]);
    expect(told(names.map(calico).join(""))).toEqual([
      "The same ingress rule (spec.ingress[0] of p) is written 4 times, in p, q, r, s",
    ]);
    expect(told(calico("p"))).toEqual([]);
  });

  it("scores nothing without policies and 0 for the most complex", () => {
    expect(assessmentOf("").performanceMetrics).toEqual({
      totalPolicies: 0,
      averageComplexity: 0,
      complexityDistribution: { min: 0, max: 0, avg: 0, median: 0 },
      performanceScore: null,
    });
    expect(assessmentOf(policy("a", wide)).performanceMetrics.performanceScore).toBe(0);
    const two = `${policy("a", wide)}${policy("b", "{}", "other")}`;
    expect(assessmentOf(two).performanceMetrics.performanceScore).toBe(49.5);
    expect(assessmentOf(two, { namespaces: ["other"] }).performanceMetrics.performanceScore).toBe(99);
  });

  it("gives no overall score without a security score, and says why", () => {
    const result = assessmentOf(policy("a", "{}"));
    expect([result.securityScore, result.overallScore]).toEqual([null, null]);
    expect(result.scoreNote).toMatch(/no pods that policies could isolate/);
  });

  it("describes a policy as the source documents do", () => {
    const [analysis] = assessmentOf(policy("a", wide)).namespaces["shop"]?.policies ?? [];
    expect(analysis).toMatchObject({
      name: "a",
      namespace: "shop",
      creationTimestamp: null,
      ingressRules: 20,
      egressRules: 0,
      selectorsComplexity: 20,
      complexityScore: 100,
      overlapPotential: ["Empty pod selector - matches all pods"],
    });
    expect(analysis?.recommendations.map(({ type, priority }) => `${type} ${priority}`)).toEqual([
      "simplification high",
      "selector_optimization medium",
      "overlap_prevention medium",
    ]);
  });

  it("advises on selectors above the threshold", () => {
    const labels = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${i}`, "v"]));
    const types = (complexityThreshold: number): readonly string[] =>
      assessmentOf(selecting("a", labels), { settings: { ...settings, complexityThreshold } }).namespaces[
        "shop"
      ]?.policies[0]?.recommendations.map(({ type }) => type) ?? [];
    expect(types(10)).toEqual(["selector_optimization"]);
    expect(types(11)).toEqual([]);
  });

  it("calls a single broad label an overlap only where it is one", () => {
    const potential = (yaml: string): readonly string[] =>
      assessmentOf(yaml).namespaces["shop"]?.policies[0]?.overlapPotential ?? [];
    const web = selecting("a", { app: "web" });
    expect(potential(web)).toEqual([]);
    expect(potential(`${web}${selecting("b", { app: "db" })}${selecting("b", { app: "web" }, "other")}`)).toEqual([]);
    expect(potential(`${web}${selecting("b", { tier: "front" })}`)).toEqual([
      "Broad selector may overlap with other policies",
    ]);
    expect(potential(`${selecting("a", { name: "web" })}${selecting("b", { tier: "front" })}`)).toEqual([]);
  });

  it("does not call a selector with only matchExpressions empty", () => {
    const [analysis] =
      assessmentOf(policy("a", "{ podSelector: { matchExpressions: [{ key: app, operator: Exists }] } }")).namespaces[
        "shop"
      ]?.policies ?? [];
    expect(analysis?.overlapPotential).toEqual([]);
  });

  it("finds too many policies, complex namespaces and repeated rules", () => {
    const eleven = Array.from({ length: 11 }, (_, i) => selecting(`p-${i}`, { app: `a-${i}` })).join("");
    expect(assessmentOf(eleven).optimizationOpportunities).toEqual([
      {
        namespace: "shop",
        type: "policy_consolidation",
        description: "Too many policies (11) in namespace",
        impact: "high",
        recommendation: "Consolidate overlapping policies",
      },
    ]);
    expect(assessmentOf(eleven.replace(/---[\s\S]*?(?=---)/, "")).optimizationOpportunities).toEqual([]);
    const complex = policy(
      "a",
      `{ ingress: [${Array.from({ length: 16 }, (_, i) => `{ ports: [{ port: ${i + 1} }] }`).join()}] }`,
    );
    expect(assessmentOf(complex).optimizationOpportunities.map(({ description }) => description)).toEqual([
      "High average policy complexity (32.0)",
    ]);
  });

  it("counts a rule repeated in other words, beyond the threshold", () => {
    const rule = (i: number): string =>
      i % 2 === 0
        ? "{ from: [{ podSelector: { matchLabels: { a: x, b: w } } }, { podSelector: {} }], ports: [{ port: 80 }] }"
        : "{ ports: [{ port: 80, protocol: TCP }], from: [{ podSelector: {} }, { podSelector: { matchLabels: { b: w, a: x } } }] }";
    const repeated = (times: number): string =>
      Array.from({ length: times }, (_, i) =>
        policy(`p-${i}`, `{ podSelector: { matchLabels: { app: a-${i} } }, ingress: [${rule(i)}] }`),
      ).join("");
    expect(assessmentOf(repeated(3)).optimizationOpportunities).toEqual([]);
    expect(
      assessmentOf(repeated(4)).optimizationOpportunities.map(({ type, description }) => `${type}: ${description}`),
    ).toEqual([
      "rule_redundancy: The same ingress rule (spec.ingress[0] of p-0) is written 4 times, in p-0, p-1, p-2, p-3",
    ]);
    expect(
      assessmentOf(repeated(4), { settings: { ...settings, redundancyThreshold: 4 } }).optimizationOpportunities,
    ).toEqual([]);
  });

  it("does not take a rule for ingress and one for egress for the same", () => {
    const both = Array.from({ length: 2 }, (_, i) =>
      policy(`p-${i}`, `{ podSelector: { matchLabels: { app: a-${i} } }, ingress: [{}], egress: [{}] }`),
    );
    expect(assessmentOf(both.join("")).optimizationOpportunities).toEqual([]);
  });
});
