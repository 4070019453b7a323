import { type ConnectionId, type ConnectionTable, allConnections, noConnections } from "../sets/connection-set.ts";
import { unionAll } from "../sets/interval-set.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import { type Cell, type ConnectionMap, cellsOf, connectionsAt, constantMap, mergeMaps } from "./connection-map.ts";

/** At least so many look-ups are answered by asking every part. */
const fewLookups = 64;

/** Unions of class sets, each made once: many rows are made of the same few big sets. */
export class SetUnions {
  readonly #ids = new Map<ClassSet, number>();
  readonly #unions = new Map<string, ClassSet>();

  idOf(classes: ClassSet): number {
    let id = this.#ids.get(classes);
    if (id === undefined) this.#ids.set(classes, (id = this.#ids.size));
    return id;
  }

  union(sets: readonly ClassSet[]): ClassSet {
    const [first = ClassSet.empty] = sets;
    if (sets.length < 2) return first;
    const key = [...new Set(sets.map((set) => this.idOf(set)))].toSorted((a, b) => a - b).join();
    let union = this.#unions.get(key);
    if (union === undefined)
      this.#unions.set(key, (union = ClassSet.of(unionAll(sets.map(({ boundaries }) => boundaries)))));
    return union;
  }
}

/**
 * The big sets of a row. Rows with the same big sets share this object, so pairs of them are counted block by block. The
 * sets may overlap in as many ways as there are classes: what they allow class by class is made only when it is asked for.
 */
export class DenseGroup {
  /** Whether the sets cut each other into many pieces, so that what they allow together is dear to make. */
  readonly isIntricate: boolean;
  /** What is allowed, set by set. Sets may overlap. */
  readonly parts: readonly Cell[];
  readonly #end: ClassId;
  readonly #table: ConnectionTable;
  readonly #unions: SetUnions;
  readonly #meeting = new Map<ConnectionId, ClassSet>();
  #map: ConnectionMap | undefined;
  #cells: readonly Cell[] | undefined;
  #lookups = 0;
  /** Look-ups after which it is cheaper to have the map than to ask every part. */
  readonly #maxLookups: number;

  /** Sets with no more than `fewBoundaries` boundaries in all are cut into pieces without more ado. */
  constructor(
    parts: readonly Cell[],
    end: ClassId,
    table: ConnectionTable,
    unions: SetUnions,
    fewBoundaries: number,
    map?: ConnectionMap,
  ) {
    this.parts = parts;
    this.#end = end;
    this.#table = table;
    this.#unions = unions;
    this.#map = map;
    if (map !== undefined || parts.length < 2) this.#cells = parts;
    const boundaries = parts.reduce((sum, { classes }) => sum + classes.boundaries.length, 0);
    this.#maxLookups = Math.max(fewLookups, boundaries / Math.max(1, parts.length));
    this.isIntricate = this.#cells === undefined && boundaries > fewBoundaries;
  }

  /** A group of what a map tells. */
  static ofMap(map: ConnectionMap, end: ClassId, table: ConnectionTable, unions: SetUnions): DenseGroup {
    return new DenseGroup(cellsOf(map, end), end, table, unions, Number.POSITIVE_INFINITY, map);
  }

  /** How many sets there are. */
  get size(): number {
    return this.parts.length;
  }

  /** What they allow, class by class: one look-up, however many sets there are. */
  get map(): ConnectionMap {
    this.#map ??= mergeMaps(
      this.parts.map((part) => constantMap(part.classes, part.connections)),
      this.#table,
    );
    return this.#map;
  }

  /** The same as disjoint cells. */
  get cells(): readonly Cell[] {
    this.#cells ??= cellsOf(this.map, this.#end);
    return this.#cells;
  }

  /** What they allow with one class. */
  connections(id: ClassId): ConnectionId {
    if (this.#map !== undefined || this.#lookups++ > this.#maxLookups) return connectionsAt(this.map, id);
    let connections = noConnections;
    for (const part of this.parts)
      if (part.classes.has(id)) connections = this.#table.union(connections, part.connections);
    return connections;
  }

  /** The classes with which something of `connections` is allowed. */
  meeting(connections: ConnectionId): ClassSet {
    let classes = this.#meeting.get(connections);
    if (classes === undefined) {
      const meeting = this.parts.filter((part) => this.#table.meets(part.connections, connections));
      classes = this.#unions.union(meeting.map((part) => part.classes));
      this.#meeting.set(connections, classes);
    }
    return classes;
  }

  /** Whether what this group allows with `id` and what another allows with `otherId` share a connection. Stores nothing. */
  meets(id: ClassId, other: DenseGroup, otherId: ClassId): boolean {
    for (const mine of this.parts) {
      if (!mine.classes.has(id)) continue;
      for (const theirs of other.parts)
        if (theirs.classes.has(otherId) && this.#table.meets(mine.connections, theirs.connections)) return true;
    }
    return false;
  }

  /** Whether everything is allowed with every class. */
  get isEverything(): boolean {
    const together = this.#table.unionAll([...new Set(this.parts.map(({ connections }) => connections))]);
    if (together !== allConnections || this.meeting(allConnections).size < this.#end) return false;
    for (let id = 0; id < this.#end; id++) if (this.connections(id) !== allConnections) return false;
    return true;
  }
}
