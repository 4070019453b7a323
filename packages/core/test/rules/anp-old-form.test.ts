import { describe, expect, it } from "vitest";
import { findings } from "./evaluate.ts";

const id = "anp-old-form";
const admin = (peer: string): string => `apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: { name: tenants }
spec: { priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [${peer}] }] }`;

describe("anp-old-form", () => {
  it.each([
    ["notSameLabels", "{ namespaces: { notSameLabels: [tenant] } }"],
    ["sameLabels", "{ namespaces: { sameLabels: [tenant] } }"],
    ["namespaceSelector", "{ namespaces: { namespaceSelector: { matchLabels: { a: b } } } }"],
    ["a form inside pods", "{ pods: { namespaces: { sameLabels: [tenant] }, podSelector: {} } }"],
  ])("finds %s", (_, peer) => {
    const [finding, ...more] = findings(id, admin(peer));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      severity: "medium",
      object: { kind: "AdminNetworkPolicy" },
      fix: { kind: "manual" },
    });
    expect(finding?.location?.path).toMatch(/^spec\.ingress\[0\]\.from\[0\]/);
  });

  it("is silent on the form of today", () => {
    expect(findings(id, admin("{ namespaces: { matchLabels: { a: b } } }"))).toEqual([]);
  });
});
