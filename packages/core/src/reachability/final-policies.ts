import type { Cluster } from "../model/cluster.ts";
import type { Direction, Policy } from "../model/policy.ts";
import type { ClassId } from "./class-set.ts";
import type { Reachability } from "./reachability.ts";

const known = new WeakMap<Cluster, readonly Policy[]>();

/** The policies that have no rules in force for a class in a direction, and end what is asked about it with their tier. */
export function finalPoliciesOf(reachability: Reachability, id: ClassId, direction: Direction): readonly Policy[] {
  const { cluster } = reachability;
  let final = known.get(cluster);
  if (final === undefined) known.set(cluster, (final = cluster.policies.filter(({ isFinal }) => isFinal === true)));
  return final.filter((policy) => !policy.applies[direction] && reachability.possibleSubjects(policy).has(id));
}
