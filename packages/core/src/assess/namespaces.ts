import type { NamespaceAnalysis, NamespaceMetrics, PolicyAnalysis } from "../answers/policy-metrics.ts";

/** A namespace's figures: the sums over its policies. */
export function analyzeNamespace(policies: readonly PolicyAnalysis[], metrics: NamespaceMetrics): NamespaceAnalysis {
  return {
    policyCount: policies.length,
    complexityScore: policies.reduce((sum, { complexityScore }) => sum + complexityScore, 0),
    metrics,
    policies,
  };
}

/** The average complexity of a namespace's policies; 0 without policies. */
export function averageComplexity({
  complexityScore,
  policyCount,
}: Pick<NamespaceAnalysis, "complexityScore" | "policyCount">): number {
  return complexityScore / Math.max(policyCount, 1);
}
