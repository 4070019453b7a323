import { type Direction, directions, type Policy } from "../model/policy.ts";
import { policyKey, sayKey } from "../semantics/canonical-key.ts";
import { contains } from "../sets/interval-set.ts";
import { type Box, elementsOf, type Point, project } from "./box.ts";
import { Budget } from "./budget.ts";
import { compareInSpace } from "./compare-network-policies.ts";
import { type Comparison, type Verdict, combinedVerdict } from "./comparison.ts";
import type { Counterexample, Side } from "./counterexample.ts";
import { decide, decideOne, type DecisionList, decisionLists } from "./decision-list.ts";
import { PolicySpace } from "./policy-space.ts";
import { type ProofOptions, unknownTies } from "./proof-options.ts";
import { whyUnprovable, withoutOverwritten } from "./provable-policies.ts";
import { SlicedPolicies, sliceName, type SubjectSlice, subjectSlices } from "./subject-slices.ts";
import { possiblePoint, tierExample } from "./tier-example.ts";
import { TierSpace } from "./tier-space.ts";

/** What two sets are to each other for pods of one namespace; without a name, for those of all other namespaces. */
export interface NamespaceVerdict {
  readonly namespace: string | undefined;
  readonly verdict: Verdict;
}

/** A comparison of sets that hold cluster-wide policies. */
export interface TierComparison extends Comparison {
  readonly namespaces: readonly NamespaceVerdict[];
}

/** No namespace may use up the budget of all. */
const shareOfNamespace = 4;

/**
 * Compares policy sets of any tiers over every pod, namespace, label, address and packet. Equivalent: every tier decides
 * the same of everything, so that it stays true under other policies. Stricter and looser speak of what passes in the end.
 */
export function compareTiers(
  before: readonly Policy[],
  after: readonly Policy[],
  options: ProofOptions = {},
): TierComparison {
  const { implied = [] } = options;
  const sides = {
    before: [...withoutOverwritten(before), ...implied],
    after: [...withoutOverwritten(after), ...implied],
  };
  return new TierRun(sides, options).result();
}

type Sides<T> = Readonly<Record<Side, T>>;

class TierRun {
  readonly #space: TierSpace;
  readonly #plain: PolicySpace;
  readonly #options: ProofOptions;
  readonly #budget: Budget;
  readonly #limit: number;
  readonly #slices: readonly SubjectSlice[];
  readonly #policies: Sides<SlicedPolicies>;
  readonly #more: Record<Side, Counterexample[]> = { before: [], after: [] };
  readonly #undecided = new Set<string>();

  constructor(sides: Sides<readonly Policy[]>, options: ProofOptions) {
    const all = [...sides.before, ...sides.after];
    this.#space = new TierSpace(all, options);
    this.#plain = new PolicySpace(all, options);
    this.#options = options;
    this.#budget = options.budget ?? new Budget();
    this.#limit = Math.max(options.limit ?? 10, 1);
    this.#slices = subjectSlices(this.#space, [sides.before, sides.after]);
    this.#policies = { before: new SlicedPolicies(sides.before), after: new SlicedPolicies(sides.after) };
  }

