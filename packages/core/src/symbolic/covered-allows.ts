import { directions, type Direction, type Policy, type Rule } from "../model/policy.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { Budget } from "./budget.ts";
import { coverOf } from "./dead-rules.ts";
import type { DeadRule } from "./dead-rules.ts";
import type { Step } from "./decision-list.ts";
import type { ProofOptions } from "./proof-options.ts";
import { withoutOverwritten } from "./provable-policies.ts";
import { ruleRefOf } from "./redundancy.ts";
import { NotUnderstood, TierSpace } from "./tier-space.ts";

/** What of a union of policies other allows of it wholly cover: policies of Cilium beside one another and beside NetworkPolicies. */
export interface CoveredAllows {
  /** Rules without which nothing changes, as long as their policy isolates whom it isolates. */
  readonly rules: readonly DeadRule[];
  /** Policies without which nothing changes, isolation included, and the rules and policies that cover them. */
  readonly policies: readonly CoveredPolicy[];
  /** Why some are not known. */
  readonly undecided: readonly string[];
}

/** A policy that adds nothing. */
export interface CoveredPolicy {
  readonly policy: Policy;
  readonly coveredBy: readonly Policy[];
}

const stepsPerRule = 100_000;

/**
 * Finds the allows of a union that others cover, those of NetworkPolicies apart (see `findRedundancies`). All that is found
 * can be taken out at once: what covers is never itself taken for covered. Limits on requests, and what proofs do not
 * understand, neither cover nor are covered.
 */
export function findCoveredAllows(policies: readonly Policy[], options: ProofOptions = {}): CoveredAllows {
  const union = withoutOverwritten(policies).filter(({ tier }) => tier.decides === "deny-wins");
  if (union.every(isNetworkPolicy)) return { rules: [], policies: [], undecided: [] };
  return new Search(union, options).run();
}

class Search {
  readonly #policies: readonly Policy[];
  readonly #space: TierSpace;
  readonly #budget: Budget;
  readonly #covered = new Map<Rule, readonly Step[]>();
  readonly #undecided = new Set<string>();

  constructor(policies: readonly Policy[], options: ProofOptions) {
    this.#space = new TierSpace(policies, options);
    this.#policies = policies.filter((policy) => this.#space.whyNoSubject(policy) === undefined);
    this.#budget = options.budget ?? new Budget();
  }

