import type { ChangedObject } from "../answers/diff.ts";
import type { Policy } from "../model/policy.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { locationOf } from "../source/position.ts";

/** The policies that are not the same on both sides, by their keys. */
export function changedPolicies(
  before: readonly Policy[],
  after: readonly Policy[],
): ReadonlyMap<string, ChangedObject> {
  const [old, now] = [byKey(before), byKey(after)];
  const changed = new Map<string, ChangedObject>();
  for (const [key, policy] of now) {
    const was = old.get(key);
    if (was === undefined) changed.set(key, changedObject(policy, "added"));
    else if (meaningOf(was) !== meaningOf(policy)) changed.set(key, changedObject(policy, "changed"));
  }
  for (const [key, policy] of old) if (!now.has(key)) changed.set(key, changedObject(policy, "removed"));
  return changed;
}

/** Kind, namespace and name: what makes two objects of two states the same one. A later version of its API is the same kind, another project's is not. */
function objectKey({ apiVersion, kind, namespace = "", name }: Policy["ref"]): string {
  const group = apiVersion.startsWith("extensions/") ? "networking.k8s.io" : apiVersion.replace(/\/.*$/, "");
  return `${group} ${kind} ${namespace}/${name}`;
}

/** The same of a policy, or of the part that it is of an object. */
export function policyKey({ ref, part = 0 }: Policy): string {
  return `${objectKey(ref)} ${part}`;
}

function byKey(policies: readonly Policy[]): ReadonlyMap<string, Policy> {
  return new Map(policies.map((policy) => [policyKey(policy), policy]));
}

function changedObject(policy: Policy, change: ChangedObject["change"]): ChangedObject {
  return { object: policy.ref, change, location: locationOf(policy.origin, []) };
}

/** What a policy decides, as a text: two of the same text decide the same. Where it stands and how it is labelled is left out. */
function meaningOf(policy: Policy): string {
  const { tier, priority, subject, applies, isolates, rules } = policy;
  // A NetworkPolicy stands where it stands: that it shares a tier of Calico is the doing of the others of that tier.
  const place = isNetworkPolicy(policy) ? {} : { tier, priority };
  return JSON.stringify({ ...place, subject, applies, isolates, rules }, (_, value: unknown) =>
    typeof value === "bigint" ? `${value}` : value === Infinity ? "Infinity" : value,
  );
}
