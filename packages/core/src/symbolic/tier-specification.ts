import { type Direction, directions, type Policy } from "../model/policy.ts";
import { type Box, intersectBoxes, type Point } from "./box.ts";
import { Budget } from "./budget.ts";
import { decide, type DecisionList, decisionLists } from "./decision-list.ts";
import type { PodExample } from "./example.ts";
import { type ProofOptions, unknownTies } from "./proof-options.ts";
import { withoutOverwritten } from "./provable-policies.ts";
import type { Answer } from "./specification.ts";
import { SlicedPolicies, sliceName, subjectSlices } from "./subject-slices.ts";
import { possiblePoint, tierExample } from "./tier-example.ts";
import { TierSpace } from "./tier-space.ts";

/** What is asked about the traffic that a specification names; `all`: about all traffic there is. */
export interface TierClaim {
  readonly traffic: "admitted" | "all";
  /** What of that traffic the policies must not do. */
  readonly never: "allow" | "deny";
}

/** Whether policies of any tiers never do something to traffic; if they do, one packet of it. */
export function checkTiers(
  specification: readonly Policy[],
  policies: readonly Policy[],
  claim: TierClaim,
  options: ProofOptions = {},
): Answer {
  const { implied = [] } = options;
  const sets = [withoutOverwritten(specification), [...withoutOverwritten(policies), ...implied]] as const;
  const space = new TierSpace(sets.flat(), options);
  const [wanted, given] = sets.map((set) => new SlicedPolicies(set));
  const { budget = new Budget(), ties = unknownTies } = options;
  const reasons = new Set<string>();
  for (const slice of subjectSlices(space, sets))
    for (const direction of directions) {
      const listsOf = (set: SlicedPolicies | undefined): readonly DecisionList[] =>
        decisionLists(space, set?.in(slice) ?? [], direction, { ties, budget });
      const [asked, lists] = [listsOf(wanted), listsOf(given)];
      const open = [...(claim.traffic === "all" ? [] : asked), ...lists].flatMap(({ notUnderstood }) => notUnderstood);
      for (const reason of open) reasons.add(reason);
      if (open.length > 0) continue;
      const boxes = claim.traffic === "all" ? [slice.box] : admitted(asked, slice.box);
      const point = firstOf(space, boxes, lists, claim.never, budget);
      if (point !== undefined) return { status: "fails", counterexample: tierExample(space, direction, point) };
      if (budget.exhausted) reasons.add(`${sliceName(slice)}, ${direction}: the budget ended`);
    }
  return reasons.size > 0 ? { status: "undecided", reasons: [...reasons] } : { status: "holds" };
}

/** What the allowing rules of a specification name. */
function admitted(lists: readonly DecisionList[], within: Box): readonly Box[] {
  const steps = lists.flatMap((list) => list.steps.filter(({ action }) => action === "allow"));
  return steps.flatMap(({ boxes }) =>
    boxes.map((box) => intersectBoxes(box, within)).filter((both) => both !== undefined),
  );
}

function firstOf(
  space: TierSpace,
  boxes: readonly Box[],
  lists: readonly DecisionList[],
  action: "allow" | "deny",
  budget: Budget,
): Point | undefined {
  for (const box of boxes)
    for (const decided of decide(box, lists, budget)) {
      const point = decided.action === action ? possiblePoint(space, decided.part) : undefined;
      if (point !== undefined) return point;
    }
  return undefined;
}

/** A pod that policies of both sets select, whatever their tiers. */
export function sharedInTiers(
  first: readonly Policy[],
  second: readonly Policy[],
  options: ProofOptions = {},
): PodExample | "undecided" | undefined {
  const [one, two] = [withoutOverwritten(first), withoutOverwritten(second)];
  const space = new TierSpace([...one, ...two], options);
  const { budget = new Budget() } = options;
  const others = two.flatMap((policy) => space.subjects(policy));
  for (const subject of one.flatMap((policy) => space.subjects(policy)))
    for (const other of others) {
      if (!budget.spend(1)) return "undecided";
      const both = intersectBoxes(subject, other);
      const point = both && possiblePoint(space, both);
      if (point !== undefined) return tierExample(space, anyDirection, point).subject;
    }
  return undefined;
}

const anyDirection: Direction = "ingress";
