import type { Fix, ObjectChange } from "../answers/finding.ts";
import { changedValue } from "../edit/change-value.ts";
import { policyValue } from "../optimize/policy-value.ts";
import { groupBy } from "../lib/group-by.ts";
import { compareStrings } from "../lib/compare.ts";
import type { Cluster } from "../model/cluster.ts";
import { type Direction, type Policy, type Rule, rulePath } from "../model/policy.ts";
import { readManifests } from "../read/read-manifests.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { formatPath } from "../source/position.ts";
import { policyKey, refKey } from "../semantics/canonical-key.ts";

/**
 * The cluster as it is when advice is followed: with the objects that are to be added, and with the changes. Undefined
 * where a change is of something that cannot be written again from what is known of it.
 */
export function followedAdvice(cluster: Cluster, fixes: readonly Fix[]): Cluster | undefined {
  const changed = new Map<string, Policy>();
  for (const [key, changes] of groupBy(
    fixes.flatMap((fix) => fix.changes ?? []),
    ({ object }) => refKey(object),
  )) {
    const [policy, part] = cluster.policies.filter(({ ref }) => refKey(ref) === key);
    if (part !== undefined) return undefined;
    const after = policy === undefined ? undefined : changedPolicy(policy, changes);
    if (after === undefined) return undefined;
    changed.set(key, after);
  }
  const texts = fixes.flatMap(({ manifest }, i) =>
    manifest === undefined ? [] : [{ name: `advice/${i}`, text: manifest }],
  );
  const added = readManifests(texts);
  const last = cluster.policies.length + cluster.refusedPolicies.length;
  return {
    ...cluster,
    // What the API server would refuse is found, as in other manifests.
    problems: [...cluster.problems, ...added.problems],
    policies: [
      ...cluster.policies.map((policy) => changed.get(refKey(policy.ref)) ?? policy),
      ...added.policies.map((policy, i) => ({ ...policy, index: last + i })),
    ].toSorted((a, b) => compareStrings(a.namespace ?? "", b.namespace ?? "") || compareStrings(a.name, b.name)),
  };
}

function changedPolicy(policy: Policy, changes: readonly ObjectChange[]): Policy | undefined {
  if (!isNetworkPolicy(policy)) return withoutRules(policy, changes);
  const value = policyValue(policy);
  const same = readPolicy(value);
  if (same === undefined || policyKey(same) !== policyKey(policy)) return undefined;
  const after = readPolicy(changedValue(value, changes));
  return after && { ...after, ref: policy.ref, index: policy.index, origin: policy.origin };
}

/** Of other kinds rules can be taken out: what is left of the policy says the same as before. */
function withoutRules(policy: Policy, changes: readonly ObjectChange[]): Policy | undefined {
  const paths = new Set(changes.map(({ path }) => formatPath(path)));
  const found = new Set<string>();
  const isGone = (path: string): boolean => paths.has(path) && found.add(path).has(path);
  const left = (direction: Direction): readonly Rule[] =>
    policy.rules[direction].filter((_, i) => !isGone(formatPath(rulePath(policy, direction, i))));
  const rules = { ingress: left("ingress"), egress: left("egress") };
  return found.size === paths.size && changes.every(({ type }) => type === "delete") ? { ...policy, rules } : undefined;
}

function readPolicy(value: unknown): Policy | undefined {
  return readManifests([{ name: "advice", text: JSON.stringify(value) }]).policies[0];
}
