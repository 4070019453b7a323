import type { Policy } from "../model/policy.ts";
import { compareInSpace } from "./compare-network-policies.ts";
import { compareTiers } from "./compare-tiers.ts";
import type { Comparison } from "./comparison.ts";
import { PolicySpace } from "./policy-space.ts";
import type { ProofOptions } from "./proof-options.ts";
import { whyUnprovable } from "./provable-policies.ts";

/** Compares two policy sets, of whatever kinds, over every pod, namespace, label, address and packet. */
export function comparePolicies(
  before: readonly Policy[],
  after: readonly Policy[],
  options: ProofOptions = {},
): Comparison {
  const { places = [], blocksMatchPods } = options;
  const isBesideIdentities = blocksMatchPods === true && places.length > 0;
  if (isBesideIdentities || hasTiers(before) || hasTiers(after)) return compareTiers(before, after, options);
  return compareInSpace(new PolicySpace([...before, ...after], options), before, after, options);
}

/** Whether a set holds more than NetworkPolicies. */
export function hasTiers(policies: readonly Policy[]): boolean {
  return policies.some((policy) => whyUnprovable(policy) !== undefined);
}
