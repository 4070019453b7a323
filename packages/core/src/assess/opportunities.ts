import type { Policy } from "../model/policy.ts";
import { formatPath } from "../source/position.ts";
import type { NamespaceAnalysis, OptimizationOpportunity } from "../answers/policy-metrics.ts";
import { averageComplexity } from "./namespaces.ts";
import { repeatedRules } from "./repeated-rules.ts";
import type { AssessSettings } from "./settings.ts";
import { countStep } from "../lib/stoppable.ts";

/** More policies in a namespace, and a higher average complexity, than these are an opportunity. */
const manyPolicies = 10;
const highAverage = 30;

const shownPolicies = 5;

/** What could be simpler in a namespace. */
export function* opportunitiesOf(
  namespace: string,
  analysis: NamespaceAnalysis,
  policies: readonly Policy[],
  settings: AssessSettings,
): Generator<OptimizationOpportunity> {
  countStep();
  if (analysis.policyCount > manyPolicies) {
    yield {
      namespace,
      type: "policy_consolidation",
      description: `Too many policies (${analysis.policyCount}) in namespace`,
      impact: "high",
      recommendation: "Consolidate overlapping policies",
    };
  }
  const average = averageComplexity(analysis);
  if (average > highAverage) {
    yield {
      namespace,
      type: "complexity_reduction",
      description: `High average policy complexity (${average.toFixed(1)})`,
      impact: "medium",
      recommendation: "Simplify complex policies",
    };
  }
  for (const { direction, times, path, policies: having } of repeatedRules(policies, settings.redundancyThreshold)) {
    yield {
      namespace,
      type: "rule_redundancy",
      description: `The same ${direction} rule (${formatPath(path)} of ${having[0]?.name}) is written ${times} times, in ${names(having)}`,
      impact: "low",
      recommendation: "Keep the rule in one policy that selects all these pods, and remove the copies",
    };
  }
}

function names(policies: readonly Policy[]): string {
  const shown = policies.slice(0, shownPolicies).map(({ name }) => name);
  const more = policies.length - shown.length;
  return more === 0 ? shown.join(", ") : `${shown.join(", ")} and ${more} more`;
}
