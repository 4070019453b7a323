import type { NamespaceAnalysis, PerformanceMetrics } from "../answers/policy-metrics.ts";
import { averageComplexity } from "./namespaces.ts";

/** The performance figures as the source documents compute them. Namespaces without policies do not count. */
export function performanceMetrics(namespaces: readonly NamespaceAnalysis[]): PerformanceMetrics {
  const withPolicies = namespaces.filter(({ policyCount }) => policyCount > 0);
  const scores = withPolicies
    .flatMap(({ policies }) => policies.map(({ complexityScore }) => complexityScore))
    .toSorted((a, b) => a - b);
  const average = mean(scores, 0);
  return {
    totalPolicies: scores.length,
    averageComplexity: average,
    complexityDistribution: {
      min: scores[0] ?? 0,
      max: scores.at(-1) ?? 0,
      avg: average,
      median: scores[Math.floor(scores.length / 2)] ?? 0,
    },
    performanceScore: mean(withPolicies.map(namespaceScore), 100),
  };
}

/** 100 for the simplest policies, 0 from an average complexity of 100 on. */
function namespaceScore(namespace: NamespaceAnalysis): number {
  return Math.max(0, Math.min(100, 100 - averageComplexity(namespace)));
}

function mean(numbers: readonly number[], ofNone: number): number {
  return numbers.length === 0 ? ofNone : numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
