import { graphGexf } from "../graph/gexf.ts";
import type { ReachabilityGraph } from "../graph/graph-result.ts";
import { printable } from "../report/escape.ts";

/** The graph as GEXF 1.2, the XML that Gephi and other programs for graphs open. */
export function toGexf(graph: Pick<ReachabilityGraph, "nodes" | "edges">): string {
  return graphGexf(graph, printable);
}
