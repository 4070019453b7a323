import { groupBy } from "../lib/group-by.ts";
import { type Direction, directions, type Policy, type Rule } from "../model/policy.ts";
import { compareNames } from "../semantics/tiers.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { isOfHostsAlone } from "../semantics/calico/host-endpoints.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { Budget } from "./budget.ts";
import { decisionLists, type Step } from "./decision-list.ts";
import { DecisionLine } from "./decision-line.ts";
import { byName, duplicateObjects } from "./duplicate-objects.ts";
import { type ProofOptions, unknownTies } from "./proof-options.ts";
import { whyUnprovable, withoutOverwritten } from "./provable-policies.ts";
import {
  type Part,
  type PolicyRef,
  type Redundancy,
  type RuleRef,
  type UndecidedPart,
  ruleRefOf,
  tookTooLong,
} from "./redundancy.ts";
import { NotUnderstood, TierSpace } from "./tier-space.ts";
import { isOfPart, isolatesOnly, listKey, namesNobody, rulesOf, writtenKey } from "./whole-rules.ts";

/** What of policies of ordered tiers, and of unions of other kinds, can be taken out. */
export interface Removable {
  /** Policies, then rules of policies that stay. Of several rules of the model that are written as one the first stands for all. */
  readonly redundant: readonly Redundancy[];
  /** All that goes with it: what is written as one rule may be several of the model. */
  readonly parts: readonly Part[];
  /** Parts for which the budget ended, or that boxes cannot say. */
  readonly undecided: readonly UndecidedPart[];
}

/** No step may use up the budget of all. */
const stepsPerStep = 100_000;

/**
 * Finds the policies and rules without which every tier decides the same, of those that `findRedundancies` does not speak of:
 * of tiers whose order matters, of Cilium, and of whatever denies. What a part matches and nothing before it decides, the
 * rest must decide alike. All that is found can be taken out at once, isolation left as it is; where no text says that, a
 * list keeps its last rule.
 */
export function findRemovable(policies: readonly Policy[], options: RemovalOptions = {}): Removable {
  return removableOf(policies, isOfOthers, options);
}

/** What may be taken out. */
export interface RemovalOptions extends ProofOptions {
  /** Whether something may go: what may not stays in place, and nothing rests on its being gone. Default: all may. */
  readonly mayGo?: (redundancy: Redundancy) => boolean;
}

function isOfOthers(policy: Policy): boolean {
  return (!isNetworkPolicy(policy) || whyUnprovable(policy) !== undefined) && !isOfHostsAlone(policy);
}

/**
 * The same of NetworkPolicies in a union with policies of Cilium: what those do, too. `gone` is what else can be taken out; of
 * NetworkPolicies of which something is, nothing more is looked at.
 */
export function findCoveredByOthers(
  policies: readonly Policy[],
  gone: readonly Part[],
  options: ProofOptions = {},
): Removable {
  const touched = new Set(gone.map(({ policy }) => policy));
  const whole = new Set(policies.filter((policy) => !touched.has(policy)));
  const left = whatIsLeft(policies, gone);
  // What is left of a policy that loses something is another object, and no more than a part of what it does.
  const isAsked = (policy: Policy): boolean =>
    whole.has(policy) && isNetworkPolicy(policy) && policy.tier.decides === "deny-wins" && !isOfOthers(policy);
  return left.some(isOfOthers) ? removableOf(left, isAsked, options) : nothing;
}

/** The policies without what goes, and without rules of which a part goes: nothing may rest on those. What stays keeps its place. */
export function whatIsLeft(policies: readonly Policy[], gone: readonly Part[]): readonly Policy[] {
  const byPolicy = groupBy(gone, ({ policy }) => policy);
  return policies.flatMap((policy) => withoutCovers(policy, byPolicy.get(policy) ?? []));
}

function withoutCovers(policy: Policy, gone: readonly Part[]): readonly Policy[] {
  if (gone.length === 0) return [policy];
  if (gone.some(({ type }) => type === "policy")) return [];
  const isGone = (direction: Direction, at: number): boolean =>
    gone.some((part) => part.type !== "policy" && part.direction === direction && part.rule === at);
  const [ingress = [], egress = []] = directions.map((direction) =>
    policy.rules[direction].map((rule, at): Rule =>
      isGone(direction, at) ? { ...rule, peers: [], placeholder: true } : rule,
    ),
  );
  return [{ ...policy, rules: { ingress, egress } }];
}

const nothing: Removable = { redundant: [], parts: [], undecided: [] };

