import type { Direction, Policy } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { type Box, intersectBoxes, samplePoint } from "./box.ts";
import { Budget } from "./budget.ts";
import { coverOf } from "./cover.ts";
import { CoverIndex } from "./cover-index.ts";
import { type PodExample, subjectExample, type TrafficExample, trafficExample } from "./example.ts";
import { PolicySpace } from "./policy-space.ts";
import type { ProofOptions } from "./proof-options.ts";
import { whyUnprovable } from "./provable-policies.ts";
import { selectorOf } from "./selector-box.ts";
import { boxRelation } from "./selector-questions.ts";

/** How two things stand to each other. `inside`: all of the first is in the second. */
export type SetRelation = "equal" | "inside" | "contains" | "overlap" | "disjoint";

/** How the rules of two policies of one direction stand to each other on the pods that both select. */
export interface RulesRelation {
  /** `not-both`: at least one of the two does not isolate this direction, so its rules have no effect. */
  readonly relation: SetRelation | "not-both" | "undecided";
  /** Traffic that both admit, if there is any. */
  readonly example?: TrafficExample;
}

/** How two policies stand to each other, for every pod that could exist. */
export type PolicyRelation =
  | { readonly subjects: "disjoint" }
  /** One of the policies is of a kind or tier that proofs do not understand. */
  | { readonly subjects: "undecided"; readonly reason: string }
  | {
      readonly subjects: Exclude<SetRelation, "disjoint">;
      /** Selects exactly the pods of the namespace that both policies select. */
      readonly both: Selector;
      readonly example: PodExample;
      readonly rules: Readonly<Record<Direction, RulesRelation>>;
    };

/** Relates policies pair by pair; what is computed of one policy is kept for its next pair. */
export class PolicyRelator {
  readonly #space: PolicySpace;
  readonly #budget: Budget;
  readonly #admissions = new Map<Policy, Readonly<Record<Direction, Admissions | undefined>>>();

  constructor(space: PolicySpace, budget: Budget) {
    this.#space = space;
    this.#budget = budget;
  }

  /** Relates two of the policies. */
  relate(a: Policy, b: Policy): PolicyRelation {
    const reason = whyUnprovable(a) ?? whyUnprovable(b);
    if (reason !== undefined) return { subjects: "undecided", reason };
    const first = this.#space.subject(a);
    const second = this.#space.subject(b);
    const common = first && second && intersectBoxes(first, second);
    if (a.namespace !== b.namespace || first === undefined || second === undefined || common === undefined)
      return { subjects: "disjoint" };
    return {
      subjects: boxRelation(first, second),
      both: selectorOf(this.#space.universe, common, "subject") ?? { requirements: [] },
      example: subjectExample(this.#space, a.namespace ?? "", samplePoint(common)),
      rules: {
        ingress: this.#relateRules(a, b, "ingress", common),
        egress: this.#relateRules(a, b, "egress", common),
      },
    };
  }

  #relateRules(a: Policy, b: Policy, direction: Direction, common: Box): RulesRelation {
    if (!a.isolates[direction] || !b.isolates[direction]) return { relation: "not-both" };
    const first = this.#admissionsOf(a)[direction];
    const second = this.#admissionsOf(b)[direction];
    if (first === undefined || second === undefined) return { relation: "undecided" };
    const inside = this.#isInside(first, second, common);
    const contains = this.#isInside(second, first, common);
    if (inside === undefined || contains === undefined) return { relation: "undecided" };
    const both = this.#firstCommon(first, second, common);
    if (both === "undecided") return { relation: "undecided" };
    const relation = inside ? (contains ? "equal" : "inside") : contains ? "contains" : both ? "overlap" : "disjoint";
    if (both === undefined) return { relation };
    const example = trafficExample(this.#space, a.namespace ?? "", direction, samplePoint(both));
    return { relation, example };
  }

  #isInside(a: Admissions, b: Admissions, common: Box): boolean | undefined {
    for (const box of a.boxes) {
      const part = intersectBoxes(box, common);
      if (part === undefined) continue;
      const { status } = coverOf(part, b.index, this.#budget);
      if (status === "undecided") return undefined;
      if (status === "uncovered") return false;
    }
    return true;
  }

  #firstCommon(a: Admissions, b: Admissions, common: Box): Box | "undecided" | undefined {
    for (const own of a.boxes) {
      const part = intersectBoxes(own, common);
      if (part === undefined) continue;
      for (const other of b.boxes) {
        if (!this.#budget.spend(1)) return "undecided";
        const both = intersectBoxes(part, other);
        if (both !== undefined) return both;
      }
    }
    return undefined;
  }

  #admissionsOf(policy: Policy): Readonly<Record<Direction, Admissions | undefined>> {
    let known = this.#admissions.get(policy);
    if (known === undefined) {
      known = { ingress: this.#expand(policy, "ingress"), egress: this.#expand(policy, "egress") };
      this.#admissions.set(policy, known);
    }
    return known;
  }

  /** Undefined when a rule is too big. */
  #expand(policy: Policy, direction: Direction): Admissions | undefined {
    const index = new CoverIndex();
    for (const rule of decidingRules(policy, direction)) {
      const boxes = this.#space.ruleBoxes(policy, rule);
      if (boxes === undefined || !this.#budget.spend(boxes.length)) return undefined;
      for (const box of boxes) index.add(box, 0);
    }
    return { index, boxes: [...index.entries()].map(({ box }) => box) };
  }
}

interface Admissions {
  readonly index: CoverIndex;
  readonly boxes: readonly Box[];
}

/** Relates two policies: whom both select, and whether the rules of one admit what those of the other do. */
export function relatePolicies(a: Policy, b: Policy, options: ProofOptions = {}): PolicyRelation {
  return new PolicyRelator(new PolicySpace([a, b], options), options.budget ?? new Budget()).relate(a, b);
}
