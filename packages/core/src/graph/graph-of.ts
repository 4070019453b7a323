import { DirectedGraph } from "graphology";
import type { Endpoint } from "../answers/endpoint.ts";
import type { GraphEdge, GraphNode } from "./graph-result.ts";

/** The relation as graphology holds it: node keys are ids, attributes the nodes and edges of the JSON answer. */
export type RelationGraph = DirectedGraph<GraphNode, GraphEdge>;

/** Puts nodes and edges into a graph, in their order. */
export function graphOf(nodes: Iterable<GraphNode>, edges: Iterable<GraphEdge>): RelationGraph {
  const graph: RelationGraph = new DirectedGraph<GraphNode, GraphEdge>();
  for (const node of nodes) graph.addNode(node.id, node);
  let key = 0;
  for (const edge of edges) graph.addEdgeWithKey(String(key++), edge.source, edge.target, edge);
  return graph;
}

/** Whether a node or endpoint is pods of the input. */
export function isPods({ type }: GraphNode | Endpoint): boolean {
  return type !== "ipBlock" && type !== "reserved" && type !== "ingress-controller";
}
