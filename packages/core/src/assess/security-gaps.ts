import type { Finding } from "../answers/finding.ts";
import type { SecurityGap } from "../answers/security-score.ts";

/** The rules that the source documents' tool has a name of its own for. */
const typeOfRule: ReadonlyMap<string, string> = new Map([
  ["namespace-without-policies", "missing_default_deny"],
  ["missing-default-deny-ingress", "missing_default_deny"],
  ["missing-default-deny-egress", "missing_default_deny"],
  ["all-namespaces-peer", "overly_permissive"],
  ["allow-all-overrides-default-deny", "overly_permissive"],
  ["internet-ingress-open", "overly_permissive"],
  ["internet-egress-open", "overly_permissive"],
  ["ports-too-broad", "overly_permissive"],
  ["sensitive-port-exposed", "overly_permissive"],
  ["metadata-endpoint-reachable", "overly_permissive"],
  ["missing-dns-egress", "missing_dns_egress"],
]);

/** What to do where a finding offers no fix. */
const recommendationOfType: ReadonlyMap<string, string> = new Map([
  ["missing_default_deny", "Implement default deny-all network policy"],
  ["overly_permissive", "Review and tighten policy rules"],
]);

/** The security findings, and missing DNS egress, under the names of the source documents' tool; in the order of the findings. */
export function securityGaps(findings: readonly Finding[]): readonly SecurityGap[] {
  return findings
    .filter(({ category, ruleId }) => category === "security" || ruleId === "missing-dns-egress")
    .map((finding) => {
      const type = typeOfRule.get(finding.ruleId) ?? finding.ruleId.replaceAll("-", "_");
      return {
        namespace: namespaceOf(finding),
        type,
        severity: finding.severity,
        description: finding.message,
        recommendation: finding.fix?.description ?? recommendationOfType.get(type) ?? "Review the finding",
      };
    });
}

function namespaceOf({ object }: Finding): string {
  return object.namespace ?? (object.kind === "Namespace" ? object.name : "");
}
