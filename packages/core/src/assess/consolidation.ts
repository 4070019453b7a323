import { type Policy, directions } from "../model/policy.ts";
import type { ConsolidationCandidate } from "../answers/overlap.ts";
import type { Budget } from "../symbolic/budget.ts";
import { mergeInSpace } from "../symbolic/merge-policies.ts";
import type { PolicySpace } from "../symbolic/policy-space.ts";

const typeNames = { ingress: "Ingress", egress: "Egress" } as const;

/**
 * The candidates for merging of a namespace, each with whether one policy could say it all: proved as far as the budget
 * lasts.
 */
export function consolidationCandidates(
  namespace: string,
  groups: readonly (readonly Policy[])[],
  space: PolicySpace,
  budget: Budget,
): readonly ConsolidationCandidate[] {
  return groups.map((policies) => candidateOf(namespace, policies, isProved(policies, space, budget)));
}

function candidateOf(
  namespace: string,
  policies: readonly Policy[],
  proved: ConsolidationCandidate["proved"],
): ConsolidationCandidate {
  const isolated = directions.filter((direction) => policies[0]?.isolates[direction] === true);
  const types = isolated.map((direction) => typeNames[direction]).join(" and ");
  return {
    namespace,
    policies: policies.map(({ name }) => name),
    directions: isolated,
    description: `${policies.length} policies select the same pods for ${types}`,
    recommendation: `Write one policy with the rules of all ${policies.length}: rules add up, so it allows the same`,
    proved,
  };
}

function isProved(policies: readonly Policy[], space: PolicySpace, budget: Budget): ConsolidationCandidate["proved"] {
  const merge = mergeInSpace(space, policies, { budget, limit: 1 });
  if (merge.status === "proved") return true;
  return merge.comparison?.verdict === "undecided" ? "undecided" : false;
}
