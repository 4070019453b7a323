import { countStep } from "../lib/stoppable.ts";
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
  return combine(a, b, (x, y) => table.union(x, y));
}

/** What two maps share, class by class. */
export function intersectMaps(a: ConnectionMap, b: ConnectionMap, table: ConnectionTable): ConnectionMap {
  if (a.starts.length === 0 || a === b) return a;
  if (b.starts.length === 0) return b;
  return combine(a, b, (x, y) => table.intersection(x, y));
}

/** The first map without the second, class by class. */
export function subtractMaps(a: ConnectionMap, b: ConnectionMap, table: ConnectionTable): ConnectionMap {
  if (a.starts.length === 0 || b.starts.length === 0) return a;
  return combine(a, b, (x, y) => table.difference(x, y));
}

function combine(
  a: ConnectionMap,
  b: ConnectionMap,
  operation: (x: ConnectionId, y: ConnectionId) => ConnectionId,
): ConnectionMap {
  countStep();
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
    const now = operation(a.connections[i - 1] ?? noConnections, b.connections[j - 1] ?? noConnections);
    if (now === (connections[connections.length - 1] ?? noConnections)) continue;
    starts.push(at);
    connections.push(now);
  }
  return { starts, connections };
}

/** The map with each set changed. */
export function mapConnections(map: ConnectionMap, change: (id: ConnectionId) => ConnectionId): ConnectionMap {
  const starts: ClassId[] = [];
  const connections: ConnectionId[] = [];
  map.connections.forEach((id, i) => {
    const now = change(id);
    if (now === (connections[connections.length - 1] ?? noConnections)) return;
    starts.push(map.starts[i] as ClassId);
    connections.push(now);
  });
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

/** Stands for a class that an overlay says nothing about. */
export const untouched: ConnectionId = -1;

/** What an overlay says of a class, or `untouched`. */
export function overlayAt(overlay: ConnectionMap, id: ClassId): ConnectionId {
  return overlay.connections[boundariesUpTo(overlay.starts, id) - 1] ?? untouched;
}

/** A map, which has `before` ahead of its first start, cut down to some classes: it says nothing (`outside`) about the others. */
function cut(
  map: ConnectionMap,
  within: ClassSet,
  outside: ConnectionId,
  before: ConnectionId = noConnections,
): ConnectionMap {
  const starts: ClassId[] = [];
  const connections: ConnectionId[] = [];
  const push = (at: ClassId, value: ConnectionId): void => {
    if (starts[starts.length - 1] === at) {
      starts.pop();
      connections.pop();
    }
    if ((connections[connections.length - 1] ?? outside) === value) return;
    starts.push(at);
    connections.push(value);
  };
  const { boundaries } = within;
  for (let i = 0; i < boundaries.length; i += 2) {
    const [first, end] = [boundaries[i] as ClassId, boundaries[i + 1] as ClassId];
    let at = boundariesUpTo(map.starts, first) - 1;
    push(first, map.connections[at] ?? before);
    for (at++; at < map.starts.length && (map.starts[at] as ClassId) < end; at++)
      push(map.starts[at] as ClassId, map.connections[at] as ConnectionId);
    push(end, outside);
  }
  return { starts, connections };
}

/** A map of some classes only: the others have nothing. */
export function restrictMap(map: ConnectionMap, within: ClassSet): ConnectionMap {
  return map.starts.length === 0 ? map : cut(map, within, noConnections);
}

/** A map as an overlay: the classes outside are `untouched`. */
export function overlayOf(map: ConnectionMap, touched: ClassSet): ConnectionMap {
  return cut(map, touched, untouched);
}

/** An overlay of some classes only: the others are `untouched`. */
export function restrictOverlay(overlay: ConnectionMap, within: ClassSet): ConnectionMap {
  return overlay.starts.length === 0 ? overlay : cut(overlay, within, untouched, untouched);
}

/** What an overlay says where it says something, else what the map below says. */
export function overlaid(below: ConnectionMap, overlay: ConnectionMap): ConnectionMap {
  if (overlay.starts.length === 0) return below;
  const starts: ClassId[] = [];
  const connections: ConnectionId[] = [];
  let [i, j] = [0, 0];
  while (i < below.starts.length || j < overlay.starts.length) {
    const at = Math.min(below.starts[i] ?? Number.POSITIVE_INFINITY, overlay.starts[j] ?? Number.POSITIVE_INFINITY);
    if (below.starts[i] === at) i++;
    if (overlay.starts[j] === at) j++;
    const own = overlay.connections[j - 1] ?? untouched;
    const now = own === untouched ? (below.connections[i - 1] ?? noConnections) : own;
    if (now === (connections[connections.length - 1] ?? noConnections)) continue;
    starts.push(at);
    connections.push(now);
  }
  return { starts, connections };
}
