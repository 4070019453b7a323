import { pushAll } from "../lib/push-all.ts";
import { type Direction, directions, type Policy } from "../model/policy.ts";
import type { Box } from "./box.ts";
import { Budget } from "./budget.ts";
import { decide, type DecisionList, decisionLists, passedOn, type Step, unorderedSteps } from "./decision-list.ts";
import type { TrafficExample } from "./example.ts";
import { tiesOf } from "../semantics/tiers.ts";
import { type ProofOptions, tiesByName, unknownTies } from "./proof-options.ts";
import { withoutOverwritten } from "./provable-policies.ts";
import { type RuleRef, ruleRefOf } from "./redundancy.ts";
import { possiblePoint, tierExample } from "./tier-example.ts";
import { TierSpace } from "./tier-space.ts";

/** Two policies of one priority that would decide differently about traffic that could be, so that its fate is not defined. */
export interface OrderConflict {
  readonly rules: readonly [RuleRef, RuleRef];
  readonly example: TrafficExample;
}

/** The conflicts, one for each two policies and direction, and why some are not known. */
export interface OrderConflicts {
  readonly conflicts: readonly OrderConflict[];
  readonly undecided: readonly string[];
}

/** Finds the policies of equal priority whose order makes a difference to some pod that could exist. */
export function findOrderConflicts(policies: readonly Policy[], options: ProofOptions = {}): OrderConflicts {
  const inForce = withoutOverwritten(policies);
  if (!hasEqualPriorities(inForce)) return { conflicts: [], undecided: [] };
  const space = new TierSpace(inForce, options);
  const { budget = new Budget(), ties = unknownTies } = options;
  const conflicts: OrderConflict[] = [];
  const undecided = new Set<string>();
  for (const direction of directions) {
    const lists = decisionLists(space, inForce, direction, { ties: tiesByName, budget });
    for (const [i, list] of lists.entries()) {
      const isOpen = list.isOrdered && list.policies.some(({ tier }) => tiesOf(tier, ties) === "unknown");
      if (isOpen) pushAll(conflicts, conflictsOf(space, lists, i, direction, budget));
      for (const reason of isOpen ? list.notUnderstood : []) undecided.add(reason);
    }
  }
  if (budget.exhausted) undecided.add("policies of one priority are too many to be compared");
  return { conflicts, undecided: [...undecided] };
}

function hasEqualPriorities(policies: readonly Policy[]): boolean {
  const ordered = policies.filter(({ tier }) => tier.decides === "first-match");
  return new Set(ordered.map(({ tier, priority }) => `${tier.name} ${priority}`)).size < ordered.length;
}

function conflictsOf(
  space: TierSpace,
  lists: readonly DecisionList[],
  at: number,
  direction: Direction,
  budget: Budget,
): readonly OrderConflict[] {
  const found = new Map<string, OrderConflict>();
  const [earlier, later] = [lists.slice(0, at), lists.slice(at + 1)];
  const list = lists[at] as DecisionList; // a place in the lists
  for (const { steps, parts } of unorderedSteps(list.steps, budget)) {
    const key = steps.map(({ policy }) => list.policies.indexOf(policy)).join();
    if (found.has(key)) continue;
    const open = [...passedOn(parts, earlier, budget)].flatMap((part) => differing(part, steps, later, budget));
    const [point] = open.flatMap((part) => possiblePoint(space, part) ?? []);
    if (point === undefined) continue;
    const [a, b] = steps;
    const rules = [ruleRefOf(a.policy, direction, a.rule), ruleRefOf(b.policy, direction, b.rule)] as const;
    found.set(key, { rules, example: tierExample(space, direction, point) });
  }
  return [...found.values()];
}

/** Where it makes a difference which of two steps decides: what one passes on may meet the same end. */
function differing(
  part: Box,
  [a, b]: readonly [Step, Step],
  later: readonly DecisionList[],
  budget: Budget,
): readonly Box[] {
  const final = [a, b].find(({ action }) => action !== "pass");
  if (final === undefined || (a.action !== "pass" && b.action !== "pass")) return [part];
  return [...decide(part, later, budget)].filter(({ action }) => action !== final.action).map((each) => each.part);
}
