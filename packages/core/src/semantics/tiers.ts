import { compareStrings } from "../lib/compare.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { Policy } from "../model/policy.ts";
import type { Tier } from "../model/tier.ts";
import { isNetworkPolicy } from "./network-policy.ts";

/*
 * The tiers of Kubernetes. "Admin tier rules are evaluated before NetworkPolicies, Baseline tier rules after them"
 * (ClusterNetworkPolicy). The orders are those that Calico gives the same tiers, so that tiers of its users fit between.
 */

/** AdminNetworkPolicies, and ClusterNetworkPolicies of the tier Admin. */
export const adminTier: Tier = { name: "Admin", order: 1_000, decides: "first-match", denies: "at-end" };

/** NetworkPolicies: they only allow, in no order, and what no rule of an isolated pod allows is denied. */
export const networkPolicyTier: Tier = {
  name: "NetworkPolicy",
  order: 1_000_000,
  decides: "deny-wins",
  denies: "at-end",
};

/** BaselineAdminNetworkPolicies, and ClusterNetworkPolicies of the tier Baseline. */
export const baselineTier: Tier = { name: "Baseline", order: 10_000_000, decides: "first-match", denies: "at-end" };

/** Calico's default tier: its own policies and NetworkPolicies, which stand in it at `networkPolicyOrder`. */
export const calicoDefaultTier: Tier = {
  name: "default",
  order: 1_000_000,
  decides: "first-match",
  denies: "at-end",
  ties: "calicoTies",
};

/** As Calico has the other two: which of equal orders is first is as open in them as in its own. */
export const calicoAdminTier: Tier = { ...adminTier, ties: "calicoTies" };
export const calicoBaselineTier: Tier = { ...baselineTier, ties: "calicoTies" };

/** Where Cilium enforces, what isolation denies is denied behind the Baseline tier, which may open it. */
export const ciliumTier: Tier = { ...networkPolicyTier, denies: "after-all" };

/** "Kubernetes network policies have order 1000" in Calico's default tier. */
export const networkPolicyOrder = 1000;

/**
 * Whether a policy is one of those that only allow, in no order: a NetworkPolicy, also where it shares a tier of Calico, or
 * the union of Cilium's, as long as it means there what is written.
 */
export function isAmongNetworkPolicies(policy: Policy): boolean {
  return (
    policy.tier === networkPolicyTier ||
    policy.isReadAsWritten === true ||
    (policy.tier === calicoDefaultTier && isNetworkPolicy(policy))
  );
}

/** The assumptions that order policies of equal priority. */
export type TieAssumptions = Pick<Assumptions, "equalPriority" | "calicoTies">;

/** Which of two policies of equal priority is asked first in a tier. */
export function tiesOf({ ties }: Pick<Tier, "ties">, assumptions: TieAssumptions): "unknown" | "name" {
  return assumptions[ties ?? "equalPriority"];
}

/** Whether two are parts of one policy, which are asked in order. */
export function areOneObject(a: Policy, b: Policy): boolean {
  return a === b || (a.part !== undefined && a.origin === b.origin && a.index === b.index && a.name === b.name);
}

/** Tiers in the order they are asked. */
export function compareTiers(a: Tier, b: Tier): number {
  if (a.isMissing !== b.isMissing) return a.isMissing === true ? 1 : -1;
  return a.order === b.order ? compareStrings(a.name, b.name) : a.order < b.order ? -1 : 1;
}

/** A tier with its policies, in the order they are asked; those of one priority stand together, by name. */
export interface TierPolicies {
  readonly tier: Tier;
  readonly policies: readonly Policy[];
}

/** The policies by tier, in the order they are asked. */
export function byTier(policies: readonly Policy[]): readonly TierPolicies[] {
  const groups: TierGroups = new Map();
  addByTier(policies, groups);
  return [...groups.values()].toSorted((a, b) => compareTiers(a.tier, b.tier)).map(ordered);
}

type TierGroups = Map<string, { readonly tier: Tier; readonly policies: Policy[] }>;

/**
 * A function of its own, with nothing behind the loop: V8 compiles the loop over all policies of a cluster while it runs,
 * and would give up what it compiled where it leaves it, for each of the few policies of a pod again.
 */
function addByTier(policies: readonly Policy[], groups: TierGroups): void {
  // Most policies share one object, and making a key of each would be dear.
  const known = new Map<Tier, Policy[]>();
  for (const policy of policies) {
    const { tier } = policy;
    let together = known.get(tier);
    if (together === undefined) {
      const key = `${tier.order} ${tier.name}`;
      const group = groups.get(key) ?? { tier, policies: [] };
      groups.set(key, group);
      known.set(tier, (together = group.policies));
    }
    together.push(policy);
  }
}

function ordered(group: TierPolicies): TierPolicies {
  return group.tier.decides === "first-match" ? { ...group, policies: inOrder(group.policies) } : group;
}

/** "Lower priority values are evaluated first"; between equal ones nothing is said, so the name only makes it an order. */
function inOrder(policies: readonly Policy[]): readonly Policy[] {
  return policies.toSorted((a, b) =>
    a.priority === b.priority ? compareNames(a, b) : a.priority < b.priority ? -1 : 1,
  );
}

/** By name, namespace and kind: a name stands before those that begin with it. */
export function compareNames(a: Policy, b: Policy): number {
  return (
    compareStrings(a.name, b.name) ||
    compareStrings(a.namespace ?? "", b.namespace ?? "") ||
    compareStrings(a.ref.kind, b.ref.kind)
  );
}
