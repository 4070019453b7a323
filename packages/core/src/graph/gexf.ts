import { write } from "graphology-gexf";
import type { GraphEdge, GraphNode, ReachabilityGraph } from "./graph-result.ts";
import { graphOf } from "./graph-of.ts";

/**
 * The graph as GEXF 1.2, the XML of Gephi. Attributes are flat: lists are joined by commas. `printable` makes names
 * harmless: XML has no way to write control characters.
 */
export function graphGexf(
  graph: Pick<ReachabilityGraph, "nodes" | "edges">,
  printable: (text: string) => string,
): string {
  const clean = (attributes: Readonly<Record<string, string | number | boolean>>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(attributes).map(([key, value]) => [key, typeof value === "string" ? printable(value) : value]),
    );
  return `${write(graphOf(graph.nodes, graph.edges), {
    version: "1.2",
    formatNode: (_, node) => ({ label: printable(node.id), attributes: clean(nodeAttributes(node)) }),
    formatEdge: (_, edge) => ({ label: printable(edge["text"]), attributes: clean(edgeAttributes(edge)) }),
  })}\n`;
}

function nodeAttributes(node: GraphNode): Readonly<Record<string, string | number | boolean>> {
  const hops = node.hops === undefined ? {} : { hops: node.hops };
  if (node.type === "ingress-controller" || node.type === "reserved") return { type: node.type, ...hops };
  if (node.type === "ipBlock") return { type: node.type, ranges: node.ranges.join(), ...hops };
  return {
    type: node.type,
    ...("namespace" in node ? { namespace: node.namespace } : { namespaces: node.namespaces.join() }),
    ...("workloadKind" in node ? { workloadKind: node.workloadKind } : { endpoints: node.endpoints }),
    pods: node.pods,
    ingressIsolated: node.isolated.ingress,
    egressIsolated: node.isolated.egress,
    ingressPolicies: node.policies.ingress.join(),
    egressPolicies: node.policies.egress.join(),
    ...hops,
  };
}

function edgeAttributes(edge: GraphEdge): Readonly<Record<string, string | number | boolean>> {
  const { text, all, connections, onAllPorts, podPairs } = edge;
  return { ports: text, all, connections, onAllPorts, ...(podPairs === undefined ? {} : { podPairs }) };
}
