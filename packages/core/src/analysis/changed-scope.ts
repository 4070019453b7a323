import { isSamePolicy } from "../diff/same-world.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Policy } from "../model/policy.ts";
import { hasPeer } from "../semantics/has-peer.ts";
import { ClassSet } from "../reachability/class-set.ts";
import type { ComparedRelations } from "../reachability/compare-relations.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { meets, unionAll } from "../sets/interval-set.ts";

/** Two states of one world, with relations over the same classes. */
interface States {
  readonly before: Cluster;
  readonly after: Cluster;
  readonly compared: ComparedRelations;
}

/** The namespaces of changed policies, and of those that name pods which a changed policy selects. */
export function touchedNamespaces({ before, after, compared }: States): ReadonlySet<string> {
  const sides = [
    { relation: compared.before, policies: before.policies, changed: changedPolicies(before, after) },
    { relation: compared.after, policies: after.policies, changed: changedPolicies(after, before) },
  ];
  const subjects = sides.flatMap(({ relation, changed }) =>
    changed.map((policy) => relation.possibleSubjects(policy).boundaries),
  );
  const classes = ClassSet.of(unionAll(subjects));
  const all = sides.flatMap(({ relation, policies, changed }) => [
    ...changed,
    ...policies.filter((policy) => namesSome(relation, policy, classes)),
  ]);
  return new Set(all.map(({ namespace = "" }) => namespace));
}

/** The policies that another state does not have, or not in this order. */
function changedPolicies({ policies }: Cluster, other: Cluster): readonly Policy[] {
  const others = inOrder(other.policies);
  return [...inOrder(policies)].flatMap(([namespace, own]) => {
    const theirs = others.get(namespace) ?? [];
    const same = new Map(theirs.map((policy) => [partKey(policy), policy]));
    const changed = own.filter((policy) => {
      const twin = same.get(partKey(policy));
      return twin === undefined || !isSamePolicy(policy, twin);
    });
    const orderOf = (some: readonly Policy[], names: readonly Policy[]): string => {
      const known = new Set(names.map(partKey));
      return JSON.stringify(some.map(partKey).filter((key) => known.has(key)));
    };
    return orderOf(own, theirs) === orderOf(theirs, own) ? changed : own;
  });
}

function inOrder(policies: readonly Policy[]): ReadonlyMap<string, readonly Policy[]> {
  return groupBy(
    policies.toSorted((a, b) => a.index - b.index),
    ({ namespace = "" }) => namespace,
  );
}

function partKey({ ref, part }: Policy): string {
  return JSON.stringify([refKey(ref), part]);
}

/** Whether a rule of a policy names pods of these classes. */
function namesSome(relation: Reachability, policy: Policy, classes: ClassSet): boolean {
  return hasPeer(
    policy,
    (peer) =>
      peer.type === "pods" &&
      meets(relation.peers.podPeer(peer, policy.namespace ?? "").possible.boundaries, classes.boundaries),
  );
}
