import { type Workload, everything } from "../../model/cluster.ts";
import type { Direction } from "../../model/policy.ts";
import type { Labels, Selector } from "../../model/selector.ts";
import type { ClassSet } from "../../reachability/class-set.ts";
import { difference } from "../../sets/interval-set.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import { isGiven } from "../../semantics/given-labels.ts";
import { selectorOf } from "./dns-servers.ts";
import { Unclear, isOpen, isolatingIn } from "./open-pods.ts";

/** For more workloads than this no rules are written one by one. */
const mostWorkloads = 30;

/** The labels of a workload's pods that all of them have for good. */
export function lastingLabels({ groups }: Workload): Labels {
  return Object.fromEntries(Object.entries(groups[0]?.labels ?? {}).filter(([key]) => !isGiven(key)));
}

/** The workloads of open classes. */
export function openWorkloads({ reachability }: RuleContext, open: ClassSet): readonly Workload[] {
  const members = open.toArray().flatMap((id) => reachability.podClass(id)?.members ?? []);
  return [...new Set(members.map(({ workload }) => workload))];
}

/**
 * Selectors of the open pods of workloads: of all pods at once where they are all and none is isolated yet, by policies of
 * whatever kind, else one by one.
 */
export function subjectsOf(
  context: RuleContext,
  facts: NamespaceFacts,
  direction: Direction,
  open: ClassSet,
  workloads: readonly Workload[],
): readonly Selector[] {
  const isWhole = workloads.length === openWorkloads(context, open).length;
  const isOpenWhole = difference(facts.classes.boundaries, open.boundaries).length === 0;
  const isIsolating = isolatingIn(facts, direction).length > 0;
  if (isWhole && isOpenWhole && !isIsolating) return [everything];
  if (workloads.length > mostWorkloads)
    throw new Unclear(`${workloads.length} workloads of ${facts.name} are not isolated`);
  const subjects = workloads
    .map((workload) => selectorOf(lastingLabels(workload)))
    .filter((subject) => isOpen(context, facts, direction, subject, open));
  // A pod without labels is selected with all the others only.
  return subjects.some(({ requirements }) => requirements.length === 0) ? [everything] : subjects;
}
