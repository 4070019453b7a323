import { describe, expect, it } from "vitest";
import { securityGaps } from "../../src/assess/security-gaps.ts";
import type { Finding } from "../../src/answers/finding.ts";

function finding(ruleId: string, category: Finding["category"], object: Partial<Finding["object"]> = {}): Finding {
  return {
    ruleId,
    severity: "medium",
    category,
    message: `found by ${ruleId}`,
    object: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace: "shop", name: "web", ...object },
    affected: [],
    affectedCount: 0,
    related: [],
  };
}

describe("security gaps", () => {
  it("are the security findings, and missing DNS, under the names of the source documents", () => {
    const findings = [
      finding("missing-default-deny-ingress", "security"),
      finding("all-namespaces-peer", "security"),
      finding("missing-dns-egress", "reliability"),
      finding("pod-not-isolated-ingress", "security"),
      finding("policy-selects-no-pods", "correctness"),
    ];
    expect(securityGaps(findings).map(({ type }) => type)).toEqual([
      "missing_default_deny",
      "overly_permissive",
      "missing_dns_egress",
      "pod_not_isolated_ingress",
    ]);
  });

  it("carry the namespace, the message, and what to do", () => {
    const namespace: Finding = {
      ...finding("namespace-without-policies", "security"),
      object: { apiVersion: "v1", kind: "Namespace", name: "prod" },
    };
    const fixed: Finding = {
      ...finding("all-namespaces-peer", "security"),
      fix: { kind: "suggested", description: "Do this." },
    };
    expect(securityGaps([namespace, fixed])).toEqual([
      {
        namespace: "prod",
        type: "missing_default_deny",
        severity: "medium",
        description: "found by namespace-without-policies",
        recommendation: "Implement default deny-all network policy",
      },
      {
        namespace: "shop",
        type: "overly_permissive",
        severity: "medium",
        description: "found by all-namespaces-peer",
        recommendation: "Do this.",
      },
    ]);
  });
});
