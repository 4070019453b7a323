import { type ConnectionId, type ConnectionTable, allConnections } from "../sets/connection-set.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import {
  type Cell,
  type ConnectionMap,
  cellsOf,
  connectionsAt,
  constantMap,
  emptyMap,
  mergeMaps,
  supportOf,
} from "./connection-map.ts";

/** The big sets of a row. Rows with the same big sets share this object, so pairs of them are counted block by block. */
export interface DenseGroup {
  readonly parts: readonly Cell[];
  /** The union of the parts, class by class: one look-up, however many parts there are. */
  readonly map: ConnectionMap;
  /** The parts made disjoint. */
  readonly cells: readonly Cell[];
}

/**
 * With whom the classes of one signature may talk in one direction: a union of big shared sets and a map of the small
 * rest. A class that is not isolated has the row of all classes and all connections.
 */
export class Row {
  readonly isolated: boolean;
  readonly dense: DenseGroup;
  readonly sparse: ConnectionMap;
  /** The classes that `sparse` says something about. */
  readonly touched: ClassSet;
  readonly #table: ConnectionTable;

  constructor(isolated: boolean, dense: DenseGroup, sparse: ConnectionMap, touched: ClassSet, table: ConnectionTable) {
    this.isolated = isolated;
    this.dense = dense;
    this.sparse = sparse;
    this.touched = touched;
    this.#table = table;
  }

  /** What the big sets alone allow with a class. */
  denseConnections(id: ClassId): ConnectionId {
    return connectionsAt(this.dense.map, id);
  }

  /** The connections with a class. */
  connections(id: ClassId): ConnectionId {
    return this.#table.union(this.denseConnections(id), connectionsAt(this.sparse, id));
  }

  /** The whole row as one map. */
  toMap(): ConnectionMap {
    return mergeMaps([this.dense.map, this.sparse], this.#table);
  }
}

/** Makes rows, sharing what can be shared. */
export class RowFactory {
  readonly #table: ConnectionTable;
  readonly #end: ClassId;
  readonly #setIds = new Map<ClassSet, number>();
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
    this.open = new Row(false, all, emptyMap, ClassSet.empty, table);
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
    return new Row(true, group, map, supportOf(map, this.#end), this.#table);
  }

  #group(parts: readonly Cell[]): DenseGroup {
    const numbered = parts
      .map((part) => ({ part, key: this.#setId(part.classes) * 2 ** 26 + part.connections }))
      .toSorted((a, b) => a.key - b.key);
    const key = numbered.map((entry) => entry.key).join();
    let group = this.#groups.get(key);
    if (group === undefined) {
      const sorted = numbered.map((entry) => entry.part);
      const maps = sorted.map((part) => constantMap(part.classes, part.connections));
      const map = mergeMaps(maps, this.#table);
      group = { parts: sorted, map, cells: sorted.length < 2 ? sorted : cellsOf(map, this.#end) };
      this.#groups.set(key, group);
    }
    return group;
  }

  #setId(classes: ClassSet): number {
    let id = this.#setIds.get(classes);
    if (id === undefined) this.#setIds.set(classes, (id = this.#setIds.size));
    return id;
  }
}
