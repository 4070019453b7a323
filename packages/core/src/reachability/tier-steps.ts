import type { RuleAction } from "../model/policy.ts";
import type { ActingItem, Contribution, OrderedContribution, RuleItem } from "./rule-items.ts";

/** Rules of one action that follow each other: those that certainly apply, and all that may. */
export interface Run {
  readonly action: RuleAction;
  readonly certain: readonly RuleItem[];
  readonly possible: readonly RuleItem[];
}

/** What is asked next: one list of runs, or several where it is not known which policy is asked first. */
export type Step = readonly (readonly Run[])[];

/** All that a tier says to a class, as a list to go down. */
export interface TierSteps {
  readonly steps: readonly Step[];
  /** What may become of traffic that no rule matches. */
  readonly end: readonly RuleAction[];
}

/** The steps of a class: the rules of its union, and its ordered contributions in order. */
export function tierSteps(
  union: readonly Contribution[] | undefined,
  ordered: readonly OrderedContribution[],
): TierSteps {
  const groups = byRank(ordered);
  const steps: Step[] = groups.map(stepOf);
  // In a tier of unions only allows stand beside it, and denies before.
  if (union !== undefined) {
    const items = union.flatMap((contribution) => contribution.items);
    steps.push([[{ action: "allow", certain: items, possible: items }]]);
  }
  return { steps, end: endOf(union !== undefined, ordered) };
}

function byRank(ordered: readonly OrderedContribution[]): readonly (readonly OrderedContribution[])[] {
  const groups: OrderedContribution[][] = [];
  for (const contribution of ordered) {
    const last = groups.at(-1);
    if (last?.[0]?.rank === contribution.rank) last.push(contribution);
    else groups.push([contribution]);
  }
  return groups;
}

/** Policies that all do the same one thing need no order. */
function stepOf(group: readonly OrderedContribution[]): Step {
  const lists = byPolicy(group)
    .map((parts) => runsOf(parts.flatMap(({ items }) => items)))
    .filter((runs) => runs.length > 0);
  const mixed = lists.filter((runs) => runs.length > 1);
  const single = lists.filter((runs) => runs.length === 1).flat();
  const actions = [...new Set(single.map(({ action }) => action))];
  return [
    ...mixed,
    ...actions.map((action) => [
      joined(
        action,
        single.filter((run) => run.action === action),
      ),
    ]),
  ];
}

/** The parts of one policy are asked one after the other, whichever policy is asked first. */
function byPolicy(group: readonly OrderedContribution[]): readonly (readonly OrderedContribution[])[] {
  const policies: OrderedContribution[][] = [];
  for (const contribution of group) {
    const last = policies.at(-1);
    const isNext = contribution.part !== undefined && last?.[0]?.part?.of === contribution.part.of;
    if (isNext) last?.push(contribution);
    else policies.push([contribution]);
  }
  return policies;
}

function runsOf(items: readonly ActingItem[]): readonly Run[] {
  const runs: { action: RuleAction; certain: RuleItem[]; possible: RuleItem[] }[] = [];
  for (const { action, item, certain } of items) {
    let last = runs.at(-1);
    if (last?.action !== action) runs.push((last = { action, certain: [], possible: [] }));
    last.possible.push(item);
    if (certain) last.certain.push(item);
  }
  return runs;
}

function joined(action: RuleAction, runs: readonly Run[]): Run {
  return {
    action,
    certain: runs.flatMap(({ certain }) => certain),
    possible: runs.flatMap(({ possible }) => possible),
  };
}

/** Who isolates wins over who decides without isolating, and both over the next tier. */
function endOf(isIsolated: boolean, ordered: readonly OrderedContribution[]): readonly RuleAction[] {
  if (isIsolated) return ["deny"];
  const ends: RuleAction[] = [];
  for (const action of ["deny", "allow"] as const) {
    const ending = ordered.filter(({ end }) => end === action);
    if (ending.length > 0) ends.push(action);
    if (ending.some(({ certain }) => certain)) return ends;
  }
  return [...ends, "pass"];
}
