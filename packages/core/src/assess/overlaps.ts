import { pushAll } from "../lib/push-all.ts";
import { compareStrings } from "../lib/compare.ts";
import { type Policy, directions } from "../model/policy.ts";
import { ClassSet } from "../reachability/class-set.ts";
import type { Reachability } from "../reachability/reachability.ts";
import type { Overlap, OverlapRules } from "../answers/overlap.ts";
import { intersection, unionAll } from "../sets/interval-set.ts";
import { Budget } from "../symbolic/budget.ts";
import type { PolicySpace } from "../symbolic/policy-space.ts";
import { type PolicyRelation, PolicyRelator, type RulesRelation } from "../symbolic/relate-policies.ts";
import type { SubjectGroup } from "../symbolic/subject-groups.ts";
import { labelSelectorOf } from "./label-selector.ts";
import { overlappingGroups } from "./overlapping-groups.ts";
import { type SharingClass, sharingClasses } from "./sharing-classes.ts";

/** The overlaps of a cluster: counted, and the first ones listed. */
export interface Overlaps {
  /** By namespace, then by the names of the policies. */
  readonly listed: readonly Overlap[];
  /** All of them; of a namespace whose selectors are too many to compare, those that were found. */
  readonly count: number;
  /** The policies whose subject meets that of another policy of the namespace. */
  readonly policies: ReadonlySet<Policy>;
}

const listedInAll = 1_000;
const listedPerNamespace = 100;
/** How many workloads are named that two policies share. */
export const shownWorkloads = 5;

/** What a report costs at most, in steps: pairs of selectors compared in one namespace, and the rules of pairs in all. */
const stepsPerNamespace = 20_000_000;
const stepsForRules = 5_000_000;

/** No overlaps: they were not looked for. */
export const noOverlaps: Overlaps = { listed: [], count: 0, policies: new Set() };

/** Finds the pairs of policies of a namespace whose subjects can share a pod. */
export function findOverlaps(
  reachability: Reachability,
  namespaces: ReadonlyMap<string, readonly SubjectGroup[]>,
  space: PolicySpace,
): Overlaps {
  const listed: Overlap[] = [];
  const policies = new Set<Policy>();
  const relator = new PolicyRelator(space, new Budget(stepsForRules));
  let count = 0;
  for (const [namespace, groups] of namespaces) {
    const room = Math.min(listedPerNamespace, listedInAll - listed.length);
    const pairs: Pair[] = [];
    const add = (a: SharingClass, b: SharingClass): void => {
      count += a === b ? (a.members.length * (a.members.length - 1)) / 2 : a.members.length * b.members.length;
      mark(policies, a);
      mark(policies, b);
      addPairs(pairs, a, b, room);
    };
    const classes = sharingClasses(groups);
    for (const each of classes) if (each.members.length > 1) add(each, each);
    for (const [a, b] of overlappingGroups(classes, new Budget(stepsPerNamespace))) add(a, b);
    const overlaps = pairs.flatMap((pair) => overlapOf(pair, namespace, relator, reachability));
    pushAll(listed, overlaps.toSorted(compareOverlaps));
  }
  return { listed, count, policies };
}

type Pair = readonly [Policy, Policy];

function mark(policies: Set<Policy>, { members }: SharingClass): void {
  // All members of a class are marked together, so the last one tells.
  const last = members.at(-1);
  if (last === undefined || policies.has(last.policy)) return;
  for (const { policy } of members) policies.add(policy);
}

function addPairs(pairs: Pair[], a: SharingClass, b: SharingClass, room: number): void {
  for (const [i, first] of a.members.entries()) {
    for (const second of a === b ? a.members.slice(i + 1, i + 1 + room) : b.members) {
      if (pairs.length >= room) return;
      pairs.push([first.policy, second.policy]);
    }
  }
}

/** The pair as it is listed. Its subjects are known to meet: a relation that says otherwise is of a kind that proofs do not understand. */
function overlapOf([a, b]: Pair, namespace: string, relator: PolicyRelator, reachability: Reachability): Overlap[] {
  const inNameOrder = compareStrings(a.name, b.name) <= 0 ? ([a, b] as const) : ([b, a] as const);
  const relation = relator.relate(...inNameOrder);
  if (relation.subjects === "disjoint" || relation.subjects === "undecided") return [];
  // "contained": the second's subject lies within the first's.
  const isTurned = relation.subjects === "inside";
  const [first, second] = isTurned ? inNameOrder.toReversed() : inNameOrder;
  if (first === undefined || second === undefined) return [];
  const common = directions.filter((direction) => first.isolates[direction] && second.isolates[direction]);
  const workloads = sharedWorkloads([first], [second], reachability);
  const rules = common.map((direction) => [direction, rulesOf(relation.rules[direction].relation, isTurned)] as const);
  return [
    {
      namespace,
      policies: [first.name, second.name],
      kind: kindOf(relation.subjects),
      directions: common,
      selector: labelSelectorOf(relation.both),
      exampleLabels: relation.example.podLabels,
      sharedWorkloads: workloads.slice(0, shownWorkloads),
      sharedWorkloadCount: workloads.length,
      rules: Object.fromEntries(rules),
      rulesOverlap: common.some((direction) => relation.rules[direction].example !== undefined),
    },
  ];
}

type Meeting = Exclude<PolicyRelation["subjects"], "disjoint" | "undecided">;

const kinds: Readonly<Record<Meeting, Overlap["kind"]>> = {
  equal: "same",
  inside: "contained",
  contains: "contained",
  overlap: "partial",
};

/** How two subjects that meet are told of. */
export function kindOf(meeting: Meeting): Overlap["kind"] {
  return kinds[meeting];
}

/** The relation in the order in which the two policies are listed. */
export function rulesOf(relation: RulesRelation["relation"], isTurned = false): OverlapRules {
  switch (relation) {
    case "equal":
      return "same";
    case "inside":
      return isTurned ? "first-contains-second" : "second-contains-first";
    case "contains":
      return isTurned ? "second-contains-first" : "first-contains-second";
    case "not-both":
      return "undecided";
    default:
      return relation;
  }
}

/** The workloads of which some of one list of policies select pods that some of another select, too. Sorted. */
export function sharedWorkloads(
  first: readonly Policy[],
  second: readonly Policy[],
  reachability: Reachability,
): readonly string[] {
  const selected = (policies: readonly Policy[]): ClassSet["boundaries"] =>
    unionAll(policies.map((policy) => reachability.subjects(policy).boundaries));
  const shared = intersection(selected(first), selected(second));
  const ids = new Set<string>();
  ClassSet.of(shared).forEach((id) => {
    for (const { workload } of reachability.podClass(id)?.members ?? []) ids.add(workload.id);
  });
  return [...ids].toSorted();
}

function compareOverlaps(a: Overlap, b: Overlap): number {
  return compareStrings(a.policies[0], b.policies[0]) || compareStrings(a.policies[1], b.policies[1]);
}
