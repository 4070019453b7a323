import { groupBy } from "../lib/group-by.ts";
import { type Policy, directions } from "../model/policy.ts";
import type { ConsolidationCandidate } from "../answers/overlap.ts";
import type { Budget } from "../symbolic/budget.ts";
import { provedMerge } from "../symbolic/merge-policies.ts";
import type { Subjects } from "./subject-groups.ts";

const typeNames = { ingress: "Ingress", egress: "Egress" } as const;

/**
 * Groups of policies of a namespace that select the same pods and isolate the same directions: one policy could say it
 * all, which is proved as far as the budget lasts.
 */
export function consolidationCandidates(
  namespace: string,
  { groups }: Subjects,
  budget: Budget,
): readonly ConsolidationCandidate[] {
  return groups.flatMap(({ policies }) =>
    policies.length < 2
      ? []
      : [...groupBy(policies, isolationKey).values()]
          .filter((alike) => alike.length > 1)
          .map((alike) => candidateOf(namespace, alike, budget)),
  );
}

function isolationKey({ isolates }: Policy): string {
  return directions.filter((direction) => isolates[direction]).join();
}

function candidateOf(namespace: string, policies: readonly Policy[], budget: Budget): ConsolidationCandidate {
  const isolated = directions.filter((direction) => policies[0]?.isolates[direction] === true);
  const types = isolated.map((direction) => typeNames[direction]).join(" and ");
  return {
    namespace,
    policies: policies.map(({ name }) => name),
    directions: isolated,
    description: `${policies.length} policies select the same pods for ${types}`,
    recommendation: `Write one policy with the rules of all ${policies.length}: rules add up, so it allows the same`,
    proved: isProved(policies, budget),
  };
}

function isProved(policies: readonly Policy[], budget: Budget): boolean | "undecided" {
  const merge = provedMerge(policies, { budget, limit: 1 });
  if (merge.status === "proved") return true;
  return merge.comparison?.verdict === "undecided" ? "undecided" : false;
}
