import { type Box, boxesOverlap, intersectBoxes } from "./box.ts";
import { without } from "./box-lists.ts";
import type { Budget } from "./budget.ts";
import type { DecisionList, Step } from "./decision-list.ts";
import { OverlapIndex } from "./overlap-index.ts";
import { areOneObject, type TieAssumptions, tiesOf } from "../semantics/tiers.ts";
import { possiblePoint } from "./tier-example.ts";
import type { TierSpace } from "./tier-space.ts";

/** What does what a step does without it: steps of its list, and what comes after the list where some falls through. */
export interface Cover {
  readonly by: readonly Step[];
  readonly fallsThrough: boolean;
}

/** A decision list of which steps can be taken out. */
export class DecisionLine {
  readonly #list: DecisionList;
  readonly #space: TierSpace;
  readonly #places: ReadonlyMap<Step, number>;
  readonly #gone = new Set<Step>();
  #index: OverlapIndex | undefined;

  /** Of steps of one priority either may be asked first. */
  readonly #isTied: boolean;

  constructor(list: DecisionList, space: TierSpace, ties: TieAssumptions) {
    this.#list = list;
    this.#isTied = list.isOrdered && list.policies.some(({ tier }) => tiesOf(tier, ties) === "unknown");
    this.#space = space;
    this.#places = new Map(list.steps.map((step, i) => [step, i]));
  }

  takeOut(step: Step): void {
    this.#gone.add(step);
  }

  putBack(step: Step): void {
    this.#gone.delete(step);
  }

  /** Why nothing is known of its steps; undefined where it may be. */
  get whyNotKnown(): string | undefined {
    return this.#list.isOrdered ? this.#list.notUnderstood[0] : undefined;
  }

  /**
   * What decides the same without a step, among those in place; undefined when something would be decided otherwise.
   * What is gone must not decide otherwise either, but for what goes together with the step: so whatever of all that is gone
   * stays after all, the rest can go. What of the list boxes cannot say never covers. Beside it an order cannot be judged; of a
   * union an allow is covered by what is known of it, whatever else there is, and so is a deny by other denies.
   */
  coverOf(step: Step, together: ReadonlySet<Step>, budget: Budget): Cover | "undecided" | undefined {
    const { notUnderstood, steps } = this.#list;
    const isOpen = notUnderstood.length > 0;
    if (this.whyNotKnown !== undefined) return "undecided";
    const at = this.#places.get(step) ?? 0;
    const by: Step[] = [];
    let rest: readonly Box[] = step.boxes;
    // What is asked in no order: what is left when it begins, and what of it came so far.
    let group: { readonly priority: number; readonly rest: readonly Box[]; readonly steps: Step[] } | undefined;
    for (const place of this.#nearby(step)) {
      const other = steps[place] as Step;
      const isGone = this.#gone.has(other);
      if (other === step || (isGone && (together.has(other) || other.action === step.action))) continue;
      if (isOpen && step.action === "deny" && step.rule !== undefined && !isDeny(other)) break;
      const { priority } = other.policy;
      if (!this.#isTied || other.rule === undefined) group = undefined;
      else if (group?.priority !== priority) group = { priority, rest, steps: [] };
      if ((group?.rest ?? rest).length === 0) break;
      const isBefore = place < at && !this.#mayBeBefore(step, other);
      if (isBefore && isGone) continue;
      let met = meeting(isBefore || group === undefined ? rest : group.rest, other.boxes, budget);
      for (const own of group?.steps ?? []) {
        if (met.length === 0) break;
        if (areOneObject(own.policy, other.policy)) met = without(met, own.boxes, budget);
      }
      if (!isGone) group?.steps.push(other);
      if (budget.exhausted) return "undecided";
      if (met.length === 0) continue;
      if (!isBefore && other.action !== step.action) {
        if (met.some((part) => possiblePoint(this.#space, part) !== undefined)) return undefined;
        if (isGone) continue;
      } else by.push(other);
      rest = without(rest, other.boxes, budget);
      if (budget.exhausted) return "undecided";
    }
    const fallsThrough = rest.some((part) => possiblePoint(this.#space, part) !== undefined);
    return fallsThrough && step.action !== "pass" ? undefined : { by, fallsThrough };
  }

  /** The end of a tier, which is no rule, comes after all of them. */
  #mayBeBefore({ policy, rule }: Step, other: Step): boolean {
    return (
      this.#isTied &&
      rule !== undefined &&
      other.rule !== undefined &&
      other.policy.priority === policy.priority &&
      !areOneObject(other.policy, policy)
    );
  }

  /** The same, by one step that covers alone, where there is one: that is easier to see than what many do together. */
  plainCoverOf(step: Step, together: ReadonlySet<Step>, budget: Budget): Cover | "undecided" | undefined {
    const cover = this.coverOf(step, together, budget);
    if (cover === undefined || cover === "undecided" || cover.by.length < 2) return cover;
    const alone = cover.by.find(
      (other) => other.action === step.action && without(step.boxes, other.boxes, budget).length === 0,
    );
    return alone === undefined || budget.exhausted ? cover : { by: [alone], fallsThrough: false };
  }

  /** The places of what may meet a step. */
  #nearby({ boxes }: Step): readonly number[] {
    this.#index ??= new OverlapIndex(this.#list.steps.map((step) => step.boxes));
    return this.#index.near(boxes);
  }
}

/** A rule that denies: what the end of a tier denies is none. */
function isDeny({ action, rule }: Step): boolean {
  return action === "deny" && rule !== undefined;
}

function meeting(parts: readonly Box[], boxes: readonly Box[], budget: Budget): readonly Box[] {
  const met: Box[] = [];
  for (const part of parts)
    for (const box of boxes) {
      if (!budget.spend(1)) return met;
      if (!boxesOverlap(part, box)) continue;
      const both = intersectBoxes(part, box);
      if (both !== undefined) met.push(both);
    }
  return met;
}
