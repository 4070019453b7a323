import { pushAll } from "../lib/push-all.ts";
import type { Direction, Policy, Rule, RuleAction } from "../model/policy.ts";
import { sayKey } from "../semantics/canonical-key.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { areOneObject, byTier, type TieAssumptions, type TierPolicies, tiesOf } from "../semantics/tiers.ts";
import { type Box, boxesOverlap, intersectBoxes, subtractBox } from "./box.ts";
import type { Budget } from "./budget.ts";
import { NotUnderstood, type TierSpace } from "./tier-space.ts";

/** One step of a decision: what a rule matches, or what the end of a tier denies, or allows without asking the next. */
export interface Step {
  readonly action: RuleAction;
  readonly boxes: readonly Box[];
  readonly policy: Policy;
  /** Place in `policy.rules[direction]`; absent at the end of a tier. */
  readonly rule?: number;
}

/** Where a rule stands in the order of its tier. */
export type Placed = Pick<Step, "policy" | "rule">;

/** A tier as a list of steps: the first that matches decides, and what none matches falls on to the next tier. */
export interface DecisionList {
  /** The tier by name; the isolation that counts after all tiers is a list of its own. */
  readonly name: string;
  readonly order: number;
  /** Whether the first match decides, so that it matters how the policies are ordered. */
  readonly isOrdered: boolean;
  readonly policies: readonly Policy[];
  readonly steps: readonly Step[];
  /** What boxes cannot say of this tier, by policy; then the steps are not all. */
  readonly notUnderstood: readonly string[];
  /** Of what the steps lack, the rules that pass on. */
  readonly unsaidPasses: readonly Placed[];
  /** What the steps lack, rule by rule, as it is written: the same texts are the same rules. Sorted. */
  readonly lacks: readonly string[];
}

const afterAll = Number.POSITIVE_INFINITY;

/** How the order of policies is found out. */
export interface OrderOptions {
  /** Which of two policies of one priority is asked first. */
  readonly ties: TieAssumptions;
  readonly budget: Budget;
}

/**
 * The tiers of policies as decision lists, in the order they are asked. However a tier decides, it is such a list: a deny
 * that wins stands before the allows, and isolation is a deny at the end.
 */
export function decisionLists(
  space: TierSpace,
  policies: readonly Policy[],
  direction: Direction,
  { ties, budget }: OrderOptions,
): readonly DecisionList[] {
  const tiers = byTier(policies.filter(({ applies, isFinal }) => applies[direction] || isFinal === true));
  const late = tiers.filter(({ tier }) => tier.denies === "after-all");
  const end: DecisionList = {
    name: "isolation",
    order: afterAll,
    isOrdered: false,
    policies: late.flatMap(({ policies: of }) => of),
    steps: late.flatMap((tier) => endOf(space, tier, direction)),
    notUnderstood: [],
    unsaidPasses: [],
    lacks: [],
  };
  return [...tiers.map((tier) => listOf(space, tier, direction, { ties, budget })), ...(late.length > 0 ? [end] : [])];
}

