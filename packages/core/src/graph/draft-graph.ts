import { compareStrings } from "../lib/compare.ts";
import type { ListedEndpoint } from "../reachability/endpoints.ts";
import type { ConnectionTable } from "../sets/connection-set.ts";
import type { FoldedEdge } from "./folded-edges.ts";
import { type RelationGraph, graphOf } from "./graph-of.ts";
import type { GraphEdge, GraphNode } from "./graph-result.ts";
import { edgesBetween } from "./node-edges.ts";

/** A graph before it is written out: edges by the positions of their nodes, connections as numbers. */
export interface DraftGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly FoldedEdge[];
  /** The endpoints that each node stands for. */
  readonly members: readonly (readonly ListedEndpoint[])[];
  /** Whether a node is in the graph; one that no edge is linked to may not be. */
  readonly isShown: (node: GraphNode, at: number, isLinked: boolean) => boolean;
}

/** The positions of the nodes that are in the graph. */
export function shownNodes({ nodes, edges, isShown }: DraftGraph): readonly number[] {
  const linked = new Set(edges.flatMap(({ source, target }) => [source, target]));
  return nodes.flatMap((node, at) => (isShown(node, at, linked.has(at)) ? [at] : []));
}

/** The graph: nodes sorted by id, edges by source, then target. `limited`: edges on which only some requests pass. */
export function graphOfDraft(
  draft: DraftGraph,
  table: ConnectionTable,
  limited: ReadonlySet<FoldedEdge> = new Set(),
): RelationGraph {
  const nodes = shownNodes(draft).map((at) => draft.nodes[at] as GraphNode);
  return graphOf(
    nodes.toSorted((a, b) => compareStrings(a.id, b.id)),
    edgesBetween(draft.nodes, draft.edges, table, limited).toSorted(compareEdges),
  );
}

function compareEdges(a: GraphEdge, b: GraphEdge): number {
  return compareStrings(a.source, b.source) || compareStrings(a.target, b.target);
}
