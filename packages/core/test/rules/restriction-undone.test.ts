import { describe, expect, it } from "vitest";
import { clusterPolicy, deployment, documents, evaluate, findings, policy } from "./evaluate.ts";

const id = "restriction-undone";
const web = (rules: string, name = "web"): string =>
  policy(name, `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [${rules}] }`);
const proxy = "{ podSelector: { matchLabels: { app: proxy } } }";
const edge = "{ podSelector: { matchLabels: { app: proxy, tier: edge } } }";
const notTesting = "{ namespaceSelector: { matchExpressions: [{ key: env, operator: NotIn, values: [testing] }] } }";

describe("restriction-undone", () => {
  it("tells once of all that one rule undoes, with the worst of it", () => {
    const db = "{ podSelector: { matchLabels: { app: db } } }";
    const rules = web(
      `{ from: [${proxy}], ports: [{ port: 1 }] }, { from: [${proxy}, ${db}] }, { from: [${notTesting}] }, {}`,
    );
    const found = findings(id, rules);
    expect(found.map(({ severity, location, related }) => [severity, location?.path, related.length])).toEqual([
      ["high", "spec.ingress[0].from[0]", 3],
    ]);
    expect(found[0]?.message).toContain("(and 2 more parts of it)");
    expect(found[0]?.fix?.description).toBe(
      "If they are meant, remove or narrow spec.ingress[3] of web; if not, remove spec.ingress[0].from[0] and the other 2 parts of web: without them nothing changes.",
    );
  });

  it("is silent where an earlier tier denies what only the broader one allows, and not where it denies a part", () => {
    const rules = web(`{ from: [{ podSelector: {} }] }, { from: [${proxy}] }`);
    const deny = (labels: string): string =>
      clusterPolicy("deny", {
        ingress: `{ action: Deny, from: [{ pods: { namespaceSelector: {}, podSelector: { matchExpressions: [{ key: app, ${labels} }] } } }] }`,
      });
    const pods = [deployment("web"), deployment("proxy"), deployment("batch"), deployment("test")];
    expect(findings(id, documents(...pods, rules, deny("operator: NotIn, values: [proxy]")))).toEqual([]);
    expect(findings(id, documents(...pods, rules, deny("operator: In, values: [test, web]")))).toHaveLength(1);
    expect(findings(id, documents(...pods, rules))).toHaveLength(1);
  });

  it("is silent where who is left out cannot be anybody", () => {
    const app = (operator: string): string => `{ key: app, operator: ${operator} }`;
    const peer = (...asked: readonly string[]): string =>
      `{ from: [{ podSelector: { matchExpressions: [${asked.join(", ")}] } }] }`;
    const test = "{ key: app, operator: NotIn, values: [test] }";
    const both = (rule: string): readonly unknown[] =>
      findings(
        id,
        documents(deployment("web"), web(rule), web(`${rule}, { from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }`, "again")),
      );
    expect(both(peer(app("DoesNotExist"), test))).toEqual([]);
    expect(both(peer(app("Exists"), test))).toEqual([]);
  });

  it("takes nothing for undone by what is allowed in the other direction", () => {
    const both = (name: string, ...ports: readonly string[]): string =>
      policy(
        name,
        `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress, Egress], egress: [{ to: [${proxy}] }], ingress: [{ from: [${proxy}], ports: [${ports.join(", ")}] }] }`,
      );
    const halves = both("halves", "{ port: 80, endPort: 84 }", "{ port: 85, endPort: 90 }");
    expect(findings(id, documents(both("whole", "{ port: 80, endPort: 90 }"), halves))).toEqual([]);
  });

  it.each([
    ["a rule", `{ from: [${proxy}] }, { from: [${edge}] }`, "spec.ingress[1].from[0]", "medium"],
    ["a peer", `{ from: [${proxy}, ${edge}] }`, "spec.ingress[0].from[1]", "medium"],
    [
      "a port",
      `{ from: [${proxy}], ports: [{ port: 80, endPort: 90 }, { port: 85 }] }`,
      "spec.ingress[0].ports[1]",
      "medium",
    ],
    [
      "a port beside all",
      `{ from: [${proxy}] }, { from: [${proxy}], ports: [{ port: 85 }] }`,
      "spec.ingress[1].ports[0]",
      "medium",
    ],
    [
      "a block",
      "{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }, { ipBlock: { cidr: 10.1.0.0/16 } }] }",
      "spec.ingress[0].from[1]",
      "medium",
    ],
    [
      "NotIn beside everybody",
      `{ from: [${notTesting}, { namespaceSelector: {} }] }`,
      "spec.ingress[0].from[0]",
      "high",
    ],
    [
      "NotIn beside a rule without peers",
      `{ from: [${notTesting}], ports: [{ port: 1 }] }, { ports: [{ port: 1 }] }`,
      "spec.ingress[0].from[0]",
      "high",
    ],
    [
      "pods beside every pod",
      `{ from: [${proxy}] }, { from: [{ namespaceSelector: {} }] }`,
      "spec.ingress[0].from[0]",
      "high",
    ],
  ])("finds %s", (_, rules, path, severity) => {
    const [finding, ...more] = findings(id, web(rules));
    expect(more).toEqual([]);
    expect(finding?.location?.path).toBe(path);
    expect(finding?.severity).toBe(severity);
    expect(finding?.related.length).toBeGreaterThan(0);
    expect(finding?.fix).toMatchObject({ kind: "manual" });
    expect(evaluate(web(rules)).findings.map(({ ruleId }) => ruleId)).not.toContain("redundant-rule");
  });

  it("finds what the broader rule of another policy undoes", () => {
    const all = policy(
      "all",
      "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }",
    );
    const [finding, ...more] = findings(
      id,
      documents(all, web(`{ from: [${proxy}, ${edge}], ports: [{ port: 80 }] }`)),
    );
    expect(more).toEqual([]);
    expect(finding?.message).toContain("spec.ingress[0].from[0] of NetworkPolicy shop/all");
  });

  it("finds a NotIn that a policy for other labels of the same pods undoes", () => {
    const front = policy(
      "front",
      `{ podSelector: { matchLabels: { tier: front } }, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: {} }] }] }`,
    );
    const policies = [web(`{ from: [${notTesting}] }`), front];
    expect(findings(id, documents(deployment("web", { app: "web", tier: "front" }), ...policies))).toHaveLength(1);
    expect(findings(id, documents(deployment("web"), deployment("front", { tier: "front" }), ...policies))).toEqual([]);
  });

  it.each([
    ["the same twice", `{ from: [${proxy}] }, { from: [${proxy}] }`],
    ["other ports", `{ from: [${proxy}], ports: [{ port: 80 }] }, { from: [${edge}], ports: [{ port: 81 }] }`],
    [
      "just those who are left out, on another port",
      `{ from: [${notTesting}] }, { from: [{ namespaceSelector: { matchLabels: { env: testing } } }], ports: [{ port: 80 }] }`,
    ],
    [
      "an exception, which except-reallowed tells of",
      "{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }, { ipBlock: { cidr: 10.0.0.0/8 } }] }",
    ],
    [
      "a range made of two",
      `{ from: [${proxy}], ports: [{ port: 1, endPort: 9 }, { port: 1, endPort: 4 }, { port: 5, endPort: 9 }] }`.replace(
        "{ port: 1, endPort: 9 }, ",
        "",
      ),
    ],
  ])("is silent on %s", (_, rules) => {
    expect(findings(id, web(rules))).toEqual([]);
  });

  it("is told once, by the rule that makes a default deny void", () => {
    const deny = policy("deny", "{ podSelector: {}, policyTypes: [Ingress] }");
    const ids = evaluate(documents(deny, web(`{ from: [${proxy}] }`), web("{}", "open"))).findings.map(
      ({ ruleId }) => ruleId,
    );
    expect(ids).toContain("allow-all-overrides-default-deny");
    expect(ids).not.toContain(id);
  });

  it("is told with the field that Kubernetes drops where that is the cause", () => {
    const broken = web("{ fromEntities: [world] }", "broken");
    const { findings: all } = evaluate(documents(broken, web(`{ from: [${proxy}], ports: [{ port: 80 }] }`)));
    expect(all.map(({ ruleId }) => ruleId)).not.toContain(id);
    const cause = all.find(({ ruleId }) => ruleId === "invalid-policy");
    expect(cause?.related.some(({ message }) => message.includes("restriction has no effect"))).toBe(true);
  });
});
