import type { Policy } from "../model/policy.ts";
import { isAmongNetworkPolicies } from "../semantics/tiers.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { notUnderstood } from "../semantics/understood-policies.ts";

/** A policy that proofs say nothing about, and why. */
export interface Unprovable {
  readonly policy: Policy;
  readonly reason: string;
}

/** Policies as a proof sees them. */
export interface ProvablePolicies {
  /** By namespace, sorted; within a namespace in the order given. */
  readonly byNamespace: ReadonlyMap<string, readonly Policy[]>;
  /** Policies of kinds or tiers that the proof does not understand. */
  readonly unprovable: readonly Unprovable[];
  /** Overwritten by a later policy of the same namespace and name: not in force. */
  readonly overwritten: readonly Policy[];
}

/**
 * Sorts out what a proof can speak of: NetworkPolicies, the last of each name. In a tier that they share with policies of
 * Calico they are one step: what they select and allow together is all that matters of them, whatever stands before and
 * behind.
 */
export function provablePolicies(policies: readonly Policy[]): ProvablePolicies {
  const unprovable: Unprovable[] = [];
  const overwritten: Policy[] = [];
  const byName = new Map<string, Policy>();
  for (const policy of policies) {
    const name = identityOf(policy);
    const earlier = byName.get(name);
    const wins = earlier === undefined || policy.index >= earlier.index;
    if (earlier !== undefined) overwritten.push(wins ? earlier : policy);
    if (wins) byName.set(name, policy);
  }
  const byNamespace = new Map<string, Policy[]>();
  for (const policy of byName.values()) {
    const reason = whyUnprovable(policy);
    if (reason !== undefined) {
      unprovable.push({ policy, reason });
      continue;
    }
    const namespace = policy.namespace as string; // whyUnprovable has seen to it
    const known = byNamespace.get(namespace);
    if (known === undefined) byNamespace.set(namespace, [policy]);
    else known.push(policy);
  }
  const sorted = [...byNamespace].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { byNamespace: new Map(sorted), unprovable, overwritten };
}

/** The policies in force: of several of one kind, namespace and name the last. */
export function withoutOverwritten(policies: readonly Policy[]): readonly Policy[] {
  const last = new Map<string, Policy>();
  for (const policy of policies) {
    const known = last.get(identityOf(policy));
    if (known === undefined || policy.index >= known.index) last.set(identityOf(policy), policy);
  }
  return [...last.values()];
}

/** The same for versions of one object, and of one part where an object has several. */
function identityOf(policy: Policy): string {
  const { ref, namespace = "", name, part = 0 } = policy;
  // NetworkPolicies are one kind in both of their groups.
  const group = isNetworkPolicy(policy) ? "" : ref.apiVersion.split("/")[0];
  return `${group}\u0000${ref.kind}\u0000${namespace}\u0000${name}\u0000${part}`;
}

const reasons = new WeakMap<Policy, string | false>();

/** Why a proof says nothing about a policy; undefined when it does. */
export function whyUnprovable(policy: Policy): string | undefined {
  let reason = reasons.get(policy);
  // Every pass over policies asks it again.
  if (reason === undefined) reasons.set(policy, (reason = reasonOf(policy) ?? false));
  return reason === false ? undefined : reason;
}

function reasonOf(policy: Policy): string | undefined {
  if (!isAmongNetworkPolicies(policy))
    return isNetworkPolicy(policy) && policy.tier.denies === "after-all"
      ? "Cilium reads it otherwise than Kubernetes does"
      : `it is of the tier ${policy.tier.name}`;
  if (policy.tiedWith !== undefined)
    return `it has the order of ${policy.tiedWith}, and which is asked first is not defined`;
  if (policy.isFinal === true) return "no later tier is asked about the pods that it selects, in whichever direction";
  if (policy.namespace === undefined) return "it has no namespace";
  if (policy.subject.namespaceSelector !== undefined) return "its subject spans namespaces";
  const what = notUnderstood(policy);
  return what && `it has ${what}`;
}
