import { pushAll } from "../lib/push-all.ts";
import type { Direction } from "../model/policy.ts";
import { type ConnectionId, type ConnectionTable, noConnections } from "../sets/connection-set.ts";
import { intersection } from "../sets/interval-set.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import type { Cell } from "./connection-map.ts";
import type { Bound, Expansion, PartExpander } from "./part-expander.ts";
import type { PodClass } from "./pod-classes.ts";
import type { Row, RowFactory } from "./row.ts";
import type { Contribution, RuleItem } from "./rule-items.ts";

/** A row under both bounds. `possible` is the same object as `certain` when the input leaves nothing open. */
export type BoundedRow = Readonly<Record<Bound, Row>>;

/** Where the rows of unions are made, and kept. */
interface UnionStore {
  readonly factory: RowFactory;
  readonly ofUnions: Map<string, BoundedRow>;
}

/** The rows of classes that only unions of NetworkPolicies speak to: what their rules allow adds up. */
export class UnionRows {
  readonly #direction: Direction;
  readonly #expander: PartExpander;
  readonly #table: ConnectionTable;
  readonly #store: UnionStore;

  constructor(direction: Direction, expander: PartExpander, table: ConnectionTable, store: UnionStore) {
    this.#direction = direction;
    this.#expander = expander;
    this.#table = table;
    this.#store = store;
  }

  /** The rows of a class by what policies say to it. `view`: equal for classes that see the same of it. */
  rows(subject: PodClass, contributions: readonly Contribution[], view: string): BoundedRow {
    const key = `${contributions.map(({ id }) => id).join()}${view}`;
    let known = this.#store.ofUnions.get(key);
    if (known === undefined) this.#store.ofUnions.set(key, (known = this.#make(subject, contributions)));
    return known;
  }

  #make(subject: PodClass, contributions: readonly Contribution[]): BoundedRow {
    const expander = this.#expander;
    const direction = this.#direction;
    const selected: Record<Bound, Cell[]> = { certain: [], possible: [] };
    const placed: Record<Bound, Cell[]> = { certain: [], possible: [] };
    const add = ({ selected: pods, placed: places }: Expansion, bound: Bound): void => {
      pushAll(selected[bound], pods);
      pushAll(placed[bound], places);
    };
    let isExact = true;
    const all = contributions.flatMap(({ items }) => items);
    for (const item of all) {
      const sure = expander.expansion(item, direction, subject, "certain");
      const isOpen = expander.isOpen(item);
      add(sure, "certain");
      add(isOpen ? expander.expansion(item, direction, subject, "possible") : sure, "possible");
      isExact &&= !isOpen;
    }
    const row = (bound: Bound): Row =>
      this.#store.factory.isolated([...selected[bound], ...expander.spoken.ofCells(placed[bound], subject, bound)]);
    pushAll(placed.certain, this.#atUnknownPlaces(selected.certain, direction === "egress" ? all : []));
    const certain = row("certain");
    if (isExact && placed.certain.length === 0) return { certain, possible: certain };
    const possible = row("possible");
    return { certain, possible: placed.certain.length > 0 && certain.equals(possible) ? certain : possible };
  }

  /** A pod at an unknown address is certainly allowed what every address that it may have in some family is allowed. */
  #atUnknownPlaces(selected: readonly Cell[], mayName: readonly RuleItem[]): readonly Cell[] {
    const { everyone, unknownPlaces, byProfile } = this.#expander;
    if (unknownPlaces.length === 0) return [];
    const { factory } = this.#store;
    const rows = new Map([[everyone, factory.isolated(selected)]]);
    for (const { classes, sample } of byProfile) {
      const named = mayName.flatMap((item) => this.#expander.namesAt(item, sample));
      if (named.length > 0) rows.set(classes, factory.isolated([...selected, ...named]));
    }
    // Pods on the network of nodes have no profile of names.
    return unknownPlaces.flatMap(({ classes, family, universe }) =>
      [...rows].flatMap(([pods, row]): readonly Cell[] => {
        const connections = this.#common(row, universe, this.#table.family[family]);
        const those = ClassSet.of(intersection(classes.boundaries, pods.boundaries));
        return connections === noConnections ? [] : [{ classes: those, connections }];
      }),
    );
  }

  /** What a row allows to all classes of a universe. */
  #common(row: Row, universe: ClassSet, within: ConnectionId): ConnectionId {
    let common = within;
    for (let i = 0; i < universe.boundaries.length && common !== noConnections; i += 2) {
      const end = universe.boundaries[i + 1] as ClassId;
      for (let id = universe.boundaries[i] as ClassId; id < end && common !== noConnections; id++)
        common = this.#table.intersection(common, row.connections(id));
    }
    return common;
  }
}
