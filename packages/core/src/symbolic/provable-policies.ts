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
  const last = new Map<string | undefined, LastOfEach>();
  for (const policy of policies) {
    let inNamespace = last.get(policy.namespace);
    if (inNamespace === undefined) last.set(policy.namespace, (inNamespace = { named: new Map(), others: new Map() }));
    const isNamed = isNetworkPolicy(policy) && (policy.part ?? 0) === 0;
    const [of, key] = isNamed ? [inNamespace.named, policy.name] : [inNamespace.others, identityOf(policy)];
    const earlier = of.get(key);
    const wins = earlier === undefined || policy.index >= earlier.index;
    if (earlier !== undefined) overwritten.push(wins ? earlier : policy);
    if (wins) of.set(key, policy);
  }
  const byNamespace = new Map<string, readonly Policy[]>();
  for (const [namespace, { named, others }] of last) {
    const provable: Policy[] = [];
    for (const policy of [...named.values(), ...others.values()]) {
      const reason = whyUnprovable(policy);
      if (reason === undefined) provable.push(policy);
      else unprovable.push({ policy, reason });
    }
    // Without a namespace nothing is provable.
    if (provable.length > 0 && namespace !== undefined) byNamespace.set(namespace, provable);
  }
  const sorted = [...byNamespace].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { byNamespace: new Map(sorted), unprovable, overwritten };
}

/** The last policies of a namespace. */
interface LastOfEach {
  /** NetworkPolicies, or the first part of each, by name: to make up an identity for each of them would take longer than all the rest. */
  readonly named: Map<string, Policy>;
  /** The others by identity. */
  readonly others: Map<string, Policy>;
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
