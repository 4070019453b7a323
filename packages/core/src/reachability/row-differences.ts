import { noConnections } from "../sets/connection-set.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import type { ConnectionMap } from "./connection-map.ts";
import type { Row } from "./row.ts";

const memos = new WeakMap<Row, WeakMap<Row, ClassSet>>();

/** The classes to which two rows over the same classes do not allow the same. */
export function differingClasses(a: Row | undefined, b: Row | undefined): ClassSet {
  if (a === b || a === undefined || b === undefined) return ClassSet.empty;
  let memo = memos.get(a);
  if (memo === undefined) memos.set(a, (memo = new WeakMap<Row, ClassSet>()));
  let classes = memo.get(b);
  if (classes === undefined) memo.set(b, (classes = differing(a.toMap(), b.toMap())));
  return classes;
}

function differing(a: ConnectionMap, b: ConnectionMap): ClassSet {
  const boundaries: ClassId[] = [];
  let [i, j] = [0, 0];
  let isDifferent = false;
  while (i < a.starts.length || j < b.starts.length) {
    const [nextA, nextB] = [a.starts[i] ?? Number.POSITIVE_INFINITY, b.starts[j] ?? Number.POSITIVE_INFINITY];
    const at = Math.min(nextA, nextB);
    if (nextA === at) i++;
    if (nextB === at) j++;
    const now = (a.connections[i - 1] ?? noConnections) !== (b.connections[j - 1] ?? noConnections);
    if (now === isDifferent) continue;
    boundaries.push(at);
    isDifferent = now;
  }
  return ClassSet.of(boundaries);
}
