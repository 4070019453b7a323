import { noConnections } from "../sets/connection-set.ts";
import { unionAll } from "../sets/interval-set.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import type { Cell, ConnectionMap } from "./connection-map.ts";
import type { DenseGroup } from "./dense-group.ts";
import type { Row } from "./row.ts";

const memos = new WeakMap<Row, WeakMap<Row, ClassSet>>();
const sameSets = new WeakMap<ClassSet, WeakMap<ClassSet, boolean>>();

/**
 * The classes to which two rows over the same classes do not allow the same. Where sets cut each other into many pieces
 * it is those about which the rows do not say the same, which may be more: nothing is cut to find them.
 */
export function differingClasses(a: Row | undefined, b: Row | undefined): ClassSet {
  if (a === b || a === undefined || b === undefined) return ClassSet.empty;
  let memo = memos.get(a);
  if (memo === undefined) memos.set(a, (memo = new WeakMap<Row, ClassSet>()));
  let classes = memo.get(b);
  if (classes === undefined) memo.set(b, (classes = differingRows(a, b)));
  return classes;
}

function differingRows(a: Row, b: Row): ClassSet {
  const isPlain = a.onlyAdds && b.onlyAdds;
  if (!isPlain || !(a.dense.isIntricate || b.dense.isIntricate)) return ClassSet.of(differing(a.toMap(), b.toMap()));
  const changed = [...partsNotIn(a.dense, b.dense), ...partsNotIn(b.dense, a.dense)];
  return ClassSet.of(unionAll([...changed.map(({ classes }) => classes.boundaries), differing(a.sparse, b.sparse)]));
}

function partsNotIn(a: DenseGroup, b: DenseGroup): readonly Cell[] {
  return a.parts.filter(
    ({ classes, connections }) =>
      !b.parts.some((other) => other.connections === connections && isSame(classes, other.classes)),
  );
}

/** The sets of two relations are different objects, and few: each pair is compared once. */
function isSame(a: ClassSet, b: ClassSet): boolean {
  if (a.size !== b.size || a.boundaries.length !== b.boundaries.length) return false;
  let known = sameSets.get(a);
  if (known === undefined) sameSets.set(a, (known = new WeakMap<ClassSet, boolean>()));
  let is = known.get(b);
  if (is === undefined) known.set(b, (is = a.boundaries.every((boundary, i) => boundary === b.boundaries[i])));
  return is;
}

function differing(a: ConnectionMap, b: ConnectionMap): ClassId[] {
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
  return boundaries;
}
