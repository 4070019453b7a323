import type { NamespaceAnalysis, PerformanceMetrics, PolicyAnalysis } from "../answers/policy-metrics.ts";
import { averageComplexity } from "./namespaces.ts";

/** What of a namespace the performance figures are made of. */
export interface NamespaceScores extends Pick<NamespaceAnalysis, "policyCount" | "complexityScore"> {
  readonly policies: readonly Pick<PolicyAnalysis, "complexityScore">[];
}

/** The performance figures as the source documents compute them. Namespaces without policies do not count. */
export function performanceMetrics(namespaces: readonly NamespaceScores[]): PerformanceMetrics {
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
      median: median(scores),
    },
    performanceScore: withPolicies.length === 0 ? null : mean(withPolicies.map(namespaceScore), 0),
  };
}

/** 100 for the simplest policies, 0 from an average complexity of 100 on. */
function namespaceScore(namespace: NamespaceScores): number {
  return Math.max(0, Math.min(100, 100 - averageComplexity(namespace)));
}

/** The middle of ascending numbers; of an even count the mean of the two in the middle. */
export function median(ascending: readonly number[]): number {
  const middle = ascending.length / 2;
  return mean(ascending.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1), 0);
}

function mean(numbers: readonly number[], ofNone: number): number {
  return numbers.length === 0 ? ofNone : numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
