import { describe, expect, it } from "vitest";
import { can, readManifests } from "../../../src/entries/index.ts";

const policy = (name: string, factors: number): string => {
  const selector = Array.from({ length: factors }, (_, i) => `(a${i} == 'v' || ${name}${i} != 'w')`).join(" && ");
  return `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: ${name}}\nspec: {selector: "${selector}", types: [Ingress], ingress: [{action: Allow}]}\n---\n`;
};
const pod =
  "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\nspec: {containers: []}\n---\n";
const deny =
  "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\nspec: {podSelector: {}}\n---\n";

describe("selectors of many combinations", () => {
  it("up to 256 of one selector are followed; beyond them the policy is told of, and nothing that it may allow is certain", () => {
    expect(readManifests([{ name: "a.yaml", text: policy("p", 8) }]).problems).toEqual([]);
    const cluster = readManifests([{ name: "a.yaml", text: pod + deny + policy("p", 9) }]);
    expect(cluster.problems).toMatchObject([{ code: "input-too-large", unreadable: true, location: { line: 14 } }]);
    expect(can(cluster, { source: "internet", target: "shop/web", port: "80" }).answer).toBe("unknown");
  });

  it("of thousands of them not all are followed", () => {
    const text = Array.from({ length: 150 }, (_, i) => policy(`p${i}x`, 8)).join("");
    const { problems, policies } = readManifests([{ name: "a.yaml", text: text + policy("few", 4) }]);
    expect(policies.map(({ subject }) => 1 + (subject.or ?? []).length).reduce((a, b) => a + b)).toBeLessThan(31_000);
    expect(problems.length).toBeGreaterThan(20);
    expect(problems.map(({ object }) => object?.name)).not.toContain("few");
  });
});
