import { basisOf } from "../proof/basis-of.ts";
import { buildGraph } from "../graph/build-graph.ts";
import { graphJson } from "../graph/graph-json.ts";
import type { GraphOptions } from "../graph/graph-request.ts";
import { isNodeName } from "../graph/starting-points.ts";
import type { ReachabilityGraph } from "../graph/graph-result.ts";
import type { Cluster } from "../model/cluster.ts";
import { resolveEndpoint } from "../query/resolve-endpoint.ts";
import { listEndpoints } from "../reachability/endpoints.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { type ConnectivityOptions, buildReachability, completeAssumptions, identitiesNamed } from "./connectivity.ts";
import { stoppable } from "../lib/stoppable.ts";

/** What a graph is asked for: its starting points may have every name that a question may give to its source. */
export interface AskedGraph extends ConnectivityOptions, GraphOptions {
  /** Where names are that say no namespace. Default: `default`. */
  readonly defaultNamespace?: string;
}

/** The reachability graph of a cluster as an answer. Throws a UsageError for a starting point that is not in the input. */
export function reachabilityGraph(cluster: Cluster, options: AskedGraph = {}): ReachabilityGraph {
  return stoppable(options.signal, () => graphOf(cluster, options));
}

function graphOf(cluster: Cluster, options: AskedGraph): ReachabilityGraph {
  const { from, defaultNamespace = "default" } = options;
  const names = typeof from === "string" ? [from] : from;
  const reserved = [...(options.reserved ?? []), ...identitiesNamed(cluster, names ?? [], defaultNamespace)];
  const reachability = buildReachability(cluster, { ...options, reserved });
  const started = names === undefined ? {} : { from: idsOf(names, reachability, defaultNamespace) };
  const built = buildGraph(reachability, { ...options, ...started });
  return graphJson(built, basisOf(cluster, completeAssumptions(options, cluster)));
}

/** The ids that names stand for, where they are none of a graph's own nodes. */
function idsOf(names: readonly string[], reachability: Reachability, defaultNamespace: string): readonly string[] {
  const endpoints = listEndpoints(reachability);
  return names.flatMap((name) =>
    isNodeName(name)
      ? [name]
      : resolveEndpoint(name, reachability, endpoints, defaultNamespace).parts.map(({ id }) => id),
  );
}
