import { describe, expect, it } from "vitest";
import { clusterPolicy, deployment, documents, findings, namespace, policy } from "./evaluate.ts";

const id = "implicit-deny-all";
const web = policy("web", "{ podSelector: { matchLabels: { app: web } }, egress: [{ to: [{ podSelector: {} }] }] }");

describe("implicit-deny-all", () => {
  it("finds ingress that is isolated by default", () => {
    for (const pods of [[], [deployment("web")]]) {
      const [finding, ...more] = findings(id, documents(...pods, web));
      expect(more).toEqual([]);
      expect(finding?.message).toMatch(/denies all ingress to pods app=web.*by default/);
    }
  });

  it("is silent when another policy allows the pods something", () => {
    const allow = policy(
      "in",
      "{ podSelector: { matchLabels: { tier: front } }, ingress: [{ ports: [{ port: 80 }] }] }",
    );
    expect(findings(id, documents(web, allow))).toEqual([]);
    expect(findings(id, documents(deployment("web", { app: "web", tier: "front" }), web, allow))).toEqual([]);
    expect(findings(id, documents(deployment("web"), web, allow))).toHaveLength(1);
  });

  it("takes a policy for all pods for a default deny", () => {
    expect(findings(id, policy("deny", "{ podSelector: {}, policyTypes: [Ingress, Egress] }"))).toEqual([]);
  });

  it("is silent when a cluster-wide policy allows the pods something", () => {
    const allow = clusterPolicy("in", { ingress: "{ action: Accept, from: [{ namespaces: {} }] }" });
    for (const pods of [[], [deployment("web")]]) expect(findings(id, documents(...pods, web, allow))).toEqual([]);
    const none = clusterPolicy("in", {
      ingress: "{ action: Accept, from: [{ namespaces: { matchLabels: { a: b } } }] }",
    });
    expect(findings(id, documents(namespace("shop"), deployment("web"), web, none))).toHaveLength(1);
  });

  it("counts what a pod's own node sends it under Cilium only where a policy allows it: it is let in whatever is named elsewhere", () => {
    const cilium = (kind: string, metadata: string, peer: string): string =>
      `apiVersion: cilium.io/v2\nkind: ${kind}\nmetadata: ${metadata}\nspec: { endpointSelector: {}, ingress: [{ ${peer} }] }\n`;
    const elsewhere = (peer: string): string => cilium("CiliumNetworkPolicy", "{ name: c, namespace: other }", peer);
    for (const peer of ["fromEndpoints: [{}]", "fromEntities: [host]", "fromEntities: [all]"])
      expect(findings(id, documents(deployment("web"), web, elsewhere(peer)))).toHaveLength(1);
    const wide = cilium("CiliumClusterwideNetworkPolicy", "{ name: c }", "fromEntities: [host]");
    expect(findings(id, documents(deployment("web"), web, wide))).toEqual([]);
  });
});
