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
    [
      "a rule",
      `{ from: [${proxy}], ports: [{ port: 1 }, { port: 2 }] }, { from: [${proxy}], ports: [{ port: 1 }] }`,
      "spec.ingress[1]",
    ],
    ["a peer", `{ from: [${proxy}, ${proxy}], ports: [{ port: 1 }] }`, "spec.ingress[0].from[1]"],
    ["a port", `{ from: [${proxy}], ports: [{ port: 80 }, { port: 80 }] }`, "spec.ingress[0].ports[1]"],
  ])("finds %s", (_, rules, path) => {
    const found = findings(id, web(rules));
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ message }) => message.includes("of NetworkPolicy shop/web adds nothing to"))).toBe(true);
    expect(found.every(({ fix }) => fix?.kind === "safe")).toBe(true);
    expect(found[0]?.location?.path).toBe(path);
  });

  it("leaves it to a human where the rest says it for more pods", () => {
    const all = policy(
      "all",
      `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [${proxy}], ports: [{ port: 80 }] }] }`,
    );
    const [finding, ...more] = findings(
      id,
      documents(all, web(`{ from: [${proxy}], ports: [{ port: 80 }, { port: 81 }] }`)),
    );
    expect(more).toEqual([]);
    expect(finding?.location?.path).toBe("spec.ingress[0].ports[0]");
    expect(finding?.fix?.kind).toBe("manual");
  });

  it.each([
    ["the policy", web(`{ from: [${proxy}], ports: [{ port: 1 }, { port: 1 }] }, { fromEntities: [world] }`)],
    [
      "one that covers",
      documents(
        web(`{ from: [${proxy}], ports: [{ port: 1 }, { port: 2 }] }`),
        web(`{ from: [${proxy}] , ports: [{ port: 1 }] }, { from: [{ podSelector: {}, x: 1 }] }`).replace(
          "name: web",
          "name: b",
        ),
      ),
    ],
  ])("is silent while something worse is found of %s", (_, yaml) => {
    expect(evaluate(yaml).findings.filter(({ ruleId }) => ruleId === id)).toEqual([]);
  });

  it.each([
    ["different ports", `{ from: [${proxy}], ports: [{ port: 80 }] }, { from: [${edge}], ports: [{ port: 81 }] }`],
    ["what restricts, which restriction-undone tells of", `{ from: [${proxy}, ${edge}], ports: [{ port: 80 }] }`],
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
    const yaml = web(`{ from: [${proxy}, ${proxy}], ports: [{ port: 80 }, { port: 80 }] }`);
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
    const rule = `{ from: [${proxy}, { podSelector: { matchLabels: { app: api } } }], ports: [{ port: 80 }] }`;
    const ids = evaluate(
      documents(web(`${rule}, { from: [${proxy}], ports: [{ port: 81 }] }`), web(rule).replace("name: web", "name: b")),
    ).findings.filter(({ category }) => category === "optimization");
    expect(ids.map(({ ruleId }) => ruleId)).toEqual(["redundant-policy"]);
  });

  describe("of Cilium", () => {
    const cilium = (name: string, spec: string, subject = "{ matchLabels: { app: web } }"): string =>
      `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: {endpointSelector: ${subject}, ${spec}}}`;
    const from = (app: string, ...ports: readonly string[]): string =>
      `{ fromEndpoints: [{ matchLabels: { app: ${app} } }], toPorts: [{ ports: [${ports.map((port) => `{ port: "${port}", protocol: TCP }`).join()}] }] }`;
    const places = (...texts: readonly string[]): readonly unknown[] =>
      findings(id, documents(...texts)).map(({ object, location, fix }) => [
        object.name,
        location?.path,
        fix?.description,
      ]);

    it("finds entries that others cover, and keeps isolation", () => {
      const twice = cilium(
        "web",
        `ingress: [${from("proxy", "80")}, ${from("cron", "9")}, ${from("cron", "9", "10")}]`,
      );
      expect(places(twice)).toEqual([["web", "spec.ingress[1]", expect.stringContaining("Remove spec.ingress[1]")]]);
      const other = policy(
        "web",
        "{ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: proxy } } }], ports: [{ port: 80 }] }] }",
      );
      const two = cilium(
        "web",
        `ingress: [${from("proxy", "80")}], egress: [{ toEndpoints: [{ matchLabels: { app: db } }], toPorts: [{ ports: [{ port: "1" }] }] }]`,
      );
      expect(places(other, two)).toEqual([["web", "spec.ingress[0]", expect.stringContaining("ingress: [{}]")]]);
    });

    it("judges an entry with what it may mean beside what it does", () => {
      const entry = (entities: string): string =>
        `{ fromEntities: [${entities}], toPorts: [{ ports: [{ port: "80" }] }] }`;
      const both = cilium("web", `ingress: [${entry("world")}, ${entry("world, kube-apiserver")}]`);
      expect(places(both).map((each) => (each as readonly unknown[])[1])).not.toContain("spec.ingress[1]");
    });
  });
});
