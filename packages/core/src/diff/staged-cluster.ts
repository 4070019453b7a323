import type { Cluster } from "../model/cluster.ts";
import { refKey } from "../semantics/canonical-key.ts";

/** The cluster as it would be if its staged policies of Calico were in force: those that set a policy, and those that delete one. */
export function stagedCluster(cluster: Cluster): Cluster {
  const { staged, ...rest } = cluster;
  if (staged === undefined) return cluster;
  const { objects, ...state } = staged;
  const inForce = new Set(objects.map(refKey));
  return { ...rest, ...state, notEvaluated: cluster.notEvaluated.filter(({ ref }) => !inForce.has(refKey(ref))) };
}
