import type { ClusterWideOverlap } from "../answers/overlap.ts";
import type { ClusterWideAnalysis } from "../answers/policy-metrics.ts";
import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import { directions, type Policy } from "../model/policy.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { compareTiers } from "../semantics/tiers.ts";
import { type WholePolicy, wholePolicies } from "../semantics/whole-policies.ts";
import { Budget } from "../symbolic/budget.ts";
import { spaceOptions } from "../symbolic/cluster-space.ts";
import { DecisionRelator } from "../symbolic/relate-decisions.ts";
import { TierSpace } from "../symbolic/tier-space.ts";
import { kindOf, rulesOf, sharedWorkloads, shownWorkloads } from "./overlaps.ts";

/** What a report costs at most, in steps: all pairs of subjects. */
export const stepsForPairs = 20_000_000;
/** The same of what is asked of the rules of listed pairs. */
export const stepsForRules = 5_000_000;

const mostListed = 100;

/** The pairs of policies of no namespace and of one tier whose subjects can share a pod. In the order in which they are asked. */
export function clusterWideOverlaps(
  reachability: Reachability,
  policies: readonly Policy[],
): Pick<ClusterWideAnalysis, "overlaps" | "overlapCount"> {
  const { cluster, options } = reachability;
  const space = new TierSpace(policies, spaceOptions(cluster, options.assumptions));
  const finder = new DecisionRelator(space, new Budget(stepsForPairs));
  const relator = new DecisionRelator(space, new Budget(stepsForRules));
  return listPairs(pairsOf(byTierInOrder(policies)), finder, relator, reachability);
}

/** Every two of one list. */
function* pairsOf(lists: readonly (readonly WholePolicy[])[]): Generator<readonly [WholePolicy, WholePolicy]> {
  for (const list of lists)
    for (const [i, a] of list.entries()) for (let j = i + 1; j < list.length; j++) yield [a, list[j] as WholePolicy];
}

/** The pairs whose subjects can share a pod: all of them counted, the first listed. */
export function listPairs(
  pairs: Iterable<readonly [WholePolicy, WholePolicy]>,
  finder: DecisionRelator,
  relator: DecisionRelator,
  reachability: Reachability,
): Pick<ClusterWideAnalysis, "overlaps" | "overlapCount"> {
  const overlaps: ClusterWideOverlap[] = [];
  let overlapCount = 0;
  for (const [a, b] of pairs) {
    if (!finder.meet(a, b)) continue;
    if (overlaps.length < mostListed) {
      const overlap = overlapOf(a, b, relator, reachability);
      if (overlap === undefined) continue;
      overlaps.push(overlap);
    }
    overlapCount++;
  }
  return { overlaps, overlapCount };
}

/** Whole policies tier by tier, in the order in which they are asked; of equal ones by name. */
export function byTierInOrder(policies: readonly Policy[]): readonly (readonly WholePolicy[])[] {
  return [...groupBy(wholePolicies(policies).toSorted(compareWhole), tierKey).values()];
}

function compareWhole({ policy: a }: WholePolicy, { policy: b }: WholePolicy): number {
  const byPriority = a.priority === b.priority ? 0 : a.priority - b.priority;
  return (
    compareTiers(a.tier, b.tier) ||
    byPriority ||
    compareStrings(a.name, b.name) ||
    compareStrings(a.ref.kind, b.ref.kind)
  );
}

function tierKey({ policy: { tier } }: WholePolicy): string {
  return `${tier.order} ${tier.name}`;
}

function overlapOf(
  a: WholePolicy,
  b: WholePolicy,
  relator: DecisionRelator,
  reachability: Reachability,
): ClusterWideOverlap | undefined {
  const relation = relator.relate(a, b);
  if (relation === undefined) return undefined;
  const { subjects, example, rules } = relation;
  const shared = directions.filter((direction) => rules[direction] !== undefined);
  const workloads = sharedWorkloads(a.parts, b.parts, reachability);
  return {
    tier: a.policy.tier.name,
    policies: [namedPolicy(a), namedPolicy(b)],
    kind: kindOf(subjects),
    directions: shared,
    example: { namespaceLabels: example.namespaceLabels, labels: example.podLabels },
    sharedWorkloads: workloads.slice(0, shownWorkloads),
    sharedWorkloadCount: workloads.length,
    rules: Object.fromEntries(
      shared.map((direction) => [direction, rulesOf(rules[direction]?.relation ?? "undecided")]),
    ),
    contradicts: shared.filter((direction) => rules[direction]?.differs === true),
  };
}

/** A policy as answers name it. */
export function namedPolicy({ policy: { ref, name, namespace } }: WholePolicy): ClusterWideOverlap["policies"][number] {
  return { kind: ref.kind, ...(namespace === undefined ? {} : { namespace }), name };
}
