import type { RuleAction } from "../model/policy.ts";
import type { ClassId } from "./class-set.ts";
import type { Layers } from "./layered-rows.ts";
import type { PodClass } from "./pod-classes.ts";
import type { Contribution, OrderedContribution } from "./rule-items.ts";
import { openSignature, Signatures } from "./signatures.ts";
import type { TierApplications } from "./tier-applications.ts";
import { type TierSteps, tierSteps } from "./tier-steps.ts";

/** What one tier says to each class: a set of contributions that are a union, and a list of those whose order matters. */
export class TierSignatures {
  /** Among all tiers. */
  readonly position: number;
  readonly denies: TierApplications["denies"];
  readonly #unions = new Signatures<Contribution>();
  readonly #lists = new Signatures<OrderedContribution>();
  readonly #unionOf: Int32Array | undefined;
  readonly #listOf: Int32Array | undefined;
  readonly #steps = new Map<number, TierSteps>();
  readonly #ordered = new Map<number, boolean>();

  constructor({ union, ordered, denies }: TierApplications, position: number, classCount: number) {
    this.position = position;
    this.denies = denies;
    this.#unionOf = union.length === 0 ? undefined : this.#unions.assign(union, classCount);
    this.#listOf = ordered.length === 0 ? undefined : this.#lists.assign(ordered, classCount);
  }

  /** Whether the tier says anything to a class. */
  speaksTo(id: ClassId): boolean {
    return this.#union(id) !== openSignature || this.#list(id) !== openSignature;
  }

  /** Whether all that it says is a union. */
  isUnion(id: ClassId): boolean {
    return this.#list(id) === openSignature;
  }

  /** Whether one of its rules may take away what another allows: not so where all are NetworkPolicies, sure or not. */
  isOrdered(id: ClassId): boolean {
    const list = this.#list(id);
    let isOrdered = this.#ordered.get(list);
    if (isOrdered === undefined) {
      isOrdered = [...this.#lists.contributions(list)].some(
        ({ items, end, isOfUnion }) =>
          isOfUnion !== true || end === "allow" || items.some(({ action }) => action !== "allow"),
      );
      this.#ordered.set(list, isOrdered);
    }
    return isOrdered;
  }

  /** Equal for classes to which it says the same. */
  keyOf(id: ClassId): string {
    return `${this.#union(id)}/${this.#list(id)}`;
  }

  /** The contributions that are a union; undefined when there are none. */
  unionOf(id: ClassId): readonly Contribution[] | undefined {
    const signature = this.#union(id);
    return signature === openSignature ? undefined : [...this.#unions.contributions(signature)];
  }

  /** What is asked, step by step: one object for classes to which the tier says the same, but for what is a union. */
  stepsOf(id: ClassId): TierSteps {
    const list = this.#list(id);
    const make = (): TierSteps => tierSteps(this.unionOf(id), [...this.#lists.contributions(list)].toReversed());
    if (this.#union(id) !== openSignature) return make();
    let steps = this.#steps.get(list);
    if (steps === undefined) this.#steps.set(list, (steps = make()));
    return steps;
  }

  #union(id: ClassId): number {
    return this.#unionOf?.[id] ?? openSignature;
  }

  #list(id: ClassId): number {
    return this.#listOf?.[id] ?? openSignature;
  }
}

/** All that tiers say to a class. A tier that denies after all others leaves its denial to the end. */
export function layersOf(tiers: readonly TierSignatures[], { id }: PodClass, profile: string): Layers {
  const late = new Set<RuleAction>();
  let isCertain = false;
  const said = tiers.map((tier) => {
    const { steps, end } = tier.stepsOf(id);
    // Unions are many, and most are of one row only: they are not kept.
    const key = tier.unionOf(id) === undefined ? { key: `${tier.position} ${tier.keyOf(id)}${profile}` } : {};
    if (tier.denies === "at-end" || !end.includes("deny")) return { ...key, steps: { steps, end } };
    late.add("deny");
    isCertain ||= end.length === 1;
    return { ...key, steps: { steps, end: ["pass"] as const } };
  });
  const areOrdered = tiers.some((tier) => tier.isOrdered(id));
  return { tiers: said, areOrdered, last: late.size === 0 ? ["allow"] : isCertain ? ["deny"] : ["deny", "allow"] };
}