function listOf(
  space: TierSpace,
  group: TierPolicies,
  direction: Direction,
  { ties, budget }: OrderOptions,
): DecisionList {
  const { tier, policies } = group;
  const notUnderstood: string[] = [];
  const unsaidPasses: Placed[] = [];
  const lacks = new Set<string>();
  const known = policies.filter((policy) => {
    const reason = space.whyNoSubject(policy);
    if (reason === undefined) return true;
    notUnderstood.push(`${policy.ref.kind} ${policy.name} is not understood: ${reason}`);
    lacks.add(sayKey(policy));
    for (const [rule, { action }] of decidingRules(policy, direction).entries())
      if (action === "pass") unsaidPasses.push({ policy, rule });
    return false;
  });
  const steps = known.flatMap((policy) =>
    decidingRules(policy, direction).flatMap((rule, i): readonly Step[] => {
      if (rule.placeholder === true) return [];
      const boxes = space.ruleBoxes(policy, rule);
      if (!(boxes instanceof NotUnderstood)) return [{ action: rule.action, boxes, policy, rule: i }];
      notUnderstood.push(`${policy.ref.kind} ${policy.name} is not understood: ${boxes.reason}`);
      lacks.add(ruleKey(policy, direction, rule));
      if (rule.action === "pass") unsaidPasses.push({ policy, rule: i });
      return [];
    }),
  );
  const isOrdered = tier.decides === "first-match";
  if (isOrdered && tiesOf(tier, ties) === "unknown") pushAll(notUnderstood, undefinedOrders(steps, budget));
  const sorted = isOrdered ? steps : [...steps.filter(isDeny), ...steps.filter((step) => !isDeny(step))];
  const isolation = endOf(space, { tier, policies: known }, direction);
  const final = finalOf(space, { tier, policies: known }, direction);
  // Whom the tier isolates, the later ones are asked about where that counts after all of them.
  const ending =
    tier.denies === "at-end"
      ? [...isolation, ...final]
      : final.map((step) => ({ ...step, boxes: withoutSteps(step.boxes, isolation, budget) }));
  return {
    name: tier.name,
    order: tier.order,
    isOrdered,
    policies,
    steps: [...sorted, ...ending],
    notUnderstood,
    unsaidPasses,
    lacks: [...lacks].toSorted(),
  };
}

/** A rule with whom it selects, wherever it is written. What makes other versions refuse its policy may be another rule. */
function ruleKey(policy: Policy, direction: Direction, rule: Rule): string {
  const nothing = { ingress: false, egress: false };
  const rules = { ingress: [], egress: [], [direction]: [rule] };
  const ifAssumed = (policy.ifAssumed ?? []).filter(({ refused }) => refused === undefined);
  return sayKey({ ...policy, isolates: nothing, rules, ifAssumed });
}

function endOf(space: TierSpace, { policies }: TierPolicies, direction: Direction): readonly Step[] {
  return policies
    .filter(({ isolates }) => isolates[direction])
    .map((policy) => ({ action: "deny", boxes: space.subjects(policy), policy }));
}

/** Pods about which no later tier is asked, by policies that say nothing of the direction. */
function finalOf(space: TierSpace, { policies }: TierPolicies, direction: Direction): readonly Step[] {
  return policies
    .filter(({ applies, isFinal }) => isFinal === true && !applies[direction])
    .map((policy) => ({ action: "allow", boxes: space.subjects(policy), policy }));
}

function isDeny({ action }: Step): boolean {
  return action === "deny";
}

/** Two rules of which it is not defined which decides, and what is left of the traffic that both match. */
export interface Unordered {
  readonly steps: readonly [Step, Step];
  readonly parts: readonly Box[];
}

/**
 * "If two policies have the same priority, either may win": it matters where they do different things to traffic that
 * nothing before has decided. The end of a tier, which is no rule, comes after all of them. Ends early when the budget does.
 */
export function* unorderedSteps(steps: readonly Step[], budget: Budget): Generator<Unordered> {
  let first = 0;
  for (const [i, a] of steps.entries()) {
    if ((steps[first] as Step).policy.priority !== a.policy.priority) first = i;
    for (let j = i + 1; j < steps.length && (steps[j] as Step).policy.priority === a.policy.priority; j++) {
      const b = steps[j] as Step;
      if (b.rule === undefined || areOneObject(a.policy, b.policy) || a.action === b.action) continue;
      if (!budget.spend(1 + a.boxes.length * b.boxes.length)) return;
      const both = a.boxes.flatMap((one) => b.boxes.map((other) => intersectBoxes(one, other)));
      const shared = both.filter((box) => box !== undefined);
      if (shared.length === 0) continue;
      if (!budget.spend((j - first) >> 3)) return;
      const parts = withoutSteps(shared, askedBefore(steps, first, i, j), budget);
      if (budget.exhausted) return;
      if (parts.length > 0) yield { steps: [a, b], parts };
    }
  }
}

