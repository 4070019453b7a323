import type { Fix, JsonValue, ObjectChange } from "../answers/finding.ts";
import { changedValue } from "../edit/change-value.ts";
import { policyValue } from "../optimize/policy-value.ts";
import { groupBy } from "../lib/group-by.ts";
import { compareStrings } from "../lib/compare.ts";
import type { Cluster } from "../model/cluster.ts";
import {
  type Direction,
  directions,
  type Policy,
  type PortSpec,
  type Rule,
  portPath,
  rulePath,
} from "../model/policy.ts";
import { readManifests } from "../read/read-manifests.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { type NodePath, formatPath, valueAt } from "../source/position.ts";
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
  if (!isNetworkPolicy(policy)) return changedRules(policy, changes);
  const value = policyValue(policy);
  const same = readPolicy(value);
  if (same === undefined || policyKey(same) !== policyKey(policy)) return undefined;
  const after = readPolicy(changedValue(value, changes));
  return after && { ...after, ref: policy.ref, index: policy.index, origin: policy.origin };
}

/**
 * Of other kinds rules can be taken out, and ports be other ones: what is left of the policy says the same as before. Whether it
 * isolates may hang on what is left, so that is read of the object as it is then.
 */
function changedRules(policy: Policy, changes: readonly ObjectChange[]): Policy | undefined {
  const byPath = new Map(changes.map((change) => [formatPath(change.path), change]));
  const made = new Set<ObjectChange>();
  const make = (path: NodePath, type: ObjectChange["type"]): ObjectChange | undefined => {
    const change = byPath.get(formatPath(path));
    if (change?.type !== type) return undefined;
    made.add(change);
    return change;
  };
  const portAfter = (port: PortSpec, path: NodePath): PortSpec => {
    const change = port.type === "range" ? make([...path, "port"], "set") : undefined;
    if (port.type !== "range" || change?.type !== "set") return port;
    return { ...port, from: Number(change.value), to: Number(change.value) };
  };
  const after = (direction: Direction): readonly Rule[] =>
    policy.rules[direction].flatMap((rule, i): readonly Rule[] => {
      if (make(rulePath(policy, direction, i), "delete") !== undefined) return [];
      const { ports } = rule;
      if (ports === "any") return [rule];
      return [{ ...rule, ports: ports.map((port, j) => portAfter(port, portPath(policy, direction, i, j))) }];
    });
  const rules = { ingress: after("ingress"), egress: after("egress") };
  if (made.size !== changes.length) return undefined;
  const isWhole = directions.every((direction) => rules[direction].length === policy.rules[direction].length);
  if (isWhole) return { ...policy, rules };
  const left = readPolicy(changedValue(valueAt(policy.origin, []) as JsonValue, changes)); // the document of a policy is JSON
  if (left === undefined) return undefined;
  // What the end of a tier does stands in another object, which was not read here.
  const mayIsolate = policy.tier.decides === "deny-wins" || policy.isolates.ingress || policy.isolates.egress;
  const isolates = mayIsolate ? left.isolates : { ingress: false, egress: false };
  return { ...policy, rules, applies: left.applies, isolates };
}

function readPolicy(value: unknown): Policy | undefined {
  return readManifests([{ name: "advice", text: JSON.stringify(value) }]).policies[0];
}
