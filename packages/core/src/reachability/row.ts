import { type ConnectionId, type ConnectionTable, allConnections, noConnections } from "../sets/connection-set.ts";
import { difference, intersection, meets, union } from "../sets/interval-set.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import { DenseGroup, SetUnions } from "./dense-group.ts";
import {
  type Cell,
  type ConnectionMap,
  connectionsAt,
  constantMap,
  emptyMap,
  intersectMaps,
  mergeMaps,
  overlaid,
  overlayAt,
  overlayOf,
  restrictMap,
  restrictOverlay,
  supportOf,
  untouched,
} from "./connection-map.ts";

/**
 * With whom the classes of one signature may talk in one direction: a few big shared sets, and a small rest. Where
 * NetworkPolicies alone decide, the rest adds to the big sets; where more tiers do, it is the whole truth of the classes
 * that it speaks of. A class that nothing isolates has the row of all classes and all connections.
 */
export class Row {
  /** Whether nothing passes without a rule that allows it. */
  readonly isolated: boolean;
  readonly dense: DenseGroup;
  /** What the small rest adds, or, of an overlay, all that holds for the classes it touches. */
  readonly sparse: ConnectionMap;
  /** The classes that `sparse` says something about. */
  readonly touched: ClassSet;
  /** Whether the rest only adds, so that what the big sets allow is allowed. */
  readonly onlyAdds: boolean;
  readonly #makeUndecided: () => ConnectionMap;
  #undecided: ConnectionMap | undefined;
  readonly #table: ConnectionTable;

  constructor(
    isolated: boolean,
    dense: DenseGroup,
    sparse: ConnectionMap,
    touched: ClassSet,
    onlyAdds: boolean,
    undecided: () => ConnectionMap,
    table: ConnectionTable,
  ) {
    this.isolated = isolated;
    this.dense = dense;
    this.sparse = sparse;
    this.touched = touched;
    this.onlyAdds = onlyAdds;
    this.#makeUndecided = undecided;
    this.#table = table;
  }

  /** Whether the small rest speaks of a class. */
  touches(id: ClassId): boolean {
    return this.onlyAdds ? connectionsAt(this.sparse, id) !== noConnections : overlayAt(this.sparse, id) !== untouched;
  }

  /** What the big sets alone allow with a class. */
  denseConnections(id: ClassId): ConnectionId {
    return this.dense.connections(id);
  }

  /** The connections with a class. */
  connections(id: ClassId): ConnectionId {
    if (this.onlyAdds) return this.#table.union(this.denseConnections(id), connectionsAt(this.sparse, id));
    const own = overlayAt(this.sparse, id);
    return own === untouched ? this.denseConnections(id) : own;
  }

  /** Whether something is allowed with some of the classes. */
  reaches({ boundaries }: ClassSet): boolean {
    const dense = this.dense.meeting(allConnections).boundaries;
    if (meets(dense, this.onlyAdds ? boundaries : difference(boundaries, this.touched.boundaries))) return true;
    const told = ClassSet.of(intersection(boundaries, this.touched.boundaries)).toArray();
    return told.some((id) => this.connections(id) !== noConnections);
  }

