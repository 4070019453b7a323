import { pushAll } from "../lib/push-all.ts";
import { directions, type Policy } from "../model/policy.ts";
import type { Box } from "./box.ts";
import { Budget } from "./budget.ts";
import { type Cover, coverOf, irredundant } from "./cover.ts";
import type { CoverEntry, CoverIndex } from "./cover-index.ts";
import { PolicySpace } from "./policy-space.ts";
import type { ProofOptions } from "./proof-options.ts";
import { provablePolicies } from "./provable-policies.ts";
import {
  type Part,
  type PolicyRef,
  type Redundancies,
  type Redundancy,
  type RuleRef,
  type UndecidedPart,
  tookTooLong,
} from "./redundancy.ts";
import {
  type Placed,
  placedOf,
  type PolicyState,
  putBack,
  RedundancyState,
  type RuleState,
  takeOut,
} from "./redundancy-state.ts";
import { judgePeers } from "./redundant-peers.ts";
import { judgePorts } from "./redundant-ports.ts";

/**
 * Finds the policies, rules, peers and ports that add nothing to the rest: to what is admitted and, for policies, to who
 * is isolated. All that is found can be taken out at once and the rest is equivalent (see `comparePolicies`). Smaller
 * parts go before bigger ones, later ones before earlier ones.
 *
 * Taking out the last rule of a direction leaves a deny, so an edit has to write `policyTypes` where it was left out.
 */
export function findRedundancies(policies: readonly Policy[], options: ProofOptions = {}): Redundancies {
  return redundanciesIn(new PolicySpace(policies, options), policies, options.budget ?? new Budget());
}

/** The same in a space that was made for these policies, or for more. */
export function redundanciesIn(space: PolicySpace, policies: readonly Policy[], budget: Budget): Redundancies {
  const { byNamespace, unprovable, overwritten } = provablePolicies(policies);
  const redundant: Redundancy[] = [];
  const undecided: UndecidedPart[] = [];
  for (const inNamespace of byNamespace.values()) {
    const search = new RedundancySearch(space, inNamespace, budget);
    search.run();
    pushAll(redundant, search.redundancies());
    pushAll(undecided, search.undecided);
  }
  redundant.sort((a, b) => rank(a.part) - rank(b.part));
  return { redundant, undecided, unprovable, overwritten };
}

function rank(part: Part): number {
  return part.type === "policy" ? 0 : part.type === "rule" ? 1 : 2;
}

/** A box that a part adds, and the boxes that were found to cover it. */
interface Proof {
  readonly box: Box;
  readonly index: CoverIndex;
  readonly by: readonly CoverEntry[];
}

/** What a part would no longer do if it were taken out. */
export interface Contribution {
  readonly box: Box;
  readonly index: CoverIndex;
}

/** A part of a rule whose other parts may cover it: proved again at the end, when those that stay are in place. */
export interface Whole {
  readonly rule: RuleRef;
  readonly contributions: () => Iterable<Contribution>;
}

interface Found {
  readonly part: Part;
  readonly proofs: readonly Proof[];
  readonly whole: Whole | undefined;
}

/** No single question may use up the budget of all. */
const stepsPerPart = 200_000;

/** The search in one namespace. */
export class RedundancySearch {
  readonly undecided: UndecidedPart[];
  readonly space: PolicySpace;
  readonly budget: Budget;
  readonly #state: RedundancyState;
  readonly #found: Found[] = [];
  /** Rules that were seen to add something while their policy was judged. */
  readonly #needed = new Set<RuleState>();
  /** Where something was left uncovered when a part was judged last. */
  #uncovered: CoverIndex | undefined;

  constructor(space: PolicySpace, policies: readonly Policy[], budget: Budget) {
    this.space = space;
    this.budget = budget;
    this.#state = new RedundancyState(space, policies);
    this.undecided = this.#state.tooBig.map((part) => ({ part, reason: "it has a rule that is too big" }));
  }

  run(): void {
    const { policies } = this.#state;
    const kept = this.#sweep(policies, policySize, (policy) => this.#judgePolicy(policy));
    for (const policy of kept) policy.rules = this.#sweep(policy.rules, ruleSize, (rule) => this.#judgeRule(rule));
    for (const rule of kept.toReversed().flatMap(({ rules }) => rules.toReversed())) {
      judgePeers(this, rule);
      judgePorts(this, rule);
    }
  }

