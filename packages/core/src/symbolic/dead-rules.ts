import { pushAll } from "../lib/push-all.ts";
import { directions, type Policy } from "../model/policy.ts";
import {
  areOneObject,
  compareNames,
  compareTiers,
  isAmongNetworkPolicies,
  type TieAssumptions,
  tiesOf,
} from "../semantics/tiers.ts";
import { isOfHostsAlone } from "../semantics/calico/host-endpoints.ts";
import { type Box, boxesOverlap } from "./box.ts";
import { without } from "./box-lists.ts";
import { Budget } from "./budget.ts";
import { type DecisionList, decisionLists, type Placed, type Step } from "./decision-list.ts";
import { type ProofOptions, tiesByName, unknownTies } from "./proof-options.ts";
import { withoutOverwritten } from "./provable-policies.ts";
import { type RuleRef, ruleRefOf } from "./redundancy.ts";
import { possiblePoint } from "./tier-example.ts";
import { TierSpace } from "./tier-space.ts";

/** A rule that decides nothing, of any pod that could exist: what is asked before it has decided it all. */
export interface DeadRule {
  /** Which rule it is. */
  readonly rule: RuleRef;
  /** The rules that match, together, all that it matches; empty where it matches nothing anyway. */
  readonly coveredBy: readonly RuleRef[];
  /** What of its tier proofs do not understand: its tier without it cannot be compared. Absent: nothing. */
  readonly besides?: string;
}

/** The dead rules, and why some of ordered tiers are not known. */
export interface DeadRules {
  /** In the order of the policies. */
  readonly dead: readonly DeadRule[];
  /** What was not decided, and why; empty where all is. */
  readonly undecided: readonly string[];
}

/** No rule may use up the budget of all. */
const stepsPerRule = 100_000;

/**
 * Finds the rules of ordered tiers that can never decide, and those of a union that what denies wholly covers. A rule of the same priority in another policy, one that boxes
 * cannot say, and the end of a tier never cover; a rule that passes on covers within its tier only.
 */
export function findDeadRules(policies: readonly Policy[], options: ProofOptions = {}): DeadRules {
  const inForce = upToLastOrdered(withoutOverwritten(policies)).filter((policy) => !isOfHostsAlone(policy));
  const space = new TierSpace(inForce, options);
  const { budget = new Budget(), ties = unknownTies } = options;
  const dead: DeadRule[] = [];
  const undecided = new Set<string>();
  for (const direction of directions) {
    const lists = decisionLists(space, inForce, direction, { ties: tiesByName, budget });
    // Where ties count, more is not understood than what boxes cannot say.
    let tied: readonly DecisionList[] | undefined;
    const besides = ({ name, order }: DecisionList): Pick<DeadRule, "besides"> => {
      tied ??= decisionLists(space, inForce, direction, { ties, budget });
      const reason = tied.find((list) => list.name === name && list.order === order)?.notUnderstood[0];
      return reason === undefined ? {} : { besides: reason };
    };
    const decided: Step[] = [];
    for (const list of lists) {
      if (list.isOrdered || list.steps.some(isDeny)) {
        for (const [i, step] of list.steps.entries()) {
          if (step.rule === undefined || (!list.isOrdered && isDeny(step))) continue;
          const earlier = list.steps.slice(0, i);
          // In a union only what denies comes before.
          const own = list.isOrdered ? earlier.filter((other) => isBefore(other, step, ties)) : earlier.filter(isDeny);
          const before = [...decided, ...own];
          const share = budget.share(stepsPerRule);
          const by = preferAlike(space, step, before, share);
          budget.charge(share, stepsPerRule);
          if (by === "undecided") undecided.add(`${step.policy.ref.kind} ${step.policy.name}: the budget ended`);
          else if (by !== undefined)
            dead.push({
              rule: ruleRefOf(step.policy, direction, step.rule),
              coveredBy: by.map((one) => ruleRefOf(one.policy, direction, one.rule)),
              ...besides(list),
            });
        }
      }
      if (list.isOrdered) for (const reason of list.notUnderstood) undecided.add(reason);
      pushAll(decided, finalSteps(list, ties));
    }
  }
  return { dead, undecided: [...undecided] };
}

