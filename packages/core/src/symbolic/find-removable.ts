import { groupBy } from "../lib/group-by.ts";
import { directions, type Policy } from "../model/policy.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { Budget } from "./budget.ts";
import { comparePolicies } from "./compare-policies.ts";
import type { ProofOptions } from "./proof-options.ts";
import { whyUnprovable, withoutOverwritten } from "./provable-policies.ts";
import type { Part, Redundancy } from "./redundancy.ts";
import { isOfPart, namesNobody, rulesOf, writtenKey } from "./whole-rules.ts";
import { withoutParts } from "./without-parts.ts";

/** What of policies of ordered tiers, and of those that deny, can be taken out. */
export interface Removable {
  readonly redundant: readonly Redundancy[];
  /** All that goes with it: what is written as one rule may be several of the model. */
  readonly parts: readonly Part[];
  /** Parts for which the budget ended, or that boxes cannot say. */
  readonly undecided: readonly Part[];
  /** Whether all of these policies were tried: it is dear, and not done for very many. */
  readonly isTried: boolean;
}

/** Every try is a comparison of all policies: no more tries than this, by policies. */
const mostCompared = 20_000;
/** No try may use up the budget of all. */
const stepsPerTry = 300_000;

/**
 * Finds the policies and rules that can be taken out of policies of which `findRedundancies` does not speak: those of
 * tiers whose order matters, and those that also deny. Each is taken out and the rest is compared with all, tier by tier;
 * what is found can be taken out at once, with what is `gone`. A direction keeps its last rule, without which it may isolate nobody.
 */
export function findRemovable(
  policies: readonly Policy[],
  gone: readonly Part[] = [],
  options: ProofOptions = {},
): Removable {
  const inForce = withoutOverwritten(policies);
  const objects = [...groupBy(inForce, ({ ref }) => refKey(ref)).values()].filter((parts) =>
    parts.some((policy) => whyUnprovable(policy) !== undefined),
  );
  const rules = objects.flat().reduce((sum, policy) => sum + rulesOf(policy).length, 0);
  if ((objects.length + rules) * inForce.length > mostCompared)
    return { redundant: [], parts: [], undecided: [], isTried: objects.length === 0 };
  const run = new RemovalRun(inForce, gone, options);
  for (const object of bySize(objects)) {
    // What no input tells of may add something.
    const isKnown = !object.flatMap(rulesOf).some((ref) => isOfPart(ref) && namesNobody(ref));
    if (!isKnown || !run.take(object.map((policy) => ({ type: "policy", policy })))) run.takeRules(object);
  }
  return { redundant: run.redundant, parts: run.parts, undecided: run.undecided, isTried: true };
}

/** The smallest first, the last of equals first. */
function bySize(objects: readonly (readonly Policy[])[]): readonly (readonly Policy[])[] {
  const size = (object: readonly Policy[]): number => object.reduce((sum, policy) => sum + rulesOf(policy).length, 0);
  return objects.toReversed().toSorted((a, b) => size(a) - size(b));
}

class RemovalRun {
  readonly redundant: Redundancy[] = [];
  readonly parts: Part[] = [];
  readonly undecided: Part[] = [];
  readonly #all: readonly Policy[];
  readonly #options: ProofOptions;
  readonly #budget: Budget;
  readonly #gone: Part[];

  constructor(all: readonly Policy[], gone: readonly Part[], options: ProofOptions) {
    this.#all = all;
    this.#gone = [...gone];
    this.#options = options;
    this.#budget = options.budget ?? new Budget();
  }

  /** Takes parts out if nothing changes without them; whether it did. The first of them stands for all. */
  take(parts: readonly Part[]): boolean {
    const [first] = parts;
    if (first === undefined) return false;
    const share = this.#budget.share(stepsPerTry);
    const after = withoutParts(this.#all, [...this.#gone, ...parts]);
    const { verdict } = comparePolicies(this.#all, after, { ...this.#options, budget: share, limit: 1 });
    this.#budget.charge(share, stepsPerTry);
    if (verdict === "undecided") this.undecided.push(first);
    if (verdict !== "equivalent") return false;
    this.#gone.push(...parts);
    this.parts.push(...parts);
    this.redundant.push({ part: first, coveredBy: [], byRest: true });
    return true;
  }

  /** What is written as one rule may be several rules of the model, in several parts of the policy. */
  takeRules(object: readonly Policy[]): void {
    const isGone = new Set(this.#gone.flatMap((part) => (part.type === "rule" ? writtenKey(part) : [])));
    for (const direction of directions) {
      const rules = object
        .flatMap(rulesOf)
        .filter((ref) => ref.direction === direction && isOfPart(ref) && !isGone.has(writtenKey(ref)));
      const written = [...groupBy(rules, writtenKey).values()];
      let left = written.length;
      for (const refs of written.toReversed()) if (left > 1 && !refs.every(namesNobody) && this.take(refs)) left -= 1;
    }
  }
}
