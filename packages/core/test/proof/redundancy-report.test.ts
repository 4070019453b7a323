import { describe, expect, it } from "vitest";
import { redundancy, redundancyMarkdown, redundancyText } from "../../src/entries/proof.ts";
import { schemaErrors } from "../report/schemas.ts";
import { clusterOf, denyAll, policy, webFrom } from "./policies.ts";

describe("redundancy", () => {
  it("names what can go, what covers it, and both places", () => {
    const report = redundancy(clusterOf(webFrom("a", "b"), webFrom("b", "b"), policy("wide", "{ podSelector: {} }")));
    expect(report.redundancies.map(({ sentence }) => sentence)).toEqual([
      "NetworkPolicy shop/b adds nothing to NetworkPolicy shop/a and spec.ingress[0] of NetworkPolicy shop/a",
    ]);
    expect(report.redundancies[0]?.part.location).toMatchObject({ file: "test.yaml", line: 8, path: "metadata.name" });
    expect(schemaErrors(report)).toEqual([]);
    expect(redundancyText(report)).toMatch(/^1 part can be taken out, all at once\n/);
    expect(redundancyMarkdown(report)).toContain("| `test.yaml:8:");
  });

  it("says where an entry must stay, by which a policy of Cilium isolates", () => {
    const cilium = (name: string, rest: string): string =>
      `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: { endpointSelector: {}, ${rest} }\n`;
    const wide = cilium("wide", "enableDefaultDeny: { ingress: false }, ingress: [{ fromEndpoints: [{}] }]");
    const sentences = (entries: string): readonly string[] =>
      redundancy(clusterOf(cilium("narrow", `ingress: [${entries}]`), wide)).redundancies.map(
        ({ sentence }) => sentence,
      );
    const web = "{ fromEndpoints: [{ matchLabels: { app: web } }] }";
    const said = "adds nothing to spec.ingress[0] of CiliumNetworkPolicy shop/wide";
    const path = "spec.ingress[0] of CiliumNetworkPolicy shop/narrow";
    expect(sentences(web)).toEqual([`${path} ${said}; leave {} in its place, as its policy isolates by an entry`]);
    expect(sentences(`${web}, { fromEntities: [world] }`)).toEqual([`${path} ${said}`]);
  });

  it("finds shadowed rules, peers and ports, and what can match nothing", () => {
    const rules =
      "[{ ports: [{ port: 80 }, { port: 1, endPort: 99 }] }, { from: [{ podSelector: {} }], ports: [{ port: 7 }] }, " +
      "{ from: [{ podSelector: { matchExpressions: [{ key: a, operator: Exists }, { key: a, operator: DoesNotExist }] } }] }]";
    const report = redundancy(clusterOf(policy("a", `{ podSelector: {}, ingress: ${rules} }`)));
    expect(report.redundancies.map(({ sentence, shadowedBy }) => [sentence, shadowedBy?.path])).toEqual([
      ["spec.ingress[0].ports[0] of NetworkPolicy shop/a adds nothing to the rest of its rule", "spec.ingress[0]"],
      [
        "spec.ingress[1] of NetworkPolicy shop/a adds nothing to spec.ingress[0] of NetworkPolicy shop/a",
        "spec.ingress[0]",
      ],
      ["spec.ingress[2] of NetworkPolicy shop/a can match nothing, whatever pods there are", undefined],
    ]);
    expect(schemaErrors(report)).toEqual([]);
  });

  it("does not take for redundant what is left of a NetworkPolicy whose every rule loses something", () => {
    const baseline = `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: other }
spec: { tier: Baseline, priority: 1, subject: { namespaces: {} }, egress: [{ action: Deny, to: [{ namespaces: {} }] }] }
`;
    const beside = policy("beside", "{ podSelector: {}, ingress: [{ ports: [{ port: 443 }] }] }");
    const twice = policy(
      "twice",
      "{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }, { podSelector: {} }] }] }",
    );
    const report = redundancy(clusterOf(beside, twice, baseline));
    expect(report.redundancies.map(({ part }) => [part.policy.name, part.path])).toEqual([
      ["twice", "spec.ingress[0].from[1]"],
    ]);
  });

  it("takes out one of two rules of one tier that do the same, not each for the other", () => {
    const policyOf = (name: string, priority: number, rules: string): string =>
      `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec: { tier: Admin, priority: ${priority}, subject: { namespaces: {} }, ${rules} }
`;
    const deny = "{ action: Deny, to: [{ namespaces: {} }] }";
    const first = policyOf(
      "first",
      1,
      `egress: [{ action: Accept, to: [{ namespaces: { matchLabels: { team: a } } }] }, ${deny}]`,
    );
    const second = policyOf("second", 2, `egress: [${deny}], ingress: [{ action: Deny, from: [{ namespaces: {} }] }]`);
    const report = redundancy(clusterOf(first, second));
    expect(report.redundancies.map(({ part }) => [part.policy.name, part.path])).toEqual([["first", "spec.egress[1]"]]);
  });

  it("says when there is nothing, and when the budget did not last", () => {
    expect(redundancyText(redundancy(clusterOf(denyAll, webFrom("a", "b"))))).toMatch(/^irredundant {2}/);
    const short = redundancy(clusterOf(policy("a", "{ podSelector: {}, ingress: [{}] }"), webFrom("b", "b")), {
      steps: 0,
    });
    expect(short.redundancies).toEqual([]);
    expect(short.undecidedParts.length).toBeGreaterThan(0);
    expect(short.undecided).toHaveLength(1);
    expect(schemaErrors(short)).toEqual([]);
    expect(redundancyText(short)).toMatch(/^undecided {2}/);
  });
});
