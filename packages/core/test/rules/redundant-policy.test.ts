import { describe, expect, it } from "vitest";
import { documents, evaluate, findings, policy } from "./evaluate.ts";

const id = "redundant-policy";
const web = (from: string, types = "Ingress"): string =>
  `{ podSelector: { matchLabels: { app: web } }, policyTypes: [${types}], ingress: [{ from: [${from}], ports: [{ port: 80 }] }] }`;
const all =
  "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: proxy } } }], ports: [{ port: 80 }, { port: 81 }] }] }";
const proxy = "{ podSelector: { matchLabels: { app: proxy } } }";

describe("redundant-policy", () => {
  it("finds what a wider policy covers", () => {
    const [finding, ...more] = findings(id, documents(policy("all", all), policy("web", web(proxy))));
    expect(more).toEqual([]);
    expect(finding?.message).toBe(
      "NetworkPolicy shop/web adds nothing to NetworkPolicy shop/all: without it nothing changes for any pod that could exist",
    );
    expect(finding?.location?.path).toBe("metadata.name");
    expect(finding?.related.length).toBeGreaterThan(0);
  });

  it("finds what two policies cover together", () => {
    const tier = (value: string, operator: string): string =>
      `{ podSelector: { matchExpressions: [{ key: tier, operator: ${operator}, values: [${value}] }] }, policyTypes: [Ingress], ingress: [{ from: [${proxy}], ports: [{ port: 80 }] }] }`;
    const yaml = documents(policy("a", tier("x", "In")), policy("b", tier("x", "NotIn")), policy("web", web(proxy)));
    expect(findings(id, yaml).map(({ object }) => object.name)).toEqual(["web"]);
  });

  it.each([
    ["one that isolates more", documents(policy("all", all), policy("web", web(proxy, "Ingress, Egress")))],
    [
      "one that restricts, which restriction-undone tells of",
      documents(policy("all", all.replace("matchLabels: { app: proxy }", "")), policy("web", web(proxy))),
    ],
    ["one that allows more", documents(policy("all", all), policy("web", web("{ namespaceSelector: {} }")))],
    ["one of another namespace", documents(policy("all", all), policy("web", web(proxy), "prod"))],
    [
      "a floor that others happen to cover",
      documents(policy("deny", "{ podSelector: {}, policyTypes: [Ingress] }"), policy("all", all)),
    ],
  ])("is silent on %s", (_, yaml) => {
    expect(findings(id, yaml)).toEqual([]);
  });

  it("is made by --fix only where the others say it for just these pods", () => {
    const kindOf = (other: string): string | undefined =>
      findings(id, documents(policy("all", other), policy("web", web(proxy))))[0]?.fix?.kind;
    expect(kindOf(all)).toBe("manual");
    expect(kindOf(all.replace("podSelector: {},", "podSelector: { matchLabels: { app: web } },"))).toBe("safe");
  });

  it("leaves to a human what denies where another one opens", () => {
    const deny = policy("deny", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress] }");
    const [finding] = findings(id, documents(deny, policy("web", web(proxy))));
    expect(finding?.object.name).toBe("deny");
    expect(finding?.fix).toEqual({
      kind: "manual",
      description: "Remove deny if all that the others allow is meant; else narrow them.",
    });
  });

  it("names a policy that can select no pod", () => {
    const impossible = policy(
      "never",
      "{ podSelector: { matchExpressions: [{ key: a, operator: Exists }, { key: a, operator: DoesNotExist }] }, policyTypes: [Ingress] }",
    );
    expect(findings(id, impossible)[0]?.message).toContain("can select no pod");
  });

  it("reports no part twice", () => {
    const yaml = documents(policy("all", all), policy("web", web(proxy)), policy("web-too", web(proxy)));
    const reported = evaluate(yaml)
      .findings.filter(({ category }) => category === "optimization")
      .map(({ ruleId, object }) => `${ruleId} ${object.name}`);
    expect(reported).toEqual(["duplicate-policy web-too", "redundant-policy web"]);
  });

  describe("of Cilium", () => {
    const cilium = (name: string, spec: string, subject = "{ matchLabels: { app: web } }"): string =>
      `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: {endpointSelector: ${subject}, ${spec}}}`;
    const from = (app: string, ...ports: readonly string[]): string =>
      `{ fromEndpoints: [{ matchLabels: { app: ${app} } }], toPorts: [{ ports: [${ports.map((port) => `{ port: "${port}", protocol: TCP }`).join()}] }] }`;
    const wide = cilium("all", `ingress: [${from("proxy", "80", "81")}]`, "{}");
    const narrow = cilium("web", `ingress: [${from("proxy", "80")}]`);
    const clusterwide = (text: string): string =>
      text.replace("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy").replace(", namespace: shop", "");

    it("finds what a wider one covers, of any scope and kind", () => {
      const ofKubernetes = policy("all", all);
      for (const cover of [wide, ofKubernetes])
        expect(findings(id, documents(cover, narrow))).toMatchObject([
          { object: { name: "web" }, fix: { kind: "manual" }, severity: "low" },
        ]);
      const everywhere = clusterwide(
        cilium("all", `ingress: [{ fromEndpoints: [{ matchLabels: { app: proxy } }] }]`, "{}"),
      );
      const inShop = clusterwide(narrow).replace("app: web }", "app: web, 'k8s:io.kubernetes.pod.namespace': shop }");
      expect(findings(id, documents(clusterwide(wide), inShop)).map(({ object }) => object.name)).toEqual(["web"]);
      expect(findings(id, documents(everywhere, narrow))).toHaveLength(1);
    });

    it.each([
      ["whose pods nobody else isolates", [wide.replace("{}", "{ matchLabels: { app: web, tier: a } }"), narrow]],
      ["that others isolate in one direction only", [wide, narrow.replace("ingress:", "egress: [{}], ingress:")]],
      ["that denies", [wide, narrow.replace("ingress:", "ingressDeny: [{ fromEntities: [world] }], ingress:")]],
      [
        "that limits requests",
        [wide, narrow.replace("protocol: TCP }] }]", "protocol: TCP }], rules: { http: [{ path: / }] } }]")],
      ],
      [
        "that one with a limit covers",
        [wide.replace("protocol: TCP }] }]", "protocol: TCP }], rules: { http: [{ path: / }] } }]"), narrow],
      ],
      ["that only isolates", [cilium("deny", "ingress: [{}]", "{}"), cilium("too", "ingress: [{}]")]],
      ["for ICMP", [wide, cilium("ping", "ingress: [{ icmps: [{ fields: [{ type: 8 }] }] }]")]],
    ])("is silent on one %s", (_, texts) => {
      expect(findings(id, documents(...texts))).toEqual([]);
    });

    it("names the later of two that say the same", () => {
      expect(
        findings(id, documents(narrow, narrow.replace("name: web", "name: web-2"))).map(({ object }) => object.name),
      ).toEqual(["web-2"]);
    });
  });
});
