import { type ConnectionId, type ConnectionTable, allConnections, noConnections } from "../sets/connection-set.ts";

/** Connections within each of several alike, and between different ones. */
export interface Split {
  readonly within: ConnectionId;
  readonly between: ConnectionId;
}

/** An edge between two nodes of a partition, by their positions. */
export interface FoldedEdge {
  readonly source: number;
  readonly target: number;
  readonly connections: ConnectionId;
  /** Where both ends stand for several alike: what is within each, and between different ones, where that differs. */
  readonly split?: Split;
  readonly endpointPairs: number;
  /** Of these, how many have all ports. */
  readonly onAllPorts: number;
  readonly podPairs: number;
}

interface Draft {
  /** How many pairs of endpoints have each. */
  readonly connections: Map<ConnectionId, number>;
  endpointPairs: number;
  podPairs: number;
}

/** Collects edges piece by piece, as long as there are not too many. */
export class FoldedEdges {
  readonly #nodes: number;
  readonly #limit: number;
  readonly #drafts = new Map<number, Draft>();

  constructor(nodes: number, limit: number) {
    this.#nodes = nodes;
    this.#limit = limit;
  }

  /** Whether there are more edges than the limit; what is collected is then not complete. */
  get tooMany(): boolean {
    return this.#drafts.size > this.#limit;
  }

  /** Adds pairs that all have the same connections. */
  add(source: number, target: number, connections: ConnectionId, endpointPairs: number, podPairs: number): void {
    this.addPorts(source, target, connections, endpointPairs);
    this.addPairs(source, target, endpointPairs, podPairs);
  }

  /** Adds connections that so many pairs have, which are counted elsewhere. */
  addPorts(source: number, target: number, connections: ConnectionId, endpointPairs: number): void {
    const draft = this.#draft(source, target);
    draft.connections.set(connections, (draft.connections.get(connections) ?? 0) + endpointPairs);
  }

  /** Counts pairs whose connections are told elsewhere. */
  addPairs(source: number, target: number, endpointPairs: number, podPairs: number): void {
    const draft = this.#draft(source, target);
    draft.endpointPairs += endpointPairs;
    draft.podPairs += podPairs;
  }

  #draft(source: number, target: number): Draft {
    const key = source * this.#nodes + target;
    let draft = this.#drafts.get(key);
    if (draft === undefined) {
      draft = { connections: new Map(), endpointPairs: 0, podPairs: 0 };
      this.#drafts.set(key, draft);
    }
    return draft;
  }

  /** Sorted by source, then target. */
  toArray(table: ConnectionTable): readonly FoldedEdge[] {
    return [...this.#drafts]
      .filter(([, { endpointPairs }]) => endpointPairs > 0)
      .toSorted(([a], [b]) => a - b)
      .map(([key, { connections, endpointPairs, podPairs }]) => ({
        source: Math.floor(key / this.#nodes),
        target: key % this.#nodes,
        connections: unionOf(connections, table),
        endpointPairs,
        onAllPorts: connections.get(allConnections) ?? 0,
        podPairs,
      }));
  }
}

/** The union of many sets, joined in pairs: one after the other would intern ever bigger sets. */
function unionOf(pairs: ReadonlyMap<ConnectionId, number>, table: ConnectionTable): ConnectionId {
  const ids = [...pairs].flatMap(([id, count]) => (count > 0 ? [id] : []));
  if (ids.includes(allConnections)) return allConnections;
  let level = ids.toSorted((a, b) => a - b);
  while (level.length > 1) {
    const next: ConnectionId[] = [];
    for (let i = 0; i < level.length; i += 2)
      next.push(table.union(level[i] as ConnectionId, level[i + 1] ?? noConnections));
    level = next;
  }
  return level[0] ?? noConnections;
}
