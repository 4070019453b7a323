import type { Basis } from "../answers/basis.ts";
import { apiVersion } from "../answers/api-version.ts";
import type { BuiltGraph } from "./build-graph.ts";
import type { ReachabilityGraph } from "./graph-result.ts";

/** The graph as an answer: nodes sorted by id, edges by source, then target. */
export function graphJson({ graph, members: _members, ...facts }: BuiltGraph, basis: Basis): ReachabilityGraph {
  return {
    apiVersion,
    kind: "ReachabilityGraph",
    ...facts,
    nodes: graph.mapNodes((_, node) => ({ ...node })),
    edges: graph.mapEdges((_, edge) => ({ ...edge })),
    ...basis,
  };
}
