import { describe, expect, it } from "vitest";
import { deployment, documents, findings, namespace, policy } from "./evaluate.ts";

const id = "dns-namespace-label-wrong";
const egress = (labels: string, ports = "[{ port: 53, protocol: UDP }]"): string =>
  policy(
    "dns",
    `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ namespaceSelector: { matchLabels: { ${labels} } } }], ports: ${ports} }] }`,
  );

describe("dns-namespace-label-wrong", () => {
  it("finds the name under a label that nobody is bound to set, at that label", () => {
    const [finding, ...more] = findings(id, egress("name: kube-system"));
    expect(more).toEqual([]);
    expect(finding?.location?.path).toBe("spec.egress[0].to[0].namespaceSelector.matchLabels.name");
    expect(finding?.message).toContain("only kubernetes.io/metadata.name is there");
  });

  it("believes a Namespace object that has the label", () => {
    expect(findings(id, documents(namespace("kube-system"), egress("name: kube-system")))).toHaveLength(1);
    expect(
      findings(id, documents(namespace("kube-system", { name: "kube-system" }), egress("name: kube-system"))),
    ).toEqual([]);
  });

  it("finds a misspelt name", () => {
    expect(findings(id, egress("kubernetes.io/metadata.name: kube-sytem"))[0]?.message).toContain("did you mean");
    expect(findings(id, egress("kubernetes.io/metadata.name: kube-system"))).toEqual([]);
  });

  it("looks at rules for the port of DNS only", () => {
    expect(findings(id, egress("name: kube-system", "[{ port: 443 }]"))).toEqual([]);
    expect(findings(id, egress("name: kube-system", "[{ port: 443 }, { port: 53 }]"))).toHaveLength(1);
    expect(findings(id, egress("team: dns"))).toEqual([]);
  });

  it("knows where DNS is in the input", () => {
    const dns = deployment("coredns", { "app.kubernetes.io/name": "coredns" }, "dns");
    expect(findings(id, documents(dns, egress("name: dns")))).toHaveLength(1);
  });
});
