import type { ConnectivityDiff } from "../answers/diff.ts";
import { stagedCluster } from "../diff/staged-cluster.ts";
import { checkCluster } from "../lib/check-argument.ts";
import { UsageError } from "../lib/usage-error.ts";
import type { Cluster } from "../model/cluster.ts";
import { type DiffOptions, diffClusters } from "./diff-clusters.ts";

/**
 * What would change if the staged policies of Calico were in force, as a comparison with now. Throws a UsageError where there
 * are none.
 */
export function whatIfStaged(cluster: Cluster, options: DiffOptions = {}): ConnectivityDiff {
  checkCluster("whatIfStaged", cluster);
  if (cluster.staged === undefined)
    throw new UsageError(
      "there are no staged policies in the input: StagedNetworkPolicy, StagedGlobalNetworkPolicy or StagedKubernetesNetworkPolicy of projectcalico.org/v3",
    );
  return {
    ...diffClusters(cluster, stagedCluster(cluster), options),
    staged: cluster.staged.objects.map(({ ref }) => ref),
  };
}
