import { PortFormatter } from "../reachability/format-ports.ts";
import type { ConnectionTable } from "../sets/connection-set.ts";
import type { FoldedEdge } from "./folded-edges.ts";
import { isPods } from "./graph-of.ts";
import type { GraphEdge, GraphNode } from "./graph-result.ts";
import { portsText } from "./ports-text.ts";

/** Edges between positions as edges between nodes, with their ports written out. */
export function edgesBetween(
  nodes: readonly GraphNode[],
  edges: readonly FoldedEdge[],
  table: ConnectionTable,
  limited: ReadonlySet<FoldedEdge>,
): readonly GraphEdge[] {
  const format = new PortFormatter(table);
  return edges.map((edge) => {
    const [source, target] = [nodes[edge.source] as GraphNode, nodes[edge.target] as GraphNode];
    const ports = format.format(edge.connections);
    return {
      source: source.id,
      target: target.id,
      ports: ports.ports,
      all: ports.all,
      text: limited.has(edge) ? `${portsText(ports)} (some requests)` : portsText(ports),
      ...(edge.split === undefined
        ? {}
        : { within: format.format(edge.split.within), between: format.format(edge.split.between) }),
      connections: edge.endpointPairs,
      onAllPorts: edge.onAllPorts,
      ...(limited.has(edge) ? { limited: true } : {}),
      ...(isPods(source) && isPods(target) ? { podPairs: edge.podPairs } : {}),
    };
  });
}
