import type { Assumptions } from "../model/assumptions.ts";
import { type Direction, directions, type Policy, type Rule, type RuleAction } from "../model/policy.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { inForce, isRelative } from "../semantics/old-form.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { byTier, type TierPolicies } from "../semantics/tiers.ts";
import { notUnderstood } from "../semantics/understood-policies.ts";
import { difference, intersection } from "../sets/interval-set.ts";
import { ClassSet } from "./class-set.ts";
import type { Matches } from "./label-index.ts";
import type { PodClasses } from "./pod-classes.ts";
import type { ActingItem, Contribution, OrderedContribution, RuleItems } from "./rule-items.ts";

/** What a policy selects and says in one direction. */
export interface Application<C> {
  readonly subjects: ClassSet;
  readonly contribution: C;
}

/** What the policies of one tier select and say in one direction. */
export interface TierApplications {
  readonly isFirstMatch: boolean;
  /** When the tier's isolation denies. */
  readonly denies: "at-end" | "after-all";
  /** Of policies that certainly select, only allow, and isolate: they are a union. By contribution. */
  readonly union: readonly Application<Contribution>[];
  /** Of all others, in order. */
  readonly ordered: readonly Application<OrderedContribution>[];
}

/** What it takes to see which classes a policy selects and what its rules are. */
export interface PolicyGround {
  readonly pods: PodClasses;
  readonly items: RuleItems;
  readonly assumptions: Assumptions;
  /** The classes a policy selects. */
  subjects(policy: Policy): Matches;
}

/** The tiers of some policies in the order they are asked, each with what its policies say in a direction. */
export function tierApplications(
  policies: readonly Policy[],
  direction: Direction,
  ground: PolicyGround,
): readonly TierApplications[] {
  const tiers = byTier(policies);
  return tiers.map((tier, i) => new TierReader(tier, direction, ground, i < tiers.length - 1).read());
}

/** The order in which actions are asked where a deny wins. */
const byStrength: readonly RuleAction[] = ["deny", "allow", "pass"];

class TierReader {
  readonly #tier: TierPolicies;
  readonly #direction: Direction;
  readonly #ground: PolicyGround;
  /** Whether a later tier could decide what this one leaves. */
  readonly #hasNext: boolean;
  readonly #union: Application<Contribution>[] = [];
  readonly #ordered: Application<OrderedContribution>[] = [];

  constructor(tier: TierPolicies, direction: Direction, ground: PolicyGround, hasNext: boolean) {
    this.#tier = tier;
    this.#direction = direction;
    this.#ground = ground;
    this.#hasNext = hasNext;
  }

  read(): TierApplications {
    const ranks = ranksOf(this.#tier.policies, this.#ground.assumptions.equalPriority);
    this.#tier.policies.forEach((policy, i) => this.#add(policy, ranks[i] ?? i));
    const byId = (a: Application<{ id: number }>, b: Application<{ id: number }>): number =>
      a.contribution.id - b.contribution.id;
    return {
      isFirstMatch: this.#tier.tier.decides === "first-match",
      denies: this.#tier.tier.denies,
      union: this.#union.toSorted(byId),
      ordered: this.#ordered.toSorted((a, b) => a.contribution.rank - b.contribution.rank || byId(a, b)),
    };
  }

  #add(policy: Policy, rank: number): void {
    const { assumptions } = this.#ground;
    const force = inForce(policy, assumptions.anpOldForm);
    const subjects = this.#ground.subjects(policy);
    if (force === "no" || subjects.possible.size === 0) return;
    if (!policy.applies[this.#direction]) return this.#addFinal(policy, subjects.certain);
    const isUnion = this.#tier.tier.decides === "deny-wins" && notUnderstood(policy) === undefined;
    const possible = without(subjects.possible, subjects.certain);
    if (isUnion && force === "yes" && subjects.certain.size > 0) {
      const contribution = this.#ground.items.contribution(policy, this.#direction);
      this.#union.push({ subjects: subjects.certain, contribution });
    } else this.#addOrdered(policy, rank, subjects.certain, force === "yes");
    this.#addOrdered(policy, rank, possible, false);
  }

  /** "A NetworkPolicy always makes a final decision": in both directions, as some read it. */
  #addFinal(policy: Policy, subjects: ClassSet): void {
    const { npTierFinal } = this.#ground.assumptions;
    const isFinal =
      npTierFinal === "per-pod" && isNetworkPolicy(policy) && directions.some((one) => policy.applies[one]);
    if (!this.#hasNext || !isFinal || subjects.size === 0) return;
    this.#push(subjects, { rank: 1, items: [], end: "allow", certain: true });
  }

  #addOrdered(policy: Policy, rank: number, subjects: ClassSet, certain: boolean): void {
    if (subjects.size === 0) return;
    const rules = decidingRules(policy, this.#direction);
    if (policy.namespace !== undefined || !rules.some(isRelative))
      return this.#addRules(policy, rules, rank, policy.namespace ?? "", subjects, certain);
    for (const [namespace, [first, end]] of this.#ground.pods.ranges) {
      const own = ClassSet.of(intersection(subjects.boundaries, first < end ? [first, end] : []));
      if (own.size > 0) this.#addRules(policy, rules, rank, namespace, own, certain);
    }
  }

  #addRules(
    policy: Policy,
    rules: readonly Rule[],
    rank: number,
    namespace: string,
    subjects: ClassSet,
    certain: boolean,
  ): void {
    const items = rules.map((rule): ActingItem => {
      const item = this.#ground.items.item(rule, namespace);
      return { action: rule.action, item, certain: certain && rule.unknown === undefined };
    });
    const end = policy.isolates[this.#direction] ? { end: "deny" as const } : {};
    if (this.#tier.tier.decides === "first-match") return this.#push(subjects, { rank, items, certain, ...end });
    byStrength.forEach((action, strength) => {
      const acting = items.filter((item) => item.action === action);
      const isEnd = action === "allow" && policy.isolates[this.#direction];
      if (acting.length > 0 || isEnd)
        this.#push(subjects, { rank: strength, items: acting, certain, ...(isEnd ? end : {}) });
    });
  }

  #push(subjects: ClassSet, said: Omit<OrderedContribution, "id" | "isEmpty">): void {
    this.#ordered.push({ subjects, contribution: this.#ground.items.ordered(said) });
  }
}

/** Equal where either policy may be asked first. */
function ranksOf(policies: readonly Policy[], equalPriority: Assumptions["equalPriority"]): readonly number[] {
  let rank = 0;
  return policies.map((policy, i) => {
    const before = policies[i - 1];
    const isEqual = policy.priority === before?.priority && policy.part === before.part;
    if (i > 0 && (equalPriority === "name" || !isEqual)) rank++;
    return rank;
  });
}

function without(a: ClassSet, b: ClassSet): ClassSet {
  return a === b ? ClassSet.empty : ClassSet.of(difference(a.boundaries, b.boundaries));
}