  run(): CoveredAllows {
    const rules = directions.flatMap((direction) => this.#rulesOf(direction));
    return { rules, policies: this.#wholes(), undecided: [...this.#undecided] };
  }

  #rulesOf(direction: Direction): readonly DeadRule[] {
    const steps = this.#policies.flatMap((policy) => this.#stepsOf(policy, direction));
    const kept = new Nearby(steps, ({ policy }) => policy.namespace);
    const found: DeadRule[] = [];
    for (const step of steps.toReversed()) {
      const { policy, rule = 0, boxes } = step;
      if (isNetworkPolicy(policy) || boxes.length === 0 || this.#budget.exhausted) continue;
      kept.delete(step);
      const by = this.#coverOf(step, kept.near(policy.namespace));
      if (by === undefined) {
        kept.add(step);
        continue;
      }
      const written = policy.rules[direction][rule];
      if (written !== undefined) this.#covered.set(written, by);
      found.push({
        rule: ruleRefOf(policy, direction, rule),
        coveredBy: by.map((each) => ruleRefOf(each.policy, direction, each.rule ?? 0)),
      });
    }
    if (this.#budget.exhausted)
      this.#undecided.add("not all entries of policies of Cilium were compared within the bounds of a run");
    return found.toReversed();
  }

  #stepsOf(policy: Policy, direction: Direction): readonly Step[] {
    if (!policy.applies[direction]) return [];
    return policy.rules[direction].flatMap((rule, index): readonly Step[] => {
      if (rule.action !== "allow" || rule.requests !== undefined) return [];
      const boxes = this.#space.ruleBoxes(policy, rule);
      return boxes instanceof NotUnderstood ? [] : [{ action: "allow", boxes, policy, rule: index }];
    });
  }

  #coverOf(step: Step, by: readonly Step[]): readonly Step[] | undefined {
    const share = this.#budget.share(stepsPerRule);
    const cover = coverOf(this.#space, step, by, share);
    this.#budget.charge(share, stepsPerRule);
    if (cover !== "undecided") return cover && this.#fewest(step, cover);
    this.#undecided.add(`${step.policy.ref.kind} ${step.policy.name}: the budget ended`);
    return undefined;
  }

  /** One that covers alone, where there is one: that is easier to see than what many do together. */
  #fewest(step: Step, cover: readonly Step[]): readonly Step[] {
    if (cover.length < 2) return cover;
    const share = this.#budget.share(stepsPerRule);
    const alone = cover.find((each) => Array.isArray(coverOf(this.#space, step, [each], share)));
    this.#budget.charge(share, stepsPerRule);
    return alone === undefined ? cover : [alone];
  }

  /** Policies all of whose rules are covered, and whose pods others isolate. Of one with several rules each has its own. */
  #wholes(): readonly CoveredPolicy[] {
    const kept = new Nearby(this.#policies, ({ namespace }) => namespace);
    const found: CoveredPolicy[] = [];
    for (const policy of this.#policies.toReversed()) {
      if (this.#budget.exhausted) break;
      if (isNetworkPolicy(policy) || policy.part !== undefined || !this.#isCovered(policy)) continue;
      kept.delete(policy);
      const isolating = directions
        .filter((direction) => policy.isolates[direction])
        .map((direction) => this.#isolatedBy(policy, direction, kept.near(policy.namespace)));
      const by = isolating.flatMap((each) => each ?? []);
      if (isolating.includes(undefined)) {
        kept.add(policy);
        continue;
      }
      const covers = this.#coversOf(policy);
      found.push({ policy, coveredBy: [...new Set([...covers, ...by])] });
    }
    return found.toReversed();
  }

  #isCovered({ applies, rules }: Policy): boolean {
    const all = directions.flatMap((direction) => (applies[direction] ? rules[direction] : []));
    return all.some((rule) => this.#covered.has(rule)) && all.every((rule) => this.#covered.has(rule) || isEmpty(rule));
  }

  #coversOf({ rules }: Policy): readonly Policy[] {
    const all = directions.flatMap((direction) => rules[direction]);
    return all.flatMap((rule) => this.#covered.get(rule) ?? []).map(({ policy }) => policy);
  }

  #isolatedBy(policy: Policy, direction: Direction, kept: readonly Policy[]): readonly Policy[] | undefined {
    const toStep = (each: Policy): Step => ({ action: "deny", boxes: this.#space.subjects(each), policy: each });
    const others = kept.filter(({ isolates }) => isolates[direction]).map(toStep);
    return this.#coverOf(toStep(policy), others)?.map((each) => each.policy);
  }
}

/** What is of a namespace and of none, of which only some may meet what is of a namespace. */
class Nearby<T> {
  readonly #all = new Map<string | undefined, Set<T>>();
  readonly #namespaceOf: (one: T) => string | undefined;

  constructor(all: readonly T[], namespaceOf: (one: T) => string | undefined) {
    this.#namespaceOf = namespaceOf;
    for (const one of all) this.add(one);
  }

  add(one: T): void {
    const namespace = this.#namespaceOf(one);
    const known = this.#all.get(namespace);
    if (known === undefined) this.#all.set(namespace, new Set([one]));
    else known.add(one);
  }

  delete(one: T): void {
    this.#all.get(this.#namespaceOf(one))?.delete(one);
  }

  /** What may meet something of a namespace; of none: everything. */
  near(namespace: string | undefined): readonly T[] {
    if (namespace === undefined) return [...this.#all.values()].flatMap((each) => [...each]);
    return [...(this.#all.get(namespace) ?? []), ...(this.#all.get(undefined) ?? [])];
  }
}

/** An entry that matches nothing and is there to isolate. */
function isEmpty({ peers, ports }: Rule): boolean {
  return peers !== "any" && peers.length === 0 && ports === "any";
}
