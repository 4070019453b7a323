import { groupBy } from "../lib/group-by.ts";
import type { Policy } from "../model/policy.ts";
import type { PlannedPolicies } from "../optimize/plan-policies.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { Budget } from "../symbolic/budget.ts";
import { spaceOptions } from "../symbolic/cluster-space.ts";
import { comparePolicies } from "../symbolic/compare-policies.ts";
import type { Verdict } from "../symbolic/comparison.ts";
import type { ProofOptions } from "../symbolic/proof-options.ts";
import { withoutOverwritten } from "../symbolic/provable-policies.ts";
import { undoneWhereSame } from "../symbolic/same-unions.ts";

/** An object whose change was not proved, and is not made. */
export interface FailedObject {
  readonly object: Policy;
  readonly verdict: Verdict;
}

/** A plan of which no change of an object of another kind is left that was not proved. */
export interface CheckedObjects {
  readonly planned: PlannedPolicies;
  readonly failed: readonly FailedObject[];
}

/** About ten seconds; of one comparison two. */
const stepsInAll = 50_000_000;
const stepsPerTry = 10_000_000;

/** An object of the input, and what a plan makes of it. */
interface Change {
  readonly key: string;
  readonly before: readonly Policy[];
  /** Empty when it goes. */
  readonly after: readonly Policy[];
}

/**
 * Proves that policies of other kinds than NetworkPolicies, which are asked beside each other whatever their namespaces, decide
 * the same after a plan. NetworkPolicies are as they were: that these select and allow the same is proved namespace by
 * namespace. Where it is not proved of all together, halves are tried, and their halves: only what is not proved beside what
 * was stays as it was.
 */
export function checkObjects({ cluster, options }: Reachability, planned: PlannedPolicies): CheckedObjects {
  const changes = changesOf(cluster.policies, planned.policies);
  if (changes.length === 0) return { planned, failed: [] };
  const ties = options.assumptions;
  const check = new ObjectCheck(cluster.policies, { ...spaceOptions(cluster, ties), ties, limit: 1 });
  check.prove(changes);
  if (check.failed.length === 0) return { planned, failed: [] };
  const out = new Set(check.failed.map(({ object }) => refKey(object.ref)));
  const isOut = ({ ref }: Policy): boolean => out.has(refKey(ref));
  return {
    planned: {
      ...planned,
      steps: planned.steps.filter(({ policies }) => !policies.some(isOut)),
      policies: [...planned.policies.filter((policy) => !isOut(policy)), ...cluster.policies.filter(isOut)],
    },
    failed: check.failed,
  };
}

function changesOf(before: readonly Policy[], after: readonly Policy[]): readonly Change[] {
  const [was, is] = [before, after].map((policies) =>
    groupBy(
      policies.filter((policy) => !isNetworkPolicy(policy)),
      ({ ref }) => refKey(ref),
    ),
  );
  return [...(was ?? [])].flatMap(([key, parts]) => {
    const now = is?.get(key) ?? [];
    const isSame = parts.length === now.length && parts.every((policy) => now.includes(policy));
    return isSame ? [] : [{ key, before: parts, after: now }];
  });
}

class ObjectCheck {
  readonly failed: FailedObject[] = [];
  readonly #given: readonly Policy[];
  readonly #inForce: ReadonlySet<Policy>;
  readonly #options: ProofOptions;
  readonly #budget = new Budget(stepsInAll);
  readonly #proved = new Map<string, Change>();

  constructor(given: readonly Policy[], options: ProofOptions) {
    this.#given = given;
    this.#inForce = new Set(withoutOverwritten(given));
    this.#options = options;
  }

  /** Keeps as many changes as are proved, together with those that were. */
  prove(changes: readonly Change[]): void {
    const verdict = this.#verdictOf(changes);
    const [only] = changes;
    if (verdict === "equivalent") for (const change of changes) this.#proved.set(change.key, change);
    else if (changes.length === 1 && only?.before[0] !== undefined)
      this.failed.push({ object: only.before[0], verdict });
    else {
      const half = Math.ceil(changes.length / 2);
      this.prove(changes.slice(0, half));
      this.prove(changes.slice(half));
    }
  }

  #verdictOf(more: readonly Change[]): Verdict {
    const changed = new Map([...this.#proved, ...more.map((change) => [change.key, change] as const)]);
    const seen = new Set<string>();
    const made = this.#given.flatMap((policy) => {
      const key = refKey(policy.ref);
      const change = isNetworkPolicy(policy) ? undefined : changed.get(key);
      if (change === undefined) return [policy];
      if (seen.has(key)) return [];
      seen.add(key);
      return change.after;
    });
    const share = this.#budget.share(stepsPerTry);
    const options = { ...this.#options, budget: share };
    const left = undoneWhereSame(this.#given, made, options);
    const isSame = left.length === this.#inForce.size && left.every((policy) => this.#inForce.has(policy));
    const { verdict } = isSame ? { verdict: "equivalent" as const } : comparePolicies(this.#given, left, options);
    this.#budget.charge(share, stepsPerTry);
    return verdict;
  }
}
