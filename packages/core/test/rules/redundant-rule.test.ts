import { describe, expect, it } from "vitest";
import { comparePolicies } from "../../src/symbolic/compare-policies.ts";
import { findRedundancies } from "../../src/symbolic/find-redundancies.ts";
import { withoutParts } from "../../src/symbolic/without-parts.ts";
import { documents, evaluate, findings, policy, reachabilityOf } from "./evaluate.ts";

const id = "redundant-rule";
const web = (rules: string): string =>
  policy("web", `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [${rules}] }`);
const proxy = "{ podSelector: { matchLabels: { app: proxy } } }";
const edge = "{ podSelector: { matchLabels: { app: proxy, tier: edge } } }";

describe("redundant-rule", () => {
  it.each([
    ["a rule", `{ from: [${proxy}] }, { from: [${edge}] }`, "spec.ingress[1]"],
    ["a peer", `{ from: [${proxy}, ${edge}] }`, "spec.ingress[0].from[1]"],
    ["a port", `{ from: [${proxy}], ports: [{ port: 80, endPort: 90 }, { port: 85 }] }`, "spec.ingress[0].ports[1]"],
    [
      "an ipBlock",
      "{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }, { ipBlock: { cidr: 10.1.0.0/16 } }] }",
      "spec.ingress[0].from[1]",
    ],
  ])("finds %s", (_, rules, path) => {
    const [finding, ...more] = findings(id, web(rules));
    expect(more).toEqual([]);
    expect(finding?.location?.path).toBe(path);
    expect(finding?.message).toContain(`${path} of NetworkPolicy shop/web adds nothing to`);
    expect(finding?.fix?.kind).toBe("safe");
  });

  it("finds what another policy covers", () => {
    const all = policy(
      "all",
      "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }",
    );
    const [finding] = findings(
      id,
      documents(all, web(`{ from: [${proxy}, { namespaceSelector: {} }], ports: [{ port: 80 }] }`)),
    );
    expect(finding?.location?.path).toBe("spec.ingress[0].from[0]");
  });

  it.each([
    ["different ports", `{ from: [${proxy}], ports: [{ port: 80 }] }, { from: [${edge}], ports: [{ port: 81 }] }`],
    [
      "no ports, which is more than all of them",
      `{ from: [${proxy}], ports: [{}, { protocol: UDP }, { protocol: SCTP }] }, { from: [${edge}] }`,
    ],
    [
      "pods of the own and of all namespaces",
      "{ from: [{ namespaceSelector: {} }], ports: [{ port: 1 }] }, { from: [{ podSelector: {} }] }",
    ],
  ])("is silent on %s", (_, rules) => {
    expect(findings(id, web(rules))).toEqual([]);
  });

  it("reports parts that can all go at once", () => {
    const yaml = web(`{ from: [${proxy}, ${proxy}, ${edge}], ports: [{ port: 80 }, { port: 80 }] }`);
    const { policies } = reachabilityOf(yaml).cluster;
    const { redundant } = findRedundancies(policies);
    expect(findings(id, yaml)).toHaveLength(redundant.length);
    const parts = redundant.map(({ part }) => part);
    expect(comparePolicies(policies, withoutParts(policies, parts)).verdict).toBe("equivalent");
  });

  it("lists the first parts of a policy only", () => {
    const ports = Array.from({ length: 50 }, () => "{ port: 80 }").join();
    const found = findings(id, web(`{ from: [${proxy}], ports: [${ports}] }`));
    expect(found).toHaveLength(20);
    expect(found.some(({ message }) => message.includes("29 more parts"))).toBe(true);
  });

  it("says nothing of the parts of a policy that can go as a whole", () => {
    const yaml = documents(
      policy("all", "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }"),
      web(`{ from: [${proxy}, ${edge}] }`),
    );
    const ids = evaluate(yaml).findings.filter(({ category }) => category === "optimization");
    expect(ids.map(({ ruleId }) => ruleId)).toEqual(["redundant-policy"]);
  });
});