  result(): TierComparison {
    const namespaces = this.#slices.map((slice) => {
      const steps = Math.ceil(Math.max(this.#budget.left, 0) / shareOfNamespace);
      const share = this.#budget.share(steps);
      const verdict = combinedVerdict(directions.map((direction) => this.#compare(slice, direction, share)));
      this.#budget.charge(share, steps);
      return { namespace: slice.namespace, verdict };
    });
    return {
      verdict: combinedVerdict(namespaces.map(({ verdict }) => verdict)),
      namespaces,
      loosened: this.#more.after,
      tightened: this.#more.before,
      undecided: [...this.#undecided],
    };
  }

  #compare(slice: SubjectSlice, direction: Direction, budget: Budget): Verdict {
    const { box } = slice;
    const listsOf = (side: Side): readonly DecisionList[] =>
      decisionLists(this.#space, this.#policies[side].in(slice), direction, {
        ties: this.#options.ties ?? unknownTies,
        budget,
      });
    const lists = { before: listsOf("before"), after: listsOf("after") };
    const tiers = this.#sameTiers(box, lists, direction, budget);
    if (tiers === true) return "equivalent";
    const open = [...lists.before, ...lists.after].flatMap(({ notUnderstood }) => notUnderstood);
    for (const reason of open) this.#undecided.add(reason);
    if (open.length > 0) return "undecided";
    const looser = this.#firstMore(box, lists.after, lists.before, budget);
    const stricter = this.#firstMore(box, lists.before, lists.after, budget);
    this.#note("after", direction, looser);
    this.#note("before", direction, stricter);
    if (isPoint(looser) && isPoint(stricter)) return "incomparable";
    if (looser === "requests" || stricter === "requests") {
      this.#undecided.add(
        `${sliceName(slice)}, ${direction}: requests are compared as they are written, and these differ`,
      );
      return "undecided";
    }
    if (looser === "undecided" || stricter === "undecided" || tiers === undefined) {
      this.#undecided.add(`${sliceName(slice)}, ${direction}: the budget ended`);
      return "undecided";
    }
    return isPoint(looser) ? "looser" : isPoint(stricter) ? "stricter" : "same-traffic";
  }

  /** Whether every tier decides the same on both sides; undefined when the budget ended. */
  #sameTiers(
    box: Box,
    lists: Sides<readonly DecisionList[]>,
    direction: Direction,
    budget: Budget,
  ): boolean | undefined {
    const keyOf = ({ order, name }: DecisionList): string => `${order} ${name}`;
    const [was, is] = [listsBy(lists.before, keyOf), listsBy(lists.after, keyOf)];
    for (const key of new Set([...was.keys(), ...is.keys()])) {
      const [a, b] = [was.get(key) ?? nothing, is.get(key) ?? nothing];
      const same = wordForWord(a, b, direction) || this.#sameTier(box, a, b, direction, budget);
      if (same !== true) return same;
    }
    return true;
  }

  #sameTier(box: Box, a: DecisionList, b: DecisionList, direction: Direction, budget: Budget): boolean | undefined {
    if (a.notUnderstood.length > 0 || b.notUnderstood.length > 0) {
      // Of a union that lacks the same rules on both sides the rest may still be the same, what its end denies aside.
      if (a.isOrdered || b.isOrdered || !haveSameItems(a.lacks, b.lacks)) return false;
      return this.#sameSteps(box, rulesOnly(a), rulesOnly(b), budget) === true && this.#sameSteps(box, a, b, budget);
    }
    // NetworkPolicies are compared by what they cover, which is quicker than cutting their boxes to pieces.
    const [was, is] = [parted(a, direction), parted(b, direction)];
    if (haveSameItems(was.others, is.others)) {
      const [before, after] = [inDirection(was.plain, direction), inDirection(is.plain, direction)];
      const { verdict } = compareInSpace(this.#plain, before, after, { budget, limit: 1 });
      // Beside others they may differ where these have decided before, or deny what they leave.
      if (verdict === "equivalent" || was.others.length === 0)
        return verdict === "undecided" ? undefined : verdict === "equivalent";
    }
    return this.#sameSteps(box, a, b, budget);
  }

  #sameSteps(box: Box, a: DecisionList, b: DecisionList, budget: Budget): boolean | undefined {
    for (const one of decideOne(box, a, budget))
      for (const other of decideOne(one.part, b, budget))
        if (one.action !== other.action && possiblePoint(this.#space, other.part) !== undefined) return false;
    return budget.exhausted ? undefined : true;
  }

  /** A point that one side allows and the other denies. */
  #firstMore(
    box: Box,
    having: readonly DecisionList[],
    lacking: readonly DecisionList[],
    budget: Budget,
  ): Point | "undecided" | "requests" | undefined {
    let isOpen = false;
    for (const allowed of decide(box, having, budget)) {
      if (allowed.action === "deny") continue;
      for (const { part, action } of decide(allowed.part, lacking, budget)) {
        if (action !== "deny") continue;
        const certain = this.#deniedWhole(part, lacking, budget);
        const point = certain === undefined ? undefined : possiblePoint(this.#space, certain);
        if (point !== undefined) return point;
        isOpen ||= certain === undefined && possiblePoint(this.#space, part) !== undefined;
      }
    }
    return budget.exhausted ? "undecided" : isOpen ? "requests" : undefined;
  }

  /**
   * Of a part that is denied, what is whatever the requests mean that policies name: a request that none names, or traffic
   * of which no request passes. Undefined where another request of the same traffic passes: the two may be one.
   */
  #deniedWhole(part: Box, lacking: readonly DecisionList[], budget: Budget): Box | undefined {
    const { requests } = this.#space.universe;
    if (requests === undefined || contains(elementsOf(part, requests), 0)) return part;
    const traffic = project(part, ({ id }) => id !== requests.id);
    for (const decided of decide(traffic, lacking, budget))
      if (decided.action === "deny" && !decided.part.some(({ dimension }) => dimension.id === requests.id))
        return decided.part;
    return undefined;
  }

  #note(side: Side, direction: Direction, point: Point | "undecided" | "requests" | undefined): void {
    if (!isPoint(point) || this.#more[side].length >= this.#limit) return;
    this.#more[side].push({ about: "admission", onlyIn: side, ...tierExample(this.#space, direction, point) });
  }
}