function isDeny({ action, rule }: Step): boolean {
  return action === "deny" && rule !== undefined;
}

/** What is asked after the last tier whose order matters, or that denies, covers nothing. */
function upToLastOrdered(policies: readonly Policy[]): readonly Policy[] {
  const isAsked = ({ tier, rules }: Policy): boolean =>
    tier.decides === "first-match" ||
    directions.some((direction) => rules[direction].some(({ action }) => action === "deny"));
  const tiers = policies.filter(isAsked).map(({ tier }) => tier);
  const last = [...new Set(tiers)].toSorted(compareTiers).at(-1);
  return policies.filter(({ tier }) => last !== undefined && compareTiers(tier, last) <= 0);
}

function isBefore(other: Step, { policy }: Step, ties: TieAssumptions): boolean {
  if (other.rule === undefined) return false;
  // NetworkPolicies have no order among themselves: what one repeats of another is a redundancy.
  if (isAmongNetworkPolicies(policy) && isAmongNetworkPolicies(other.policy)) return false;
  if (areOneObject(other.policy, policy) || other.policy.priority < policy.priority) return true;
  return tiesOf(policy.tier, ties) === "name";
}

/** What a tier decides for good: it never comes to a later one. Nothing that may fall on is among it. */
function finalSteps({ steps, unsaidPasses, isOrdered }: DecisionList, ties: TieAssumptions): readonly Step[] {
  // What an earlier pass takes out of a step is not decided by it, so only steps that are asked before every pass are final.
  const passes: readonly Placed[] = [...steps.filter(({ action }) => action === "pass"), ...unsaidPasses];
  return steps.filter((step) => {
    if (step.rule === undefined || step.action === "pass") return false;
    if (!isOrdered) return step.action === "deny" || passes.length === 0;
    return passes.every((pass) => isAskedBefore(step, pass, ties));
  });
}

/** Whether a step of an ordered tier is asked before another, whichever of equal priorities comes first. */
function isAskedBefore(one: Placed, other: Placed, ties: TieAssumptions): boolean {
  const [a, b] = [one.policy, other.policy];
  if (areOneObject(a, b))
    return a.part === b.part ? (one.rule ?? 0) < (other.rule ?? 0) : (a.part ?? 0) < (b.part ?? 0);
  if (a.priority !== b.priority) return a.priority < b.priority;
  return tiesOf(a.tier, ties) === "name" && compareNames(a, b) < 0;
}

/** The cover of a step; where steps that do the same are enough, these alone. */
function preferAlike(
  space: TierSpace,
  step: Step,
  before: readonly Step[],
  budget: Budget,
): ReturnType<typeof coverOf> {
  const by = coverOf(space, step, before, budget);
  if (by === undefined || by === "undecided" || by.every(({ action }) => action === step.action)) return by;
  const alike = coverOf(
    space,
    step,
    before.filter(({ action }) => action === step.action),
    budget,
  );
  return alike === undefined || alike === "undecided" ? by : alike;
}

/** The steps that hold all that a step matches; undefined when something is left that could be real. */
function coverOf(
  space: TierSpace,
  { boxes }: Step,
  before: readonly Step[],
  budget: Budget,
): readonly Step[] | "undecided" | undefined {
  let rest: readonly Box[] = boxes;
  const used: Step[] = [];
  for (const step of before) {
    const meets = step.boxes.some((box) => rest.some((part) => budget.spend(1) && boxesOverlap(part, box)));
    if (budget.exhausted) return "undecided";
    if (!meets) continue;
    used.push(step);
    rest = without(rest, step.boxes, budget);
    if (budget.exhausted) return "undecided";
    if (rest.length === 0) return used;
  }
  return rest.some((part) => possiblePoint(space, part) !== undefined) ? undefined : used;
}
