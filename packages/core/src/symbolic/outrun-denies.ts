import { type Direction, directions, type Policy } from "../model/policy.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { byTier } from "../semantics/tiers.ts";
import { type Box, boxesOverlap } from "./box.ts";
import { overlapsOf, without } from "./box-lists.ts";
import { Budget } from "./budget.ts";
import type { ProofOptions } from "./proof-options.ts";
import { withoutOverwritten } from "./provable-policies.ts";
import { type RuleRef, ruleRefOf } from "./redundancy.ts";
import { possiblePoint } from "./tier-example.ts";
import { NotUnderstood, TierSpace } from "./tier-space.ts";

/** A deny that is never asked about pods of another policy, which has an order and allows all of it before. */
export interface OutrunDeny {
  readonly rule: RuleRef;
  readonly by: RuleRef;
}

/**
 * Finds the denies of policies without an order that a policy of their tier with one takes the effect of, for all pods that
 * it selects. A deny of everything is meant to be last.
 */
export function findOutrunDenies(policies: readonly Policy[], options: ProofOptions = {}): readonly OutrunDeny[] {
  const inForce = withoutOverwritten(policies).filter(({ tier }) => tier.ties === "calicoTies");
  const lists = byTier(inForce).map((tier) => tier.policies);
  const mixed = lists.filter((list) => list.some(hasNoOrder) && !list.every(hasNoOrder));
  if (mixed.length === 0) return [];
  const space = new TierSpace(inForce, options);
  const { budget = new Budget() } = options;
  return mixed.flatMap((list) => directions.flatMap((direction) => outrunIn(space, list, direction, budget)));
}

function hasNoOrder({ priority }: Policy): boolean {
  return priority === Number.POSITIVE_INFINITY;
}

function outrunIn(
  space: TierSpace,
  policies: readonly Policy[],
  direction: Direction,
  budget: Budget,
): readonly OutrunDeny[] {
  const ordered = policies.filter((policy) => !hasNoOrder(policy) && space.whyNoSubject(policy) === undefined);
  const last = policies.filter((policy) => hasNoOrder(policy) && space.whyNoSubject(policy) === undefined);
  return last.flatMap((policy) =>
    decidingRules(policy, direction).flatMap((rule, i): readonly OutrunDeny[] => {
      const isWhole = rule.peers === "any" && rule.ports === "any";
      const boxes = space.ruleBoxes(policy, rule);
      if (rule.action !== "deny" || rule.placeholder === true || isWhole || boxes instanceof NotUnderstood) return [];
      return ordered.flatMap((other, place): readonly OutrunDeny[] => {
        const by = budget.exhausted
          ? undefined
          : outrunBy(space, boxes, ordered.slice(0, place), other, direction, budget);
        return by === undefined ? [] : [{ rule: ruleRefOf(policy, direction, i), by }];
      });
    }),
  );
}

/** The rule of a policy that allows, with others of it, all that the boxes hold of its pods, and that nothing denies before. */
function outrunBy(
  space: TierSpace,
  boxes: readonly Box[],
  before: readonly Policy[],
  policy: Policy,
  direction: Direction,
  budget: Budget,
): RuleRef | undefined {
  const subjects = space.subjects(policy);
  if (!budget.spend(boxes.length * subjects.length)) return undefined;
  let rest: readonly Box[] = boxes.flatMap((box) => overlapsOf(box, subjects));
  let by: RuleRef | undefined;
  if (before.some((other) => meets(space, rest, other, direction, budget))) return undefined;
  for (const [i, rule] of decidingRules(policy, direction).entries()) {
    if (rule.placeholder === true) continue;
    const own = space.ruleBoxes(policy, rule);
    if (own instanceof NotUnderstood) return undefined;
    if (!own.some((box) => rest.some((part) => budget.spend(1) && boxesOverlap(part, box)))) continue;
    if (rule.action !== "allow") return undefined;
    by ??= ruleRefOf(policy, direction, i);
    rest = without(rest, own, budget);
  }
  return budget.exhausted || rest.some((part) => possiblePoint(space, part) !== undefined) ? undefined : by;
}

/** Whether a policy denies or passes on some of it, or may. */
function meets(space: TierSpace, parts: readonly Box[], policy: Policy, direction: Direction, budget: Budget): boolean {
  return decidingRules(policy, direction).some((rule) => {
    if (rule.action === "allow" || rule.placeholder === true) return false;
    const boxes = space.ruleBoxes(policy, rule);
    if (boxes instanceof NotUnderstood) return true;
    return boxes.some((box) => parts.some((part) => budget.spend(1) && boxesOverlap(part, box)));
  });
}
