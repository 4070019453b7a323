import { type ConnectionId, type ConnectionTable, noConnections } from "../sets/connection-set.ts";
import { difference } from "../sets/interval-set.ts";
import { groupBy } from "../lib/group-by.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import type { DenseGroup } from "./dense-group.ts";
import type { PairVisitor } from "./pair-blocks.ts";

/** Big sets that allow the same with nearly every class, and the classes that they belong to. */
interface FlatGroup {
  readonly group: DenseGroup;
  readonly members: readonly ClassId[];
  /** What is allowed with all classes but the exceptions. */
  readonly connections: ConnectionId;
  readonly exceptions: ClassSet;
}

/** The groups of one direction, by their classes. */
type Members = ReadonlyMap<DenseGroup, readonly ClassId[]>;

/**
 * Pairs of two directions that both have many groups of which each allows nearly everything: one block for all of them, and
 * a look at what is an exception on either side. With as many groups as classes, going from group to group would be
 * quadratic.
 */
export class FlatGroups {
  readonly #sources: ReadonlyMap<DenseGroup, FlatGroup>;
  readonly #targets: ReadonlyMap<DenseGroup, FlatGroup>;
  readonly #everyone: ClassSet;
  readonly #table: ConnectionTable;

  constructor(egress: Members, ingress: Members, end: ClassId, table: ConnectionTable) {
    this.#everyone = ClassSet.of([0, end]);
    this.#table = table;
    const sources = flatOf(egress, this.#everyone, ingress.size);
    const targets = flatOf(ingress, this.#everyone, egress.size);
    const looks = [...sources, ...targets].reduce((sum, each) => sum + 1 + exceptionalPairs(each), 0);
    const pays = looks < sources.length * targets.length;
    this.#sources = new Map(pays ? sources.map((each) => [each.group, each]) : []);
    this.#targets = new Map(pays ? targets.map((each) => [each.group, each]) : []);
  }

  /** Whether the pairs of an egress group with every ingress group of which `isTarget` is true are visited here. */
  isSource(group: DenseGroup): boolean {
    return this.#sources.has(group);
  }

  isTarget(group: DenseGroup): boolean {
    return this.#targets.has(group);
  }

  /** Visits all pairs of the groups for which `isSource` and `isTarget` are true. */
  visit(visitor: PairVisitor): void {
    const [sources, targets] = [classesOf(this.#sources), classesOf(this.#targets)];
    for (const [out, from] of classesByConnections(this.#sources)) {
      for (const [into, to] of classesByConnections(this.#targets))
        if (this.#table.meets(out, into)) visitor.block(from, this.#everyone, to, this.#everyone);
    }
    const correct = (source: ClassId, from: FlatGroup, target: ClassId, to: FlatGroup): void => {
      const was = this.#table.meets(from.connections, to.connections);
      const is = this.#table.meets(from.group.connections(target), to.group.connections(source));
      if (is !== was) visitor.pair(source, target, is ? 1 : -1);
    };
    for (const from of this.#sources.values()) {
      from.exceptions.forEach((target) => {
        const to = targets.get(target);
        if (to !== undefined) for (const source of from.members) correct(source, from, target, to);
      });
    }
    for (const to of this.#targets.values()) {
      to.exceptions.forEach((source) => {
        const from = sources.get(source);
        if (from === undefined) return;
        for (const target of to.members) if (!from.exceptions.has(target)) correct(source, from, target, to);
      });
    }
  }
}

/** The groups of which a look at every exception is less work than one at every group of the other direction. */
function flatOf(groups: Members, everyone: ClassSet, others: number): readonly FlatGroup[] {
  return [...groups].flatMap(([group, members]) => {
    if (group.isIntricate || group.size === 0) return [];
    const [first, ...rest] = group.cells;
    if (first === undefined) return [];
    const { connections, classes } = rest.reduce((a, b) => (b.classes.size > a.classes.size ? b : a), first);
    if ((everyone.size - classes.size) * members.length > others || connections === noConnections) return [];
    const exceptions = ClassSet.of(difference(everyone.boundaries, classes.boundaries));
    return [{ group, members, connections, exceptions }];
  });
}

function exceptionalPairs({ members, exceptions }: FlatGroup): number {
  return members.length * exceptions.size;
}

function classesOf(groups: ReadonlyMap<DenseGroup, FlatGroup>): ReadonlyMap<ClassId, FlatGroup> {
  return new Map([...groups.values()].flatMap((each) => each.members.map((id) => [id, each] as const)));
}

function classesByConnections(
  groups: ReadonlyMap<DenseGroup, FlatGroup>,
): readonly (readonly [ConnectionId, ClassSet])[] {
  return [...groupBy(groups.values(), ({ connections }) => connections)].map(([connections, alike]) => {
    const members = alike.flatMap((each) => each.members).toSorted((a, b) => a - b);
    return [connections, ClassSet.fromSorted(members)];
  });
}
