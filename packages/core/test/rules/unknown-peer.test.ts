import { describe, expect, it } from "vitest";
import { clusterPolicy, evaluate, findings } from "./evaluate.ts";

const id = "unknown-peer";

describe("unknown-peer", () => {
  it.each([
    [
      "a field of NetworkPolicy",
      "{ action: Deny, from: [{ namespaceSelector: {} }] }",
      "spec.ingress[0].from[0].namespaceSelector",
    ],
    ["an empty peer", "{ action: Accept, from: [{ namespaces: {} }, {}] }", "spec.ingress[0].from[1]"],
    [
      "an unknown kind of port",
      "{ action: Deny, from: [{ namespaces: {} }], protocols: [{ quic: { destinationPort: { number: 443 } } }] }",
      "spec.ingress[0].protocols[0].quic",
    ],
  ])("finds %s", (_, rule, path) => {
    const [finding, ...more] = findings(id, clusterPolicy("web", { ingress: rule }));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: "high", object: { kind: "ClusterNetworkPolicy" } });
    expect(finding?.location?.path).toBe(path);
    expect(finding?.message).toContain("fails closed");
  });

  it("is told once, at the field that is dropped, and the rule is not called unreachable", () => {
    const yaml = clusterPolicy("web", { ingress: "{ action: Accept, from: [{ namespaceSelector: {} }] }" });
    const { findings: found } = evaluate(yaml);
    const ids = found.map(({ ruleId }) => ruleId);
    expect(ids.filter((each) => each === id)).toEqual([id]);
    expect(found.find(({ ruleId }) => ruleId === id)?.message).toContain('without "namespaceSelector"');
    expect(ids).not.toContain("invalid-policy");
    expect(ids).not.toContain("unreachable-tier-rule");
  });

  it("is one finding, of what the rule denies and of what is asked behind it, too", () => {
    const yaml =
      clusterPolicy("web", {
        ingress: "{ action: Deny, from: [{}] }, { action: Accept, from: [{ namespaces: {} }] }",
      }) + "\n---\n{apiVersion: v1, kind: Pod, metadata: {name: dns, namespace: kube-system}}";
    const ids = evaluate(yaml).findings.map(({ ruleId }) => ruleId);
    expect(ids.filter((each) => each === id)).toEqual([id]);
    expect(ids).not.toContain("global-policy-isolates-system");
    expect(ids).not.toContain("unreachable-tier-rule");
  });

  it("is silent on what the API has", () => {
    expect(findings(id, clusterPolicy("web", { ingress: "{ action: Deny, from: [{ namespaces: {} }] }" }))).toEqual([]);
  });
});