const nothing: DecisionList = {
  name: "",
  order: 0,
  isOrdered: false,
  policies: [],
  steps: [],
  notUnderstood: [],
  unsaidPasses: [],
  lacks: [],
};

/** A tier without what its end denies. */
function rulesOnly(list: DecisionList): DecisionList {
  return { ...list, steps: list.steps.filter(({ rule }) => rule !== undefined) };
}

function isPoint(answer: Point | "undecided" | "requests" | undefined): answer is Point {
  return typeof answer === "object";
}

function listsBy(lists: readonly DecisionList[], key: (list: DecisionList) => string): Map<string, DecisionList> {
  return new Map(lists.map((list) => [key(list), list]));
}

/** NetworkPolicies without the other direction. */
function inDirection(policies: readonly Policy[], direction: Direction): readonly Policy[] {
  const only = { ingress: direction === "ingress", egress: direction === "egress" };
  return policies.map((policy) => ({ ...policy, applies: only, isolates: only }));
}

/** A tier of policies that say the same in a direction decides the same in it, whatever they say. */
function wordForWord(a: DecisionList, b: DecisionList, direction: Direction): boolean {
  return haveSameItems(policiesIn(a, direction), policiesIn(b, direction));
}

function haveSameItems(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}

/** Of those that say the same at one place of the order the first decides; where order does not matter, no name does. */
function policiesIn(
  { policies, isOrdered }: Pick<DecisionList, "policies" | "isOrdered">,
  direction: Direction,
): readonly string[] {
  const first = new Map<string, string>();
  for (const both of policies) {
    // What neither has a rule nor isolates does nothing, wherever it stands.
    if (
      both.isFinal !== true &&
      !both.isolates[direction] &&
      both.rules[direction].every(({ placeholder }) => placeholder === true)
    )
      continue;
    const policy = saidIn(both, direction);
    const key = sayKey(policy);
    if (!first.has(key)) first.set(key, isOrdered ? policyKey(policy) : key);
  }
  return [...first.values()].toSorted();
}

/** What a policy of a tier says in a direction: one that does not apply there is in the tier because it is final. */
function saidIn(policy: Policy, direction: Direction): Policy {
  const { applies, isolates, rules, isFinal: _, ...rest } = policy;
  const only = <T>(of: Readonly<Record<Direction, T>>, other: T): Readonly<Record<Direction, T>> =>
    direction === "ingress" ? { ingress: of.ingress, egress: other } : { ingress: other, egress: of.egress };
  return {
    ...rest,
    applies: only(applies, false),
    isolates: only(isolates, false),
    rules: only(rules, []),
  };
}

/** The NetworkPolicies of a tier, which only allow, and its others by what they say. */
function parted(
  { policies, isOrdered }: DecisionList,
  direction: Direction,
): { readonly plain: readonly Policy[]; readonly others: readonly string[] } {
  const isPlain = (policy: Policy): boolean => whyUnprovable(policy) === undefined;
  return {
    plain: policies.filter(isPlain),
    others: policiesIn({ isOrdered, policies: policies.filter((policy) => !isPlain(policy)) }, direction),
  };
}
