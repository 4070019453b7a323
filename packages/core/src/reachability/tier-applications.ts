import type { Assumptions } from "../model/assumptions.ts";
import type { Direction, Policy, Rule, RuleAction } from "../model/policy.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { isRelative } from "../semantics/old-form.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { areOneObject, byTier, ciliumTier, compareTiers, tiesOf, type TierPolicies } from "../semantics/tiers.ts";
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
  /** Endpoints of Cilium that are no pods, which it can isolate: classes behind those of pods. */
  readonly reserved: ClassSet;
  /** The classes a policy selects. */
  subjects(policy: Policy): Matches;
}

/** The tiers of some policies in the order they are asked, each with what its policies say in a direction. */
export function tierApplications(
  policies: readonly Policy[],
  direction: Direction,
  ground: PolicyGround,
): readonly TierApplications[] {
  const { dataplane, ciliumEnforcement } = ground.assumptions;
  const given = byTier(policies);
  // "enable-policy: always" isolates pods that no policy selects.
  const isolating = dataplane === "cilium" && ciliumEnforcement === "always" ? ciliumTier : undefined;
  const isThere = isolating === undefined || given.some(({ tier }) => tier.name === isolating.name);
  const tiers = isThere
    ? given
    : [...given, { tier: isolating, policies: [] }].toSorted((a, b) => compareTiers(a.tier, b.tier));
  return tiers.map((tier, i) =>
    new TierReader(tier, direction, ground, i < tiers.length - 1).read(tier.tier.name === isolating?.name),
  );
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

  read(isolatesAll: boolean): TierApplications {
    const { pods, items, reserved } = this.#ground;
    if (isolatesAll)
      this.#union.push({
        subjects: ClassSet.of([...(pods.selectable > 0 ? [0, pods.selectable] : []), ...reserved.boundaries]),
        contribution: items.none(),
      });
    const ties = tiesOf(this.#tier.tier, this.#ground.assumptions);
    const ranks = ranksOf(this.#tier.policies, ties);
    this.#tier.policies.forEach((policy, i) => this.#add(policy, ranks[i] ?? { rank: i }));
    const byId = (a: Application<{ id: number }>, b: Application<{ id: number }>): number =>
      a.contribution.id - b.contribution.id;
    return {
      denies: this.#tier.tier.denies,
      union: this.#union.toSorted(byId),
      ordered: this.#ordered.toSorted((a, b) => byRank(a.contribution, b.contribution) || byId(a, b)),
    };
  }

  #add(policy: Policy, rank: Rank): void {
    const subjects = this.#ground.subjects(policy);
    if (subjects.possible.size === 0) return;
    if (!policy.applies[this.#direction]) return this.#addFinal(policy, subjects);
    const isUnion = this.#tier.tier.decides === "deny-wins" && notUnderstood(policy) === undefined;
    const isKnown = policy.unknownSubject === undefined;
    const possible = without(subjects.possible, subjects.certain);
    if (isUnion && isKnown && subjects.certain.size > 0) {
      const contribution = this.#ground.items.contribution(policy, this.#direction);
      this.#union.push({ subjects: subjects.certain, contribution });
    } else this.#addOrdered(policy, rank, subjects.certain, isKnown);
    this.#addOrdered(policy, rank, possible, false);
  }

  /** A policy that says nothing of the direction may be the last that is asked all the same. */
  #addFinal({ isFinal }: Policy, { certain, possible }: Matches): void {
    if (!this.#hasNext || isFinal !== true) return;
    const end = { rank: 1, items: [], end: "allow" } as const;
    if (certain.size > 0) this.#push(certain, { ...end, certain: true });
    const open = without(possible, certain);
    if (open.size > 0) this.#push(open, { ...end, certain: false });
  }

  #addOrdered(policy: Policy, rank: Rank, subjects: ClassSet, certain: boolean): void {
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
    rank: Rank,
    namespace: string,
    subjects: ClassSet,
    certain: boolean,
  ): void {
    const items = rules.map((rule): ActingItem => {
      const item = this.#ground.items.item(rule, namespace);
      return { action: rule.action, item, certain: certain && rule.unknown === undefined };
    });
    const end = policy.isolates[this.#direction] ? { end: "deny" as const } : {};
    const isPlain = this.#tier.tier.decides === "deny-wins" || isNetworkPolicy(policy);
    const ofUnion = isPlain ? { isOfUnion: true as const } : {};
    if (this.#tier.tier.decides === "first-match")
      return this.#push(subjects, { ...rank, items, certain, ...end, ...ofUnion });
    byStrength.forEach((action, strength) => {
      const acting = items.filter((item) => item.action === action);
      const isEnd = action === "allow" && policy.isolates[this.#direction];
      if (acting.length > 0 || isEnd)
        this.#push(subjects, { rank: strength, items: acting, certain, ...(isEnd ? end : {}), ...ofUnion });
    });
  }

  #push(subjects: ClassSet, said: Omit<OrderedContribution, "id" | "isEmpty">): void {
    this.#ordered.push({ subjects, contribution: this.#ground.items.ordered(said) });
  }
}

/** When a policy is asked. */
type Rank = Pick<OrderedContribution, "rank" | "part">;

/** Equal where either policy may be asked first; parts of one policy are asked in order. */
function ranksOf(policies: readonly Policy[], ties: "unknown" | "name"): readonly Rank[] {
  let rank = 0;
  let of = 0;
  return policies.map((policy, i) => {
    const before = policies[i - 1];
    if (before !== undefined && !areOneObject(before, policy)) {
      of++;
      if (ties === "name" || policy.priority !== before.priority) rank++;
    }
    return policy.part === undefined ? { rank } : { rank, part: { of, number: policy.part } };
  });
}

/** Parts of one policy stand together, in their order. */
function byRank(a: Rank, b: Rank): number {
  const [own, other] = [a, b].map(({ part }) => [part?.of ?? -1, part?.number ?? -1] as const);
  return a.rank - b.rank || (own?.[0] ?? 0) - (other?.[0] ?? 0) || (own?.[1] ?? 0) - (other?.[1] ?? 0);
}

function without(a: ClassSet, b: ClassSet): ClassSet {
  return a === b ? ClassSet.empty : ClassSet.of(difference(a.boundaries, b.boundaries));
}
