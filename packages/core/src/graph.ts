/** The reachability relation as a graphology graph: "@npa/core/graph". An entry of its own, so that graphology is loaded only where it is used. */
import { basisOf } from "./basis.ts";
import { type ConnectivityOptions, buildReachability, completeAssumptions } from "./connectivity.ts";
import { buildGraph } from "./graph/build-graph.ts";
import { graphJson } from "./graph/graph-json.ts";
import type { GraphOptions } from "./graph/graph-request.ts";
import type { ReachabilityGraph } from "./graph/graph-result.ts";
import type { Cluster } from "./model/cluster.ts";

export { type BuiltGraph, buildGraph } from "./graph/build-graph.ts";
export { graphJson } from "./graph/graph-json.ts";
export type { GraphOptions } from "./graph/graph-request.ts";
export type * from "./graph/graph-result.ts";
export { blastRadius, reachedBy, unreachable } from "./graph/traversal.ts";
export { toDot } from "./report/dot.ts";

/** The reachability graph of a cluster as an answer. Throws a UsageError for a starting point that is not in the input. */
export function reachabilityGraph(
  cluster: Cluster,
  options: ConnectivityOptions & GraphOptions = {},
): ReachabilityGraph {
  const built = buildGraph(buildReachability(cluster, options), options);
  return graphJson(built, basisOf(cluster, completeAssumptions(options)));
}
