import { basisOf } from "../proof/basis-of.ts";
import type { ReportPicture } from "../graph/report-picture.ts";
import { buildGraph } from "../graph/build-graph.ts";
import { edgeRules } from "../graph/edge-rules.ts";
import { graphJson } from "../graph/graph-json.ts";
import type { Cluster } from "../model/cluster.ts";
import { formatPath, locationOf } from "../source/position.ts";
import { type ConnectivityOptions, buildReachability, completeAssumptions } from "./connectivity.ts";

/** A page that zooms shows more than a picture on paper. */
const mostNodes = 400;

/** What an HTML report draws of a cluster: the graph with the rules behind each edge, and the matrix of its namespaces. */
export function reportPicture(cluster: Cluster, options: ConnectivityOptions = {}): ReportPicture {
  const reachability = buildReachability(cluster, options);
  const namespaces = options.namespaces === undefined ? {} : { namespaces: options.namespaces };
  const basis = basisOf(cluster, completeAssumptions(options, cluster));
  const built = buildGraph(reachability, { ...namespaces, fold: "auto", maxNodes: mostNodes });
  const graph = graphJson(built, basis);
  const { rules, edges } = edgeRules(reachability, built);
  return {
    graph,
    members: graph.nodes.map(({ id }) => (built.members.get(id) ?? []).map(({ endpoint }) => endpoint.id)),
    rules: rules.map(({ policy, path }) => ({
      policy: policy.ref,
      path: formatPath(path),
      location: locationOf(policy.origin, path),
    })),
    edgeRules: edges,
    matrix: graphJson(buildGraph(reachability, { ...namespaces, by: "namespace", fold: "same" }), basis),
  };
}