/** What is asked before two steps of one priority, of which `first` is the first: those of others, and of their own objects. */
function* askedBefore(steps: readonly Step[], first: number, i: number, j: number): Generator<Step> {
  for (let at = 0; at < first; at++) yield steps[at] as Step;
  const [a, b] = [steps[i] as Step, steps[j] as Step];
  for (let at = first; at < j; at++) {
    const step = steps[at] as Step;
    if ((at < i && areOneObject(step.policy, a.policy)) || areOneObject(step.policy, b.policy)) yield step;
  }
}

/** What of some boxes no step matches; nothing that could be relied on when the budget ends. */
export function withoutSteps(
  boxes: readonly Box[],
  steps: Iterable<Pick<Step, "boxes">>,
  budget: Budget,
): readonly Box[] {
  let rest = boxes;
  for (const step of steps)
    for (const match of step.boxes) {
      if (rest.length === 0 || !budget.spend(1 + rest.length)) return rest;
      rest = rest.flatMap((part) => subtractBox(part, match));
    }
  return rest;
}

function undefinedOrders(steps: readonly Step[], budget: Budget): readonly string[] {
  const found = new Set<string>();
  for (const { steps: rules } of unorderedSteps(steps, budget)) {
    const [a, b] = rules.map(({ policy }) => policy.name);
    found.add(`which of ${a} and ${b}, of one priority, is asked first is not defined`);
  }
  return budget.exhausted ? ["policies of one priority are too many to be compared"] : [...found];
}

/** A part of what was asked about, and what was decided of it. `by`: the step that did; none where all tiers fell through. */
export interface Decided {
  readonly part: Box;
  readonly action: RuleAction;
  readonly by?: Step;
}

/** What one list decides of a box, part by part; ends early when the budget does. What no step matches is passed on. */
export function* decideOne(box: Box, { steps }: DecisionList, budget: Budget): Generator<Decided> {
  let rest: readonly Box[] = [box];
  for (const step of steps) {
    for (const match of step.boxes) {
      if (!budget.spend(1)) return;
      if (!boxesOverlap(box, match)) continue;
      const next: Box[] = [];
      for (const part of rest) {
        if (!budget.spend(1 + part.length)) return;
        const hit = intersectBoxes(part, match);
        if (hit === undefined) next.push(part);
        else {
          yield { part: hit, action: step.action, by: step };
          pushAll(next, subtractBox(part, match));
        }
      }
      rest = next;
    }
    if (rest.length === 0) return;
  }
  for (const part of rest) yield { part, action: "pass" };
}

/** What of some boxes every one of some lists passes on, so that it comes to what stands behind them. Ends early when the budget does. */
export function* passedOn(
  boxes: readonly Box[],
  lists: readonly DecisionList[],
  budget: Budget,
  from = 0,
): Generator<Box> {
  const list = lists[from];
  if (list === undefined) yield* boxes;
  else
    for (const box of boxes) {
      const passed = [...decideOne(box, list, budget)].filter(({ action }) => action === "pass");
      yield* passedOn(
        passed.map(({ part }) => part),
        lists,
        budget,
        from + 1,
      );
    }
}

/** What all lists decide of a box, part by part: what falls through the last is allowed. Ends early when the budget does. */
export function* decide(
  box: Box,
  lists: readonly DecisionList[],
  budget: Budget,
  from = 0,
): Generator<Decided & { readonly action: "allow" | "deny" }> {
  const list = lists[from];
  if (list === undefined) {
    yield { part: box, action: "allow" };
    return;
  }
  for (const decided of decideOne(box, list, budget)) {
    if (decided.action === "pass") yield* decide(decided.part, lists, budget, from + 1);
    else yield { ...decided, action: decided.action };
  }
}