function removableOf(
  policies: readonly Policy[],
  isAsked: (policy: Policy) => boolean,
  options: RemovalOptions,
): Removable {
  const inForce = withoutOverwritten(policies);
  const objects = [...groupBy(inForce, ({ ref }) => refKey(ref)).values()].filter((parts) => parts.some(isAsked));
  return objects.length === 0 ? nothing : new RemovalRun(inForce, options).of(objects);
}

/** The smallest first, of equals the last by name. */
function bySize(objects: readonly (readonly Policy[])[]): readonly (readonly Policy[])[] {
  const size = (object: readonly Policy[]): number => object.reduce((sum, policy) => sum + rulesOf(policy).length, 0);
  return objects.toSorted((a, b) => size(a) - size(b) || byName(b, a));
}

/** A step, and the list in which it is asked. */
interface Placed {
  readonly line: DecisionLine;
  readonly direction: Direction;
  readonly step: Step;
}

/** What goes together: all of an object, or what is written as one rule. */
interface Taken {
  readonly parts: readonly [Part, ...(readonly Part[])];
  readonly placed: readonly Placed[];
  /** What says the same word for word. */
  readonly kept?: Policy | undefined;
}

class RemovalRun {
  readonly #budget: Budget;
  readonly #mayGo: RemovalOptions["mayGo"];
  readonly #undecided: UndecidedPart[] = [];
  readonly #space: TierSpace;
  readonly #taken: Taken[] = [];
  /** Policies of whole objects. */
  readonly #gone = new Set<Policy>();
  readonly #steps: ReadonlyMap<Policy, readonly Placed[]>;

  constructor(policies: readonly Policy[], options: RemovalOptions) {
    this.#mayGo = options.mayGo;
    this.#budget = options.budget ?? new Budget();
    const space = new TierSpace(policies, options);
    this.#space = space;
    const order = { ties: options.ties ?? unknownTies, budget: this.#budget };
    // What covers is named by the order in which it is asked; where nothing says one, that must not be that of the input.
    const byOwnName = policies.toSorted(compareNames);
    const placed = directions.flatMap((direction) =>
      decisionLists(space, byOwnName, direction, order).flatMap((list) => {
        const line = new DecisionLine(list, space, order.ties);
        return list.steps.map((step) => ({ line, step, direction }));
      }),
    );
    this.#steps = groupBy(placed, ({ step }) => step.policy);
  }

  of(objects: readonly (readonly Policy[])[]): Removable {
    const duplicates = duplicateObjects(objects);
    for (const [object, kept] of duplicates) this.#takeDuplicate(object, kept);
    const rest = bySize(objects.filter((object) => !duplicates.has(object)));
    for (const object of rest.filter((each) => !this.#takeObject(each))) this.#takeRules(object);
    return {
      redundant: this.#taken.map((taken) => this.#redundancy(taken)),
      parts: this.#taken.flatMap(({ parts }) => parts),
      undecided: this.#undecided,
    };
  }

  /** What says the same word for word, boxes or not, needs no proof. */
  #takeDuplicate(object: readonly Policy[], kept: readonly Policy[]): void {
    const [first, ...others] = object.map((policy): PolicyRef => ({ type: "policy", policy }));
    if (first === undefined) return;
    const placed = object.flatMap((policy) => this.#steps.get(policy) ?? []);
    for (const { line, step } of placed) line.takeOut(step);
    for (const policy of object) this.#gone.add(policy);
    this.#taken.push({ parts: [first, ...others], placed, kept: kept[0] });
  }

  #takeObject(object: readonly Policy[]): boolean {
    const [first, ...others] = object;
    const rules = object.flatMap(rulesOf).filter(isOfPart);
    // What no input tells of may add something.
    if (first === undefined || rules.some((ref) => namesNobody(ref) && !isolatesOnly(ref))) return false;
    const reason = this.#whyUnsaid(object, rules);
    if (reason !== undefined) {
      this.#undecided.push({ part: { type: "policy", policy: first }, reason });
      return false;
    }
    const parts = [first, ...others].map((policy): PolicyRef => ({ type: "policy", policy }));
    return this.#take({
      parts: parts as [PolicyRef, ...PolicyRef[]],
      placed: object.flatMap((policy) => this.#steps.get(policy) ?? []),
    });
  }

  /** What is written as one rule may be several rules of the model, in several parts of the policy. */
  #takeRules(object: readonly Policy[]): void {
    const written = [...groupBy(object.flatMap(rulesOf).filter(isOfPart), writtenKey).values()];
    const left = new Map<string, number>();
    for (const [first] of written)
      if (first !== undefined) left.set(listKey(first), (left.get(listKey(first)) ?? 0) + 1);
    for (const [first, ...others] of written.toReversed()) {
      if (first === undefined) continue;
      const [list, refs] = [listKey(first), [first, ...others]];
      const inList = left.get(list) ?? 0;
      if ((inList < 2 && !mayBeEmptied(first)) || refs.every(namesNobody)) continue;
      const reason = this.#whyUnsaid([], refs);
      if (reason !== undefined) this.#undecided.push({ part: first, reason });
      else if (this.#take({ parts: [first, ...others], placed: refs.flatMap((ref) => this.#placed(ref)) }))
        left.set(list, inList - 1);
    }
  }

  /** Why boxes do not say all of policies, or of rules; undefined when they do. A rule of a direction that is not asked does nothing. */
  #whyUnsaid(policies: readonly Policy[], rules: readonly RuleRef[]): string | undefined {
    for (const policy of policies) {
      const reason = this.#space.whyNoSubject(policy);
      if (reason !== undefined) return reason;
    }
    const unsaid = rules.find((ref) => ref.policy.applies[ref.direction] && this.#placed(ref).length === 0);
    if (unsaid === undefined) return undefined;
    const { policy, direction, rule } = unsaid;
    const noSubject = this.#space.whyNoSubject(policy);
    const boxes = noSubject === undefined ? this.#space.ruleBoxes(policy, policy.rules[direction][rule] as Rule) : []; // refs are of rules
    return noSubject ?? (boxes instanceof NotUnderstood ? boxes.reason : "it has a rule of which nothing is known");
  }

  #placed({ policy, direction, rule }: RuleRef): readonly Placed[] {
    const all = this.#steps.get(policy) ?? [];
    return all.filter((each) => each.direction === direction && each.step.rule === rule);
  }