  /** What is allowed without a rule that decides about it. */
  undecided(): ConnectionMap {
    return (this.#undecided ??= this.#makeUndecided());
  }

  /** The whole row as one map. */
  toMap(): ConnectionMap {
    return this.onlyAdds
      ? mergeMaps([this.dense.map, this.sparse], this.#table)
      : overlaid(this.dense.map, this.sparse);
  }

  /** The row as one map of some classes: the others have nothing. */
  within(classes: ClassSet): ConnectionMap {
    const dense = restrictMap(this.dense.map, classes);
    return this.onlyAdds
      ? mergeMaps([dense, restrictMap(this.sparse, classes)], this.#table)
      : overlaid(dense, restrictOverlay(this.sparse, classes));
  }

  /** The row with other connections with some classes. */
  narrowed(left: ReadonlyMap<ClassId, ConnectionId>, table: ConnectionTable): Row {
    const ids = [...left.keys()].toSorted((a, b) => a - b);
    const maps = ids.map((id) => constantMap(ClassSet.fromSorted([id]), left.get(id) ?? noConnections));
    const touched = ClassSet.of(union(this.touched.boundaries, ClassSet.fromSorted(ids).boundaries));
    const whole = overlaid(this.toMap(), overlayOf(mergeMaps(maps, table), ClassSet.fromSorted(ids)));
    const undecided = (): ConnectionMap => intersectMaps(this.undecided(), whole, table);
    return new Row(this.isolated, this.dense, overlayOf(whole, touched), touched, false, undecided, table);
  }

  /** Whether another row over the same classes says the same. */
  equals(other: Row): boolean {
    return this.isolated === other.isolated && isSameMap(this.toMap(), other.toMap());
  }
}

function isSameMap(a: ConnectionMap, b: ConnectionMap): boolean {
  return (
    a.starts.length === b.starts.length &&
    a.starts.every((start, i) => start === b.starts[i] && a.connections[i] === b.connections[i])
  );
}

/** A row of a class that several tiers decide about. */
export interface LayeredRow {
  /** Equal where what the big sets tell is. */
  readonly key: string;
  readonly isolated: boolean;
  /** The classes that small sets touch. */
  readonly touched: ClassSet;
  /** What the big sets tell of all classes. */
  readonly below: () => ConnectionMap;
  /** What all sets tell of those that small ones touch. */
  readonly whole: () => ConnectionMap;
  /** What passes all tiers without a rule that decides. */
  readonly undecided: () => ConnectionMap;
}

function nothing(): ConnectionMap {
  return emptyMap;
}

/** Big sets are intricate when they have so many times as many boundaries as the smallest of them has classes. */
const boundariesPerClass = 16;

/** Makes rows, sharing what can be shared. */
export class RowFactory {
  readonly #table: ConnectionTable;
  readonly #end: ClassId;
  readonly #unions = new SetUnions();
  readonly #groups = new Map<string, DenseGroup>();
  /** The row of a class that nothing isolates. */
  readonly open: Row;

  readonly #denseSize: number;

  /** Sets of more than `denseSize` classes are shared between rows, smaller ones merged into each. */
  constructor(table: ConnectionTable, everyone: ClassSet, denseSize: number) {
    this.#table = table;
    this.#denseSize = denseSize;
    this.#end = everyone.size;
    const all = this.#group([{ classes: everyone, connections: allConnections }]);
    this.open = new Row(false, all, emptyMap, ClassSet.empty, true, () => all.map, table);
  }

  /** The row of an isolated class: the union of what its rules allow. */
  isolated(parts: Iterable<Cell>): Row {
    const dense = new Map<ClassSet, Set<ConnectionId>>();
    const sparse: ConnectionMap[] = [];
    for (const { classes, connections } of parts) {
      if (classes.size > this.#denseSize) {
        const ofClasses = dense.get(classes);
        if (ofClasses === undefined) dense.set(classes, new Set([connections]));
        else ofClasses.add(connections);
      } else if (classes.size > 0) sparse.push(constantMap(classes, connections));
    }
    const group = this.#group(
      [...dense].map(([classes, ids]) => ({ classes, connections: this.#table.unionAll([...ids]) })),
    );
    const map = mergeMaps(sparse, this.#table);
    return new Row(true, group, map, supportOf(map, this.#end), true, nothing, this.#table);
  }

  /** The row of a class that more than a union of rules decides about. */
  layered({ key, isolated, touched, below, whole, undecided }: LayeredRow): Row {
    let group = this.#groups.get(key);
    if (group === undefined) {
      this.#groups.set(key, (group = DenseGroup.ofMap(below(), this.#end, this.#table, this.#unions)));
    }
    return new Row(isolated, group, overlayOf(whole(), touched), touched, false, undecided, this.#table);
  }

  #group(parts: readonly Cell[]): DenseGroup {
    const numbered = parts
      .map((part) => ({ part, key: this.#unions.idOf(part.classes) * 2 ** 26 + part.connections }))
      .toSorted((a, b) => a.key - b.key);
    const key = numbered.map((entry) => entry.key).join();
    let group = this.#groups.get(key);
    if (group === undefined) {
      const sorted = numbered.map((entry) => entry.part);
      group = new DenseGroup(sorted, this.#end, this.#table, this.#unions, this.#denseSize * boundariesPerClass);
      this.#groups.set(key, group);
    }
    return group;
  }
}
