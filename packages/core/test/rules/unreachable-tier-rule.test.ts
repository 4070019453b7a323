import { describe, expect, it } from "vitest";
import { clusterPolicy, deployment, documents, evaluate, findings, policy } from "./evaluate.ts";

const id = "unreachable-tier-rule";
const from = (action: string, labels = "{}", ports = ""): string =>
  `{ action: ${action}, from: [{ namespaces: ${labels} }]${ports} }`;
const test = "{ matchLabels: { env: test } }";

const cilium = (name: string, rules: string): string =>
  `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: { endpointSelector: { matchLabels: { app: web } }, ${rules} }`;

describe("unreachable-tier-rule", () => {
  it("finds an allow that a deny of Cilium wholly covers, and no other", () => {
    const allow = cilium(
      "allow",
      "ingress: [{ fromEndpoints: [{ matchLabels: { app: a } }] }, { fromEntities: [all] }]",
    );
    const deny = cilium("deny", "ingressDeny: [{ fromEndpoints: [{}] }]");
    expect(findings(id, documents(allow, deny))).toMatchObject([
      { object: { name: "allow" }, location: { path: "spec.ingress[0]" } },
    ]);
    expect(
      findings(id, documents(allow, cilium("deny", "ingressDeny: [{ fromEndpoints: [{ matchLabels: { app: b } }] }]"))),
    ).toEqual([]);
  });

  it("does not advise to take out the one entry by which a policy of Cilium isolates", () => {
    const advice = (rules: string): string | undefined => {
      const deny = "enableDefaultDeny: { ingress: false }, ingressDeny: [{ fromEndpoints: [{}] }]";
      return findings(id, documents(cilium("allow", rules), cilium("deny", deny)))[0]?.fix?.description;
    };
    const covered = "{ fromEndpoints: [{ matchLabels: { app: a } }] }";
    expect(advice(`ingress: [${covered}]`)).toBe(
      "A deny comes before every allow: narrow the deny, or write `ingress: [{}]` in place of this rule, without which the policy isolates nobody.",
    );
    expect(advice(`ingress: [${covered}, { fromEntities: [all] }]`)).toContain("or remove this rule.");
  });

  it("advises in the terms of what decides before: a rule of the policy itself, or a policy", () => {
    const advice = (...texts: readonly string[]): string | undefined =>
      findings(id, documents(...texts))[0]?.fix?.description;
    expect(advice(clusterPolicy("order", { ingress: `${from("Accept")}, ${from("Deny", test)}` }))).toBe(
      "Move it before the rule that decides now, or remove it.",
    );
    const second = clusterPolicy("second", { ingress: from("Deny", test) }, { priority: 90 });
    expect(advice(clusterPolicy("first", { ingress: from("Accept") }, { priority: 1 }), second)).toContain(
      "a lower priority of its policy",
    );
  });

  it("says nothing of host endpoints of Calico for which nothing else decides before", () => {
    const calico = (kind: string, rest: string): string =>
      `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: { ${rest}, types: [Ingress], ingress: [{ action: Deny, protocol: TCP }] }`;
    const advice = (applyOnForward: boolean): string | undefined =>
      findings(
        id,
        documents(
          calico("GlobalNetworkPolicy", "name: a }\nspec: { order: 1, selector: all()"),
          calico(
            "GlobalNetworkPolicy",
            `name: b }\nspec: { order: 2, selector: all()${applyOnForward ? ", applyOnForward: true" : ""}`,
          ),
        ),
      )[0]?.fix?.description;
    expect(advice(false)).toBe("Remove it: nothing changes.");
    expect(advice(true)).toContain("HostEndpoint");
  });

  it.each([
    ["a Deny behind an Accept", `${from("Accept")}, ${from("Deny", test)}`, "spec.ingress[1]", "medium"],
    ["the same again", `${from("Deny")}, ${from("Deny", test)}`, "spec.ingress[1]", "low"],
    [
      "what two rules cover together",
      `${from("Accept", test)}, ${from("Deny", "{ matchExpressions: [{ key: env, operator: NotIn, values: [test] }] }")}, ${from("Pass")}`,
      "spec.ingress[2]",
      "medium",
    ],
  ])("finds %s", (_, rules, path, severity) => {
    const [finding, ...more] = findings(id, clusterPolicy("order", { ingress: rules }));
    expect(more).toEqual([]);
    expect(finding?.location?.path).toBe(path);
    expect(finding).toMatchObject({ severity, fix: { kind: "manual" } });
    expect(finding?.related.length).toBeGreaterThan(0);
  });

  it("finds what an earlier policy, and an earlier tier, decides", () => {
    const first = clusterPolicy("first", { ingress: from("Accept") }, { priority: 1 });
    const second = clusterPolicy("second", { ingress: from("Deny", test) }, { priority: 2 });
    const baseline = clusterPolicy("third", { ingress: from("Deny") }, { tier: "Baseline" });
    const messages = findings(id, documents(first, second, baseline)).map(({ message }) => message);
    expect(messages).toHaveLength(2);
    expect(messages.every((message) => message.includes("spec.ingress[0] of ClusterNetworkPolicy first"))).toBe(true);
  });

  it("finds a rule that no pod can match", () => {
    const never = "{ matchLabels: { env: test }, matchExpressions: [{ key: env, operator: DoesNotExist }] }";
    const [finding] = findings(id, clusterPolicy("order", { ingress: from("Deny", never) }));
    expect(finding?.message).toContain("matches no traffic");
  });

  it.each([
    ["an exception before the rule", clusterPolicy("order", { ingress: `${from("Accept", test)}, ${from("Deny")}` })],
    [
      "other ports",
      clusterPolicy("order", { ingress: `${from("Accept", "{}", ", protocols: [{ tcp: {} }]")}, ${from("Deny")}` }),
    ],
    [
      "a policy of the same priority",
      documents(clusterPolicy("a", { ingress: from("Deny") }), clusterPolicy("b", { ingress: from("Deny", test) })),
    ],
    [
      "what NetworkPolicies deny at the end of their tier",
      documents(
        policy("deny", "{ podSelector: {}, policyTypes: [Ingress] }"),
        clusterPolicy("default", { ingress: from("Deny") }, { tier: "Baseline" }),
      ),
    ],
    [
      "a NetworkPolicy that allows what an earlier tier lets through",
      documents(
        clusterPolicy("admin", {
          ingress: from("Accept", "{}", ", protocols: [{ tcp: { destinationPort: { number: 80 } } }]"),
        }),
        policy(
          "open",
          "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }] }",
        ),
        cilium("deny", "ingressDeny: [{ fromEndpoints: [{ matchLabels: { app: b } }] }]"),
      ),
    ],
    ["what an earlier Pass leaves to later tiers", clusterPolicy("order", { ingress: from("Pass") })],
  ])("is silent on %s", (_, yaml) => {
    expect(evaluate(yaml, id)).toEqual({ findings: [], notEvaluated: [] });
  });

  it("counts what is written once as one, and waits for nodes", () => {
    const cilium = (name: string, rules: string): string =>
      `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: ${name}, namespace: shop}, ${rules}}`;
    const deny = "ingressDeny: [{ fromEndpoints: [{ matchLabels: { app: bad } }] }]";
    const own = (ingress: string): string =>
      cilium("own", `spec: { endpointSelector: {}, ${deny}, ingress: [${ingress}] }`);
    for (const entities of ["host", "host, remote-node", "kube-apiserver, remote-node"])
      expect(findings(id, own(`{ fromEntities: [${entities}] }`))).toEqual([]);
    const denied = "{ fromEndpoints: [{ matchLabels: { app: bad, tier: web } }] }";
    expect(findings(id, own(denied))).toMatchObject([{ location: { path: "spec.ingress[0]" } }]);
    // Rules of `specs` are policies of one object, each with its own list.
    const both = `specs: [{ endpointSelector: {}, ${deny} }, { endpointSelector: {}, ingress: [{ fromEntities: [world] }, ${denied}] }]`;
    expect(findings(id, cilium("both", both))).toMatchObject([{ location: { path: "specs[1].ingress[1]" } }]);
  });

  it("is silent on ICMP, which is not told apart", () => {
    const icmp =
      "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: ping, namespace: shop }\nspec: { selector: all(), ingress: [{ action: Allow, protocol: ICMP }] }";
    expect(findings(id, icmp)).toEqual([]);
  });

  it("is silent on what waits for pods, and names what it cannot judge", () => {
    const nodes = clusterPolicy("nodes", { egress: "{ action: Deny, to: [{ nodes: {} }] }" });
    const { findings: found, notEvaluated } = evaluate(documents(deployment("web"), nodes), id);
    expect(found).toEqual([]);
    expect(notEvaluated.map(({ reason }) => reason)).toEqual([expect.stringContaining("nodes")]);
  });
});