  /** Takes out what the rest does as well; whether it does. */
  #take(taken: Taken): boolean {
    for (const { line, step } of taken.placed) line.takeOut(step);
    const together = new Set(taken.placed.map(({ step }) => step));
    for (const { line, step } of taken.placed) {
      const cover = this.#asked((budget) => line.coverOf(step, together, budget));
      if (typeof cover === "object") continue;
      if (cover === "undecided")
        this.#undecided.push({ part: taken.parts[0], reason: line.whyNotKnown ?? tookTooLong });
      return this.#putBack(taken);
    }
    if (this.#mayGo?.(this.#redundancy(taken)) === false) return this.#putBack(taken);
    for (const { type, policy } of taken.parts) if (type === "policy") this.#gone.add(policy);
    this.#taken.push(taken);
    return true;
  }

  #putBack({ placed }: Taken): false {
    for (const { line, step } of placed) line.putBack(step);
    return false;
  }

  /** What is named is in place when all is taken out. */
  #redundancy({ parts: [part], placed, kept }: Taken): Redundancy {
    if (kept !== undefined && !this.#gone.has(kept)) return { part, coveredBy: [{ type: "policy", policy: kept }] };
    const together = new Set(placed.map(({ step }) => step));
    const covers = placed.map(({ line, step, direction }) => {
      const cover = this.#asked((budget) => line.plainCoverOf(step, together, budget));
      return typeof cover === "object" ? { ...cover, direction } : undefined;
    });
    const coveredBy = covers.flatMap((cover) =>
      (cover?.by ?? []).map(({ policy, rule }): RuleRef | PolicyRef =>
        rule === undefined || cover === undefined
          ? { type: "policy", policy }
          : ruleRefOf(policy, cover.direction, rule),
      ),
    );
    const isRest = covers.some((cover) => cover === undefined || cover.fallsThrough);
    return { part, coveredBy: distinct(coveredBy), ...(isRest ? { byRest: true } : {}) };
  }

  #asked<T>(ask: (budget: Budget) => T): T {
    const share = this.#budget.share(stepsPerStep);
    const answer = ask(share);
    this.#budget.charge(share, stepsPerStep);
    return answer;
  }
}

/** Whether what is left without its last rule can be written: an empty entry of Cilium isolates whom its policy selects. */
function mayBeEmptied({ policy, direction, rule }: RuleRef): boolean {
  const { action, written } = policy.rules[direction][rule] ?? {};
  return policy.tier.decides === "deny-wins" && written !== undefined && action === "allow";
}

function distinct(refs: readonly (RuleRef | PolicyRef)[]): readonly (RuleRef | PolicyRef)[] {
  const keyOf = (ref: RuleRef | PolicyRef): string => (ref.type === "rule" ? writtenKey(ref) : refKey(ref.policy.ref));
  return [...new Map(refs.map((ref) => [keyOf(ref), ref])).values()];
}
