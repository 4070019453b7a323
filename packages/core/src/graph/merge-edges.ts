import { type ConnectionId, type ConnectionTable, noConnections } from "../sets/connection-set.ts";
import { type FoldedEdge, FoldedEdges } from "./folded-edges.ts";

/** Where edges go when nodes become one. */
export interface Merging {
  /** How many nodes there are then. */
  readonly count: number;
  /** The new position of a node. */
  readonly nodeOf: (at: number) => number;
  /** Whether the ends of an edge are among those that become one. */
  readonly isSplit: (edge: FoldedEdge) => boolean;
  /** Whether such an edge stays within one of them. */
  readonly isWithin: (edge: FoldedEdge) => boolean;
}

/** The edges between the new nodes. What is within each and between different ones of alike nodes is told apart where it differs. */
export function mergeEdges(
  edges: readonly FoldedEdge[],
  { count, nodeOf, isSplit, isWithin }: Merging,
  table: ConnectionTable,
): readonly FoldedEdge[] {
  const folded = new FoldedEdges(count, Number.POSITIVE_INFINITY);
  const splits = new Map<number, { within: ConnectionId; between: ConnectionId }>();
  const kept = new Map<number, Pick<FoldedEdge, "onAllPorts" | "split">>();
  for (const edge of edges) {
    const [from, to] = [nodeOf(edge.source), nodeOf(edge.target)];
    const key = from * count + to;
    folded.add(from, to, edge.connections, edge.endpointPairs, edge.podPairs);
    const known = kept.get(key);
    const split = edge.split ?? known?.split;
    kept.set(key, {
      onAllPorts: (known?.onAllPorts ?? 0) + edge.onAllPorts,
      ...(split === undefined ? {} : { split }),
    });
    if (!isSplit(edge)) continue;
    const both = splits.get(key) ?? { within: noConnections, between: noConnections };
    splits.set(key, isWithin(edge) ? { ...both, within: edge.connections } : { ...both, between: edge.connections });
  }
  return folded.toArray(table).map((edge) => {
    const key = edge.source * count + edge.target;
    const { onAllPorts = 0, split: old } = kept.get(key) ?? {};
    const own = splits.get(key);
    const split = old ?? (own === undefined || own.within === own.between ? undefined : own);
    return { ...edge, onAllPorts, ...(split === undefined ? {} : { split }) };
  });
}
