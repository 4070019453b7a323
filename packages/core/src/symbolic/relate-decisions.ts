import { type Direction, directions } from "../model/policy.ts";
import type { WholePolicy } from "../semantics/whole-policies.ts";
import { type Box, boxesOverlap, intersectBoxes } from "./box.ts";
import type { Budget } from "./budget.ts";
import { decideOne, type DecisionList, decisionLists, withoutSteps } from "./decision-list.ts";
import type { PodExample } from "./example.ts";
import { tiesByName } from "./proof-options.ts";
import type { SetRelation } from "./relate-policies.ts";
import { possiblePoint, tierExample } from "./tier-example.ts";
import type { TierSpace } from "./tier-space.ts";

/** How what the rules of two policies of a tier match stands to each other, on the pods that both select. */
export interface DecisionsRelation {
  readonly relation: SetRelation | "undecided";
  /** Whether there is traffic to which the first matching rules of the two do different things. */
  readonly differs: boolean;
}

/** How two policies of one tier stand to each other, for every pod and namespace that could exist. */
export interface WholeRelation {
  readonly subjects: Exclude<SetRelation, "disjoint">;
  /** A pod that both select. */
  readonly example: PodExample;
  /** In each direction of which both have rules. */
  readonly rules: Readonly<Partial<Record<Direction, DecisionsRelation>>>;
}

/** Relates whole policies of one tier, whatever their rules do: what is computed of one is kept for its next pair. */
export class DecisionRelator {
  readonly #space: TierSpace;
  readonly #budget: Budget;
  readonly #subjects = new Map<WholePolicy, readonly Box[]>();
  readonly #lists = new Map<WholePolicy, Map<Direction, DecisionList | undefined>>();

  constructor(space: TierSpace, budget: Budget) {
    this.#space = space;
    this.#budget = budget;
  }

  /** Whether the budget has ended. */
  get isExhausted(): boolean {
    return this.#budget.exhausted;
  }

  /** Whom a policy selects; nobody where boxes cannot say it. */
  subjects(whole: WholePolicy): readonly Box[] {
    let boxes = this.#subjects.get(whole);
    if (boxes === undefined) {
      const known = whole.parts.filter((part) => this.#space.whyNoSubject(part) === undefined);
      this.#subjects.set(whole, (boxes = known.flatMap((part) => this.#space.subjects(part))));
    }
    return boxes;
  }

  /** Whether the two can select the same pod; false, too, when the budget has ended. */
  meet(a: WholePolicy, b: WholePolicy): boolean {
    const others = this.subjects(b);
    return this.subjects(a).some((one) =>
      others.some((other) => this.#budget.spend(1 + (one.length >> 1)) && boxesOverlap(one, other)),
    );
  }

  /** Relates two policies; undefined when no pod that could be is selected by both. */
  relate(a: WholePolicy, b: WholePolicy): WholeRelation | undefined {
    const common = this.subjects(a).flatMap((one) =>
      this.subjects(b)
        .map((other) => intersectBoxes(one, other))
        .filter((both) => both !== undefined),
    );
    const point = common.map((part) => possiblePoint(this.#space, part)).find((each) => each !== undefined);
    if (point === undefined) return undefined;
    const both = directions.filter((direction) => [a, b].every((each) => hasRules(each, direction)));
    const rules = both.map((direction) => [direction, this.#relateRules(a, b, direction, common)] as const);
    return {
      subjects: relationOf(!this.#isWithin(a, b), !this.#isWithin(b, a)),
      example: tierExample(this.#space, "ingress", point).subject,
      rules: Object.fromEntries(rules),
    };
  }

  #isWithin(a: WholePolicy, b: WholePolicy): boolean {
    const left = withoutSteps(this.subjects(a), [{ boxes: this.subjects(b) }], this.#budget);
    return !left.some((part) => possiblePoint(this.#space, part) !== undefined);
  }

  #relateRules(a: WholePolicy, b: WholePolicy, direction: Direction, common: readonly Box[]): DecisionsRelation {
    const undecided: DecisionsRelation = { relation: "undecided", differs: false };
    const [one, other] = [this.#listOf(a, direction), this.#listOf(b, direction)];
    if (one === undefined || other === undefined) return undecided;
    const first = this.#compare(one, other, common);
    const second = this.#compare(other, one, common);
    if (this.#budget.exhausted) return undecided;
    const relation = first.meets ? relationOf(first.beyond, second.beyond) : "disjoint";
    return { relation, differs: first.differs };
  }

  /** What the rules of one list match: whether those of another match some of it, do something else to it, or leave some out. */
  #compare(list: DecisionList, other: DecisionList, common: readonly Box[]): Comparison {
    const found = { meets: false, differs: false, beyond: false };
    const isReal = (part: Box): boolean => possiblePoint(this.#space, part) !== undefined;
    for (const box of common)
      for (const own of decideOne(box, list, this.#budget)) {
        if (own.by?.rule === undefined) continue;
        for (const { part, by } of decideOne(own.part, other, this.#budget)) {
          if (by?.rule === undefined) found.beyond ||= isReal(part);
          else {
            found.meets ||= isReal(part);
            if (by.action !== own.action) found.differs ||= isReal(part);
          }
        }
      }
    return found;
  }

  /** The rules of a policy, the first match first; undefined when boxes cannot say all of them. */
  #listOf(whole: WholePolicy, direction: Direction): DecisionList | undefined {
    let known = this.#lists.get(whole);
    if (known === undefined) this.#lists.set(whole, (known = new Map()));
    if (!known.has(direction)) {
      const [list] = decisionLists(this.#space, whole.parts, direction, { ties: tiesByName, budget: this.#budget });
      known.set(direction, list !== undefined && list.notUnderstood.length === 0 ? list : undefined);
    }
    return known.get(direction);
  }
}

interface Comparison {
  readonly meets: boolean;
  readonly differs: boolean;
  readonly beyond: boolean;
}

function hasRules({ parts }: WholePolicy, direction: Direction): boolean {
  return parts.some(({ applies, rules }) => applies[direction] && rules[direction].length > 0);
}

function relationOf(isFirstBeyond: boolean, isSecondBeyond: boolean): Exclude<SetRelation, "disjoint"> {
  if (isFirstBeyond) return isSecondBeyond ? "overlap" : "contains";
  return isSecondBeyond ? "inside" : "equal";
}
