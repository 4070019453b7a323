import { describe, expect, it } from "vitest";
import { clusterPolicy, deployment, documents, findings, policy } from "./evaluate.ts";

const id = "global-policy-isolates-system";
const dns = deployment("coredns", { "k8s-app": "kube-dns" }, "kube-system");
const deny = "{ action: Deny, from: [{ namespaces: {} }] }";
const notSystem = {
  subject:
    "{ namespaces: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system] }] } }",
};

describe("global-policy-isolates-system", () => {
  it("finds a Deny of everybody, with the pods of the system", () => {
    const [finding, ...more] = findings(id, documents(dns, clusterPolicy("deny", { ingress: deny })));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: "high", affected: ["kube-system/coredns[Deployment]"] });
  });

  it("finds it where the system is not in the input", () => {
    expect(findings(id, documents(deployment("web"), clusterPolicy("deny", { ingress: deny })))).toMatchObject([
      { affected: [] },
    ]);
  });

  it("finds a global policy of Calico that isolates all", () => {
    const yaml = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: deny-all }
spec: { selector: all(), types: [Ingress] }`;
    expect(findings(id, documents(dns, yaml))).toHaveLength(1);
  });

  it("names the policy that denies, not one behind it that allows all and isolates", () => {
    const calico = (name: string, order: number, action: string): string => `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: ${name} }
spec: { order: ${order}, selector: all(), types: [Ingress], ingress: [{ action: ${action} }] }`;
    expect(findings(id, documents(dns, calico("deny", 1, "Deny"), calico("open", 2, "Allow")))).toMatchObject([
      { object: { name: "deny" } },
    ]);
  });

  it.each([
    ["a subject without the system", [dns, clusterPolicy("deny", { ingress: deny }, notSystem)]],
    ["the same without the system in the input", [clusterPolicy("deny", { ingress: deny }, notSystem)]],
    [
      "an earlier Accept for DNS",
      [
        dns,
        clusterPolicy("deny", {
          ingress: `{ action: Accept, from: [{ namespaces: {} }], protocols: [{ udp: { destinationPort: { number: 53 } } }] }, ${deny}`,
        }),
      ],
    ],
    [
      "a Deny of some",
      [
        dns,
        clusterPolicy("deny", { ingress: "{ action: Deny, from: [{ namespaces: { matchLabels: { env: test } } }] }" }),
      ],
    ],
    [
      "a Baseline that a NetworkPolicy is asked before",
      [
        dns,
        policy("dns", "{ podSelector: {}, ingress: [{}] }", "kube-system"),
        clusterPolicy("deny", { ingress: deny }, { tier: "Baseline" }),
      ],
    ],
    ["a NetworkPolicy", [dns, policy("deny", "{ podSelector: {}, policyTypes: [Ingress] }", "kube-system")]],
  ])("is silent on %s", (_, texts) => {
    expect(findings(id, documents(...texts))).toEqual([]);
  });
});
