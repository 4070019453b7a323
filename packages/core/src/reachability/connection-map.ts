import { type ConnectionId, type ConnectionTable, noConnections } from "../sets/connection-set.ts";
import { type IntervalSet, boundariesUpTo } from "../sets/interval-set.ts";
import { type ClassId, ClassSet } from "./class-set.ts";

/** Connections by class, as stretches: `connections[i]` holds from `starts[i]` up to the next start. Neighbours differ; before the first start there is nothing. */
export interface ConnectionMap {
  readonly starts: readonly ClassId[];
  readonly connections: readonly ConnectionId[];
}

/** Nothing, everywhere. */
export const emptyMap: ConnectionMap = { starts: [], connections: [] };

/** The same connections on every class of a set. */
export function constantMap(classes: ClassSet, connections: ConnectionId): ConnectionMap {
  if (connections === noConnections) return emptyMap;
  return {
    starts: classes.boundaries,
    connections: classes.boundaries.map((_, i) => ((i & 1) === 0 ? connections : noConnections)),
  };
}

/** What the map holds for a class. */
export function connectionsAt(map: ConnectionMap, id: ClassId): ConnectionId {
  return map.connections[boundariesUpTo(map.starts, id) - 1] ?? noConnections;
}

/** The union of two maps, class by class. */
function mergeTwo(a: ConnectionMap, b: ConnectionMap, table: ConnectionTable): ConnectionMap {
  if (a.starts.length === 0) return b;
  if (b.starts.length === 0) return a;
  const starts: ClassId[] = [];
  const connections: ConnectionId[] = [];
  let i = 0;
  let j = 0;
  while (i < a.starts.length || j < b.starts.length) {
    const nextA = a.starts[i] ?? Number.POSITIVE_INFINITY;
    const nextB = b.starts[j] ?? Number.POSITIVE_INFINITY;
    const at = Math.min(nextA, nextB);
    if (nextA === at) i++;
    if (nextB === at) j++;
    const now = table.union(a.connections[i - 1] ?? noConnections, b.connections[j - 1] ?? noConnections);
    if (now === (connections[connections.length - 1] ?? noConnections)) continue;
    starts.push(at);
    connections.push(now);
  }
  return { starts, connections };
}

/** The union of many maps: merged in pairs, so many small ones cost n log n. */
export function mergeMaps(maps: readonly ConnectionMap[], table: ConnectionTable): ConnectionMap {
  let level = maps;
  while (level.length > 1) {
    const next: ConnectionMap[] = [];
    for (let i = 0; i < level.length; i += 2)
      next.push(mergeTwo(level[i] as ConnectionMap, level[i + 1] ?? emptyMap, table));
    level = next;
  }
  return level[0] ?? emptyMap;
}

/** A set of classes with the same connections. */
export interface Cell {
  readonly classes: ClassSet;
  readonly connections: ConnectionId;
}

/** The map as disjoint cells, one per distinct connection set, in the order of their ids. */
export function cellsOf(map: ConnectionMap, end: ClassId): readonly Cell[] {
  const byConnections = new Map<ConnectionId, ClassId[]>();
  map.connections.forEach((connections, i) => {
    if (connections === noConnections) return;
    const boundaries: ClassId[] = byConnections.get(connections) ?? [];
    byConnections.set(connections, boundaries);
    boundaries.push(map.starts[i] as ClassId, map.starts[i + 1] ?? end);
  });
  return [...byConnections]
    .toSorted(([a], [b]) => a - b)
    .map(([connections, boundaries]) => ({ classes: ClassSet.of(boundaries), connections }));
}

/** The classes that have any connection. */
export function supportOf(map: ConnectionMap, end: ClassId): ClassSet {
  const boundaries: IntervalSet<ClassId>[number][] = [];
  map.connections.forEach((connections, i) => {
    if (connections === noConnections) return;
    const start = map.starts[i] as ClassId;
    const stop = map.starts[i + 1] ?? end;
    if (boundaries[boundaries.length - 1] === start) boundaries[boundaries.length - 1] = stop;
    else boundaries.push(start, stop);
  });
  return ClassSet.of(boundaries);
}
