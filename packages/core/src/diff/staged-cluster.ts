import type { Cluster } from "../model/cluster.ts";

/** The cluster as it would be if its staged policies of Calico were in force: those that set a policy, and those that delete one. */
export function stagedCluster(cluster: Cluster): Cluster {
  const { staged, ...rest } = cluster;
  if (staged === undefined) return cluster;
  const { workloads, policies } = staged;
  return { ...rest, workloads, policies };
}
