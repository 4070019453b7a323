import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import type { SecurityScoreDetail, SecurityTerm, SecurityTermName } from "../../src/answers/security-score.ts";
import { deployment, policy } from "./read.ts";

function scoreOf(yaml: string, namespaces?: readonly string[]): SecurityScoreDetail {
  const options = namespaces === undefined ? {} : { namespaces };
  return analyze([{ name: "test.yaml", text: yaml }], options).securityScoreDetail;
}

function term({ terms }: Pick<SecurityScoreDetail, "terms">, name: SecurityTermName): SecurityTerm {
  const found = terms.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no term ${name}`);
  return found;
}

/** Pods that bring their own DNS settings: for others a cluster without DNS is no good one. */
const withoutDns = (workload: string): string => workload.replace("spec: {", 'spec: { dnsPolicy: "None",');
const denyAll = (namespace = "shop"): string =>
  policy("deny-all", "{ podSelector: {}, policyTypes: [Ingress, Egress] }", namespace);
const web = withoutDns(deployment("web", { app: "web" }));
const db = withoutDns(deployment("db", { app: "db" }));
const egress = (peer: string, ports = ""): string =>
  `${denyAll()}${policy("out", `{ podSelector: {}, policyTypes: [Egress], egress: [{ ${peer} ${ports} }] }`)}`;

describe("the security score", () => {
  it("is 100 where nothing is allowed, and 0 without policies, whose correctness is not scored", () => {
    expect(scoreOf(`${web}${db}${denyAll()}`).value).toBe(100);
    const open = scoreOf(`${web}${db}`);
    expect(open.value).toBe(0);
    expect(term(open, "correctness")).toMatchObject({ weight: 0, value: null });
    expect(term(open, "correctness").note).toMatch(/not scored/);
    // Of another namespace there may be some, which are not about these pods.
    expect(term(scoreOf(`${web}${db}${denyAll("other")}`), "correctness").note).toBe(term(open, "correctness").note);
    expect(open.terms.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(100);
  });

  it("counts what is wrong with policies of every kind", () => {
    const cilium = (peer: string): string =>
      `---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: db, namespace: shop }\nspec: { endpointSelector: {}, ingress: [{ fromEndpoints: [{ ${peer} }] }], egress: [{}] }\n`;
    expect(term(scoreOf(`${web}${db}${cilium("matchLabels: { app: web }")}`), "correctness").value).toBe(100);
    const wrong = term(scoreOf(`${web}${db}${cilium("matchLables: { app: web }")}`), "correctness");
    expect(wrong).toMatchObject({
      value: 0,
      note: "1 of 1 policy has a correctness finding",
      costliest: { ruleId: "invalid-policy" },
    });
  });

  it("counts the metadata endpoint of the cloud that the configuration names", () => {
    const yaml = `${web}${egress("to: [{ ipBlock: { cidr: 100.100.100.200/32 } }]")}`;
    const exposure = (platform?: "alibaba" | "other") => {
      const sources = [{ name: "test.yaml", text: yaml }];
      return term(analyze(sources, platform === undefined ? {} : { platform }).securityScoreDetail, "exposure").value;
    };
    expect(exposure("alibaba")).toBeLessThan(exposure("other") ?? 0);
    expect(exposure()).toBe(exposure("other"));
  });

  it("loses its correctness where DNS is refused: a dead cluster is no good one", () => {
    const detail = scoreOf(`${deployment("web", { app: "web" })}${denyAll()}`);
    expect(detail.value).toBe(90);
    expect(term(detail, "correctness")).toMatchObject({
      value: 0,
      note: "what is declared or needed by every pod is refused",
    });
  });

  it("is never 100 beside a finding of high severity", () => {
    const duplicate = policy("deny-all", "{ podSelector: {}, policyTypes: [Ingress, Egress] }");
    const detail = scoreOf(`${web}${denyAll()}${duplicate}`);
    expect(detail.value).toBeLessThanOrEqual(99);
    const sum = detail.terms.reduce((total, { weight, value }) => total + (weight * (value ?? 0)) / 100, 0);
    expect(sum).toBeCloseTo(detail.value ?? 0);
  });

  it("is null without workloads, and says why; so is the overall score", () => {
    const report = analyze([{ name: "test.yaml", text: denyAll() }]);
    expect([report.securityScore, report.overallScore]).toEqual([null, null]);
    expect(report.summary.scoreNote).toMatch(/no pods that policies could isolate/);
  });

  it("is null where something may decide that is not evaluated, or makes pods, and says which of both", () => {
    const beside = (manifest: string): string | undefined =>
      analyze([{ name: "a.yaml", text: `${web}${denyAll()}---\n${manifest}` }]).summary.scoreNote;
    const named = "metadata: { name: x, namespace: shop }\nspec: {}\n";
    expect(beside(`apiVersion: kafka.strimzi.io/v1\nkind: Kafka\n${named}`)).toBe(
      "no security score: Kafka shop/x of kafka.strimzi.io makes pods that the input does not show",
    );
    expect(beside(`apiVersion: crd.antrea.io/v1beta1\nkind: NetworkPolicy\n${named}`)).toBe(
      "no security score: NetworkPolicy shop/x is not evaluated, and may decide who talks to whom",
    );
  });

  it("gives the overall score its part", () => {
    const { securityScore, overallScore, performanceMetrics } = analyze([
      { name: "a.yaml", text: `${web}${denyAll()}` },
    ]);
    expect(securityScore).toBe(100);
    expect(overallScore).toBeCloseTo(0.7 * (performanceMetrics.performanceScore ?? 0) + 30);
  });

  it("counts isolated pods, not workloads, and names the finding that costs most", () => {
    const nine = web.replace("spec:", "spec:\n  replicas: 9");
    const only = policy("web", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress, Egress] }");
    const detail = scoreOf(`${nine}${db}${only}`);
    expect(term(detail, "isolation-ingress")).toMatchObject({ value: 90, weight: 30, note: "9 of 10 pods isolated" });
    expect(term(detail, "isolation-egress").costliest).toMatchObject({
      ruleId: "missing-default-deny-egress",
      location: { file: "test.yaml" },
    });
  });

  it("does not take a policy that lets everything through for isolation", () => {
    const opened = scoreOf(`${web}${db}${policy("open", "{ podSelector: {}, ingress: [{}] }")}`);
    expect(term(opened, "isolation-ingress")).toMatchObject({
      value: 0,
      note: "0 of 2 pods isolated; 2 more by policies that let everything through",
      costliest: { ruleId: "all-namespaces-peer" },
    });
    // One of another kind that has its name is another policy.
    const closed = `---\napiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: open, namespace: shop }\nspec: { selector: app == 'db', types: [Egress], egress: [{ action: Deny }] }\n`;
    const beside = scoreOf(`${web}${db}${policy("open", "{ podSelector: {}, ingress: [{}] }")}${closed}`);
    expect(term(beside, "isolation-ingress")).toMatchObject({ costliest: { ruleId: "all-namespaces-peer" } });
  });

  it("measures tightness by pairs within the namespace and with others", () => {
    const own = policy("own", "{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }");
    expect(term(scoreOf(`${web}${db}${denyAll()}${own}`), "tightness").value).toBe(100);
    // Egress is open: within the namespace everybody talks to everybody, from other namespaces nobody comes.
    // Across: the 2 x 2 pairs from here to a copy are refused there, as those from the copy are here.
    expect(term(scoreOf(`${web}${db}${own}`), "tightness").value).toBe(50);
  });

  it("knows that a selector of the own namespace's labels admits namespaces like it", () => {
    const labelled = `---\napiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { env: prod } }\n`;
    const admits = (selector: string): string =>
      policy(
        "in",
        `{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }, { namespaceSelector: ${selector} }] }] }`,
      );
    const value = (selector: string): number | null =>
      term(scoreOf(`${labelled}${web}${db}${admits(selector)}`), "tightness").value;
    expect(value("{ matchLabels: { env: prod } }")).toBe(0);
    expect(value("{ matchLabels: { env: test } }")).toBe(50);
    expect(value("{ matchLabels: { kubernetes.io/metadata.name: shop } }")).toBe(50);
  });

  it("measures how much of the internet is open, DNS apart, and the metadata endpoint", () => {
    const exposure = (yaml: string): number => term(scoreOf(`${web}${yaml}`), "exposure").value ?? -1;
    const third = 100 / 3;
    expect(exposure(egress("to: [{ ipBlock: { cidr: 0.0.0.0/0 } }]"))).toBeCloseTo(third);
    expect(
      exposure(egress("to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [169.254.0.0/16, 100.64.0.0/10] } }]")),
    ).toBeCloseTo(2 * third);
    expect(exposure(egress("to: [{ ipBlock: { cidr: 0.0.0.0/1 } }, { ipBlock: { cidr: 128.0.0.0/1 } }]"))).toBeCloseTo(
      third,
    );
    expect(exposure(egress("", "ports: [{ port: 53, protocol: UDP }]"))).toBe(100);
    expect(exposure(egress("", "ports: [{ port: 443 }]"))).toBeCloseTo(2 * third);
    expect(exposure(egress("to: [{ ipBlock: { cidr: 8.8.8.8/32 } }]"))).toBeCloseTo(100, 4);
    expect(exposure(egress("to: [{ ipBlock: { cidr: 169.254.169.254/32 } }]"))).toBeCloseTo(2 * third);
  });

  it("lets a policy's worst correctness finding cost its share", () => {
    const detail = scoreOf(`${web}${denyAll()}${policy("typo", "{ podSelector: { matchLabels: { app: wep } } }")}`);
    expect(term(detail, "correctness")).toMatchObject({
      value: 75,
      note: "1 of 2 policies has a correctness finding",
      costliest: { ruleId: "policy-selects-no-pods" },
    });
  });

  it("weighs namespaces by pods, and limits itself to those asked for", () => {
    const many = deployment("open", { app: "open" }, "big").replace("spec:", "spec:\n  replicas: 3");
    const yaml = `${web}${denyAll()}${many}`;
    const detail = scoreOf(yaml);
    const { shop, big } = detail.byNamespace;
    expect(detail.value).toBeCloseTo(((shop?.value ?? -1) + 3 * (big?.value ?? -1)) / 4);
    expect(scoreOf(yaml, ["shop"])).toMatchObject({ value: shop?.value, byNamespace: { shop } });
  });

  it("leaves out pods on the host network, which no policy isolates", () => {
    const agent = deployment("agent", { app: "agent" }).replace("spec: {", "spec: { hostNetwork: true,");
    expect(scoreOf(`${web}${agent}${denyAll()}`).value).toBe(100);
    expect(scoreOf(`${agent}${denyAll()}`).byNamespace["shop"]).toMatchObject({
      value: null,
      note: expect.stringMatching(/host network/),
    });
  });

  it("scores nothing that a kind decides about which is not evaluated", () => {
    const cilium = `---\napiVersion: crd.antrea.io/v1beta1\nkind: NetworkPolicy\nmetadata: { name: c, namespace: shop }\n`;
    const other = deployment("open", { app: "open" }, "other");
    const detail = scoreOf(`${web}${cilium}${other}`);
    expect(detail.byNamespace["shop"]?.value).toBeNull();
    expect(detail).toMatchObject({
      value: 0,
      note: expect.stringMatching(/1 of 2 namespaces .* NetworkPolicy shop\/c/),
    });
    const everywhere = `---\napiVersion: crd.antrea.io/v1beta1\nkind: ClusterNetworkPolicy\nmetadata: { name: c }\n`;
    expect(scoreOf(`${web}${everywhere}`).value).toBeNull();
  });

  it("does not score pairs that depend on facts the input does not give", () => {
    // Whether namespace `shop` has the label is not in the input.
    const from = policy(
      "in",
      "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }] }",
    );
    const tightness = term(scoreOf(`${web}${db}${from}`), "tightness");
    expect(tightness.note).toMatch(/on missing facts not scored/);
  });
});