  /** Judges the smallest first, the last of equals first; gives what stays, in the order given. */
  #sweep<T>(items: readonly T[], size: (item: T) => number, isRedundant: (item: T) => boolean): T[] {
    const [only, more] = items;
    if (only !== undefined && more === undefined) return isRedundant(only) ? [] : [only];
    const order = items.map((item, place) => ({ item, place, size: size(item) }));
    order.sort((a, b) => a.size - b.size || b.place - a.place);
    const gone = new Set(order.filter(({ item }) => isRedundant(item)).map(({ item }) => item));
    return items.filter((item) => !gone.has(item));
  }

  #judgePolicy(policy: PolicyState): boolean {
    const { ref } = policy;
    if (this.#state.tooBig.some((rule) => rule.policy === ref.policy)) return false;
    const placed = [...policy.isolation];
    for (const rule of policy.rules) pushAll(placed, placedOf(rule));
    if (this.#judgePlaced(ref, placed)) return true;
    const [only, more] = policy.rules;
    const isOfRule = this.#uncovered !== undefined && !policy.isolation.some(({ index }) => index === this.#uncovered);
    // What is taken out later leaves less that could cover it.
    if (only !== undefined && more === undefined && isOfRule) this.#needed.add(only);
    return false;
  }

  #judgeRule(rule: RuleState): boolean {
    return !this.#needed.has(rule) && this.#judgePlaced(rule.ref, placedOf(rule));
  }

  /** Takes boxes out for good if the rest covers them; else puts them back. */
  #judgePlaced(part: Part, placed: readonly Placed[]): boolean {
    for (const one of placed) takeOut(one);
    if (this.judge(part, contributionsOf(placed))) return true;
    for (const one of placed) putBack(one);
    return false;
  }

  /**
   * Whether what is in place covers all that a part contributes (which is not in place). If so the part is noted as
   * redundant, and must stay out. With `whole` the contributions are only what no other part of the rule does.
   */
  judge(part: Part, contributions: Iterable<Contribution>, whole?: Whole): boolean {
    // Contributions that were made without a budget may be too few.
    if (this.budget.exhausted) {
      this.undecided.push({ part, reason: tookTooLong });
      return false;
    }
    const proofs: Proof[] = [];
    const share = this.budget.share(stepsPerPart);
    let status: Cover["status"] = "covered";
    this.#uncovered = undefined;
    for (const { box, index } of contributions) {
      const cover = coverOf(box, index, share);
      status = cover.status;
      if (cover.status === "uncovered") this.#uncovered = index;
      if (cover.status !== "covered") break;
      proofs.push({ box, index, by: cover.by });
    }
    this.budget.charge(share, stepsPerPart);
    // Contributions are made lazily: the budget may have ended while they were.
    if (status === "covered" && this.budget.exhausted) status = "undecided";
    if (status === "covered") this.#found.push({ part, proofs, whole });
    if (status === "undecided") this.undecided.push({ part, reason: tookTooLong });
    return status === "covered";
  }

  /** What was found, each with covers that are themselves in place. */
  redundancies(): Redundancy[] {
    return this.#found.map(({ part, proofs, whole }) => {
      const entries = whole === undefined ? proofs.flatMap((proof) => this.#standing(proof)) : this.#coversOf(whole);
      const owners = entries?.map((entry) => this.#state.ownerOf(entry)) ?? [whole?.rule];
      const coveredBy = new Set(owners.filter((owner) => owner !== undefined));
      return { part, coveredBy: [...coveredBy].sort(compareRefs) };
    });
  }

  /** The boxes that cover a part of a rule in the end; undefined when the budget does not last. */
  #coversOf(whole: Whole): readonly CoverEntry[] | undefined {
    const entries: CoverEntry[] = [];
    for (const { box, index } of whole.contributions()) {
      const share = this.budget.share(stepsPerPart);
      const cover = coverOf(box, index, share);
      this.budget.charge(share, stepsPerPart);
      if (cover.status !== "covered") return undefined;
      pushAll(entries, this.#standing({ box, index, by: cover.by }));
    }
    return entries;
  }

  /** The covers of a proof; proved again where one of them was taken out later (by what covers it in turn). */
  #standing({ box, index, by }: Proof): readonly CoverEntry[] {
    const stands = by.every(({ owners }) => owners.length > 0);
    const share = this.budget.share(stepsPerPart);
    const again = stands ? undefined : coverOf(box, index, share);
    const standing = again?.status === "covered" ? again.by : by;
    const result = irredundant(box, standing, share);
    this.budget.charge(share, stepsPerPart);
    return result;
  }
}

function* contributionsOf(placed: readonly Placed[]): Generator<Contribution> {
  for (const { index, entries } of placed) for (const { box } of entries) yield { box, index };
}

/** In input order; the policy for its isolation before its rules. */
function compareRefs(a: RuleRef | PolicyRef, b: RuleRef | PolicyRef): number {
  if (a.policy !== b.policy) return a.policy.index - b.policy.index;
  if (a.type === "policy" || b.type === "policy") return a.type === "policy" ? -1 : 1;
  return directions.indexOf(a.direction) - directions.indexOf(b.direction) || a.rule - b.rule;
}

/** Bigger policies are kept when either could go. */
function policySize(policy: PolicyState): number {
  return 1 + policy.rules.reduce((sum, rule) => sum + ruleSize(rule), 0);
}

function ruleSize({ rule }: RuleState): number {
  const peers = rule.peers === "any" ? 1 : rule.peers.length;
  const ports = rule.ports === "any" ? 1 : rule.ports.length;
  return 1 + peers + ports;
}
