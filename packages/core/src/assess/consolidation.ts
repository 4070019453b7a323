import { groupBy } from "../lib/group-by.ts";
import { type Policy, directions } from "../model/policy.ts";
import type { ConsolidationCandidate } from "../result.ts";
import type { Subjects } from "./subject-groups.ts";

const typeNames = { ingress: "Ingress", egress: "Egress" } as const;

/** Groups of policies of a namespace that select the same pods and isolate the same directions: one policy could say it all. */
export function consolidationCandidates(namespace: string, { groups }: Subjects): readonly ConsolidationCandidate[] {
  return groups.flatMap(({ policies }) =>
    policies.length < 2
      ? []
      : [...groupBy(policies, isolationKey).values()]
          .filter((alike) => alike.length > 1)
          .map((alike) => candidateOf(namespace, alike)),
  );
}

function isolationKey({ isolates }: Policy): string {
  return directions.filter((direction) => isolates[direction]).join();
}

function candidateOf(namespace: string, policies: readonly Policy[]): ConsolidationCandidate {
  const isolated = directions.filter((direction) => policies[0]?.isolates[direction] === true);
  const types = isolated.map((direction) => typeNames[direction]).join(" and ");
  return {
    namespace,
    policies: policies.map(({ name }) => name),
    directions: isolated,
    description: `${policies.length} policies select the same pods for ${types}`,
    recommendation: `Write one policy with the rules of all ${policies.length}: rules add up, so it allows the same`,
  };
}
