import type { Policy } from "../model/policy.ts";
import type { PolicyAnalysis, PolicyMetrics, Recommendation } from "../answers/policy-metrics.ts";
import { matchesEverything } from "../symbolic/selector-questions.ts";
import { complexScore, complexityOf } from "../optimize/complexity.ts";
import type { WholePolicy } from "../semantics/whole-policies.ts";
import type { AssessSettings } from "./settings.ts";

/** A label alone of these keys is broad: many workloads share it. */
const broadKeys: ReadonlySet<string> = new Set(["app", "tier", "version"]);

/** One policy's figures and advice. `overlapping` are the policies whose subject meets that of another. */
export function analyzePolicy(
  { policy, parts }: WholePolicy,
  metrics: PolicyMetrics,
  overlapping: ReadonlySet<Policy>,
  settings: AssessSettings,
): PolicyAnalysis {
  const complexity = complexityOf(policy);
  const overlapPotential = settings.overlapDetection
    ? overlapPotentialOf(
        policy,
        parts.some((part) => overlapping.has(part)),
      )
    : [];
  return {
    name: policy.name,
    namespace: policy.namespace ?? "",
    creationTimestamp: policy.creationTimestamp ?? null,
    ...complexity,
    metrics,
    overlapPotential,
    recommendations: [...recommendations(complexity, overlapPotential, settings)],
  };
}

function overlapPotentialOf(policy: Policy, isOverlapping: boolean): readonly string[] {
  const { podSelector } = policy.subject;
  const texts: string[] = [];
  if (matchesEverything(podSelector)) texts.push("Empty pod selector - matches all pods");
  const [only] = podSelector.requirements;
  if (podSelector.requirements.length === 1 && only !== undefined && broadKeys.has(only.key) && isOverlapping)
    texts.push("Broad selector may overlap with other policies");
  return texts;
}

function* recommendations(
  { complexityScore, selectorsComplexity }: { readonly complexityScore: number; readonly selectorsComplexity: number },
  overlapPotential: readonly string[],
  settings: AssessSettings,
): Generator<Recommendation> {
  if (complexityScore > complexScore) {
    yield {
      type: "simplification",
      priority: "high",
      description: "Policy is overly complex",
      actions: ["Consolidate similar rules", "Use more specific selectors", "Split into multiple focused policies"],
    };
  }
  if (selectorsComplexity > settings.complexityThreshold) {
    yield {
      type: "selector_optimization",
      priority: "medium",
      description: "Selectors are too complex",
      actions: [
        "Reduce match expression complexity",
        "Use simpler label combinations",
        "Consider using namespace isolation",
      ],
    };
  }
  if (overlapPotential.length > 0) {
    yield {
      type: "overlap_prevention",
      priority: "medium",
      description: "Potential policy overlaps detected",
      actions: overlapPotential,
    };
  }
}
