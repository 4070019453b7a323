import { basisOf } from "../proof/basis-of.ts";
import { buildGraph } from "../graph/build-graph.ts";
import { graphJson } from "../graph/graph-json.ts";
import type { GraphOptions } from "../graph/graph-request.ts";
import type { ReachabilityGraph } from "../graph/graph-result.ts";
import type { Cluster } from "../model/cluster.ts";
import { type ConnectivityOptions, buildReachability, completeAssumptions } from "./connectivity.ts";
import { stoppable } from "../lib/stoppable.ts";

/** The reachability graph of a cluster as an answer. Throws a UsageError for a starting point that is not in the input. */
export function reachabilityGraph(
  cluster: Cluster,
  options: ConnectivityOptions & GraphOptions = {},
): ReachabilityGraph {
  return stoppable(options.signal, () => graphOf(cluster, options));
}

function graphOf(cluster: Cluster, options: ConnectivityOptions & GraphOptions): ReachabilityGraph {
  const built = buildGraph(buildReachability(cluster, options), options);
  return graphJson(built, basisOf(cluster, completeAssumptions(options, cluster)));
}
