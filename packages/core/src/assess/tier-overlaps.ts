import type { NamespaceAnalysis } from "../answers/policy-metrics.ts";
import type { Policy } from "../model/policy.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import type { WholePolicy } from "../semantics/whole-policies.ts";
import { Budget } from "../symbolic/budget.ts";
import { spaceOptions } from "../symbolic/cluster-space.ts";
import { DecisionRelator } from "../symbolic/relate-decisions.ts";
import { TierSpace } from "../symbolic/tier-space.ts";
import { byTierInOrder, listPairs, stepsForPairs, stepsForRules } from "./cluster-wide-overlaps.ts";

/** What is told of a namespace whose policies stand in tiers where order decides. */
type InTiers = Pick<NamespaceAnalysis, "tierOverlaps" | "tierOverlapCount">;

/** The pairs of policies of namespaces that stand in one tier where order decides, as Calico's do, among each other and with those of no namespace. */
export class TierOverlaps {
  readonly #reachability: Reachability;
  readonly #tiers: readonly (readonly WholePolicy[])[];
  readonly #finder: DecisionRelator;
  readonly #relator: DecisionRelator;

  constructor(reachability: Reachability) {
    const { cluster, options } = reachability;
    const ordered = cluster.policies.filter(isInOrder);
    const all = ordered.some(({ namespace }) => namespace !== undefined) ? ordered : [];
    const space = new TierSpace(all, spaceOptions(cluster, options.assumptions));
    this.#reachability = reachability;
    this.#tiers = byTierInOrder(all);
    this.#finder = new DecisionRelator(space, new Budget(stepsForPairs));
    this.#relator = new DecisionRelator(space, new Budget(stepsForRules));
  }

  /** Nothing where the namespace has no such policy. */
  of(namespace: string): InTiers {
    const isOwn = ({ policy }: WholePolicy): boolean => policy.namespace === namespace;
    const tiers = this.#tiers.filter((tier) => tier.some(isOwn));
    if (tiers.length === 0) return {};
    const near = tiers.map((tier) => tier.filter((each) => isOwn(each) || each.policy.namespace === undefined));
    const { overlaps, overlapCount } = listPairs(
      ownPairs(near, isOwn),
      this.#finder,
      this.#relator,
      this.#reachability,
    );
    return { tierOverlaps: overlaps, tierOverlapCount: overlapCount };
  }
}

/** Every two of one tier of which one is the namespace's own, in the order in which they are asked. */
function* ownPairs(
  tiers: readonly (readonly WholePolicy[])[],
  isOwn: (policy: WholePolicy) => boolean,
): Generator<readonly [WholePolicy, WholePolicy]> {
  for (const tier of tiers) {
    const own = tier.filter(isOwn);
    let asked = 0;
    for (const [i, a] of tier.entries()) {
      if (isOwn(a)) asked++;
      for (const b of isOwn(a) ? tier.slice(i + 1) : own.slice(asked)) yield [a, b];
    }
  }
}

function isInOrder(policy: Policy): boolean {
  return policy.tier.decides === "first-match" && !isNetworkPolicy(policy);
}
