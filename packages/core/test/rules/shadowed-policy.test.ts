import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import type { Finding } from "../../src/answers/finding.ts";
import { clusterPolicy, documents, policy } from "./evaluate.ts";

const id = "shadowed-policy";

function findings(...texts: readonly string[]): readonly Finding[] {
  return analyze([{ name: "test.yaml", text: documents(...texts) }], { rules: [id] }).findings;
}

function global(name: string, spec: string, apiVersion = "projectcalico.org/v3"): string {
  return `apiVersion: ${apiVersion}\nkind: GlobalNetworkPolicy\nmetadata: { name: ${name} }\nspec: { ${spec} }`;
}

const web = (order: number, rules: string): string =>
  `order: ${order}, selector: app == 'web', types: [Ingress], ingress: [${rules}]`;
const two = "{ action: Deny, protocol: TCP, destination: { ports: [22] } }, { action: Deny, protocol: UDP }";

describe("shadowed-policy", () => {
  it("finds a policy of which nothing is left, and says by what", () => {
    const [finding, ...more] = findings(global("open", web(1, "{ action: Allow }")), global("closed", web(2, two)));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      severity: "medium",
      object: { name: "closed" },
      location: { path: "metadata.name" },
    });
    expect(finding?.message).toContain("2 rules match is decided before, by GlobalNetworkPolicy open");
  });

  it("is mild where the outcome is the same, and finds it in kinds of Kubernetes", () => {
    expect(findings(global("open", web(1, "{ action: Deny }")), global("closed", web(2, two)))).toMatchObject([
      { severity: "low" },
    ]);
    const from = (action: string, label: string): string =>
      `{ action: ${action}, from: [{ namespaces: { matchLabels: { env: ${label} } } }] }`;
    const all = "{ action: Accept, from: [{ namespaces: {} }] }";
    const first = clusterPolicy("first", { ingress: all }, { priority: 1 });
    const second = clusterPolicy("second", { ingress: `${from("Deny", "a")}, ${from("Deny", "b")}` }, { priority: 2 });
    expect(findings(first, second)).toMatchObject([{ object: { name: "second" } }]);
    const same = clusterPolicy("same", { ingress: `${from("Accept", "a")}, ${from("Accept", "b")}` }, { priority: 2 });
    // These kinds isolate nobody.
    expect(findings(first, same)).toMatchObject([
      { fix: { description: "Remove it: what comes before does the same." } },
    ]);
  });

  it("advises what can be done: orders are of no use against a deny of Cilium or an earlier tier", () => {
    const advice = (...texts: readonly string[]): string | undefined => findings(...texts)[0]?.fix?.description;
    expect(advice(global("open", web(1, "{ action: Allow }")), global("closed", web(2, two)))).toContain("lower order");
    const cilium = (name: string, rules: string): string =>
      `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: { endpointSelector: {}, ${rules} }`;
    const from = (label: string): string => `{ fromEndpoints: [{ matchLabels: { app: ${label} } }] }`;
    const open = cilium("open", `ingress: [${from("a")}, ${from("b")}]`);
    expect(advice(open, cilium("closed", "ingressDeny: [{ fromEntities: [all] }]"))).toBe(
      "A deny comes before every allow: narrow the deny, or remove this policy.",
    );
    const tier = "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: { name: security }\nspec: { order: 1 }";
    const first = global("security.closed", `tier: security, ${web(1, "{ action: Deny }")}`);
    const opening = "{ action: Allow, protocol: TCP }, { action: Allow, protocol: UDP }";
    expect(advice(tier, first, global("open", web(2, opening)))).toBe(
      "Narrow what decides before, or remove this policy: all of its tier is asked later.",
    );
  });

  it("is silent on a NetworkPolicy that allows what its administrators allow: it is not theirs", () => {
    const pods = (label: string): string => `{ from: [{ podSelector: { matchLabels: { app: ${label} } } }] }`;
    const web = policy("web", `{ podSelector: {}, policyTypes: [Ingress], ingress: [${pods("a")}, ${pods("b")}] }`);
    const first = (action: string): string =>
      clusterPolicy("first", { ingress: `{ action: ${action}, from: [{ namespaces: {} }] }` }, { priority: 1 });
    const beside = global("other", "selector: has(x), types: [Egress], egress: [{ action: Allow }]");
    expect(findings(web, first("Accept"), beside)).toEqual([]);
    expect(findings(web, first("Deny"), beside)).toMatchObject([{ severity: "medium" }]);
  });

  it("tells of one defect once", () => {
    const texts = documents(global("open", web(1, "{ action: Allow }")), global("closed", web(2, two)));
    const all = analyze([{ name: "test.yaml", text: texts }], { rules: [id, "unreachable-tier-rule"] }).findings;
    expect(all.map(({ ruleId, related }) => [ruleId, related.length])).toEqual([[id, 3]]);
  });

  it("counts rules that narrow the pods as they are written", () => {
    const narrow =
      "{ action: Deny, destination: { selector: has(a) } }, { action: Deny, destination: { selector: has(b) } }";
    expect(findings(global("open", web(1, "{ action: Allow }")), global("closed", web(2, narrow)))).toHaveLength(1);
  });

  it.each([
    ["a rule is left", [global("open", web(1, "{ action: Allow, protocol: TCP }")), global("closed", web(2, two))]],
    ["it has one rule", [global("open", web(1, "{ action: Allow }")), global("closed", web(2, "{ action: Deny }"))]],
    ["it is asked first", [global("open", web(2, "{ action: Allow }")), global("closed", web(1, two))]],
    [
      "it only logs",
      [global("open", web(1, "{ action: Allow }")), global("log", web(2, "{ action: Log }, { action: Log }"))],
    ],
    [
      "a rule is about ICMP, which is not told apart",
      [
        global("open", web(1, "{ action: Allow, protocol: TCP }")),
        global(
          "more",
          web(2, "{ action: Allow, protocol: TCP, destination: { ports: [80] } }, { action: Allow, protocol: ICMP }"),
        ),
      ],
    ],
    ["the order is not known", [global("open", web(1, "{ action: Allow }")), global("closed", web(1, two))]],
  ])("is silent where %s", (_, texts) => {
    expect(findings(...texts)).toEqual([]);
  });
});
