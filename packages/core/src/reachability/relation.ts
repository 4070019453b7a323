import { pushAll } from "../lib/push-all.ts";
import type { Direction } from "../model/policy.ts";
import { type ConnectionId, type ConnectionTable, noConnections } from "../sets/connection-set.ts";
import { intersection } from "../sets/interval-set.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import type { Cell } from "./connection-map.ts";
import type { Bound, Expansion, PartExpander } from "./part-expander.ts";
import { familiesOf, type PodClass } from "./pod-classes.ts";
import { LayeredRows } from "./layered-rows.ts";
import type { DenseGroup } from "./dense-group.ts";
import { type Row, RowFactory } from "./row.ts";
import type { Contribution, RuleItem } from "./rule-items.ts";
import type { TierApplications } from "./tier-applications.ts";
import { layersOf, TierSignatures } from "./tier-signatures.ts";

/** What one direction allows: which class has which row, and back. */
export interface Side {
  /** By class. */
  readonly rowOf: readonly Row[];
  /** The classes of each row, and of each group of big sets, ascending. */
  readonly rows: ReadonlyMap<Row, readonly ClassId[]>;
  readonly denseGroups: ReadonlyMap<DenseGroup, readonly ClassId[]>;
}

/** A direction under both bounds. `possible` is the same object as `certain` when the input leaves nothing open. */
export type BoundedSide = Readonly<Record<Bound, Side>>;

/** The rows of one direction that are made: equal ones of several relations over the same classes are one object. */
export interface KnownRows {
  readonly denseSize: number;
  readonly factory: RowFactory;
  /** Of classes that only unions of NetworkPolicies speak to: by what these say. */
  readonly ofUnions: Map<string, Readonly<Record<Bound, Row>>>;
}

/** None yet. */
export function knownRows(table: ConnectionTable, expander: PartExpander, denseSize: number): KnownRows {
  return { denseSize, factory: new RowFactory(table, expander.everyone, denseSize), ofUnions: new Map() };
}

/** Builds one direction. `subjectOf`: what policies see of a class that they select; addresses are none. */
export function buildSide(
  tiers: readonly TierApplications[],
  direction: Direction,
  subjectOf: (id: ClassId) => PodClass | undefined,
  expander: PartExpander,
  table: ConnectionTable,
  { factory, ofUnions, denseSize }: KnownRows,
): BoundedSide {
  const total = expander.everyone.size;
  const said = tiers.map((tier, position) => new TierSignatures(tier, position, total));
  // What tiers say is numbered for each relation anew: the rows that they make are its own.
  const layered = new LayeredRows(
    direction,
    expander,
    new RowFactory(table, expander.everyone, denseSize),
    table,
    denseSize,
  );
  const rows = new Map<string, Readonly<Record<Bound, Row>>>();
  const open = { certain: factory.open, possible: factory.open };
  const rowOf = Array.from({ length: total }, (_, id) => {
    const speaking = said.filter((tier) => tier.speaksTo(id));
    return speaking.length === 0 ? open : rowsFor(subjectOf(id) as PodClass, speaking);
  });
  const certain = sideOf(rowOf.map((row) => row.certain));
  const isExact = rowOf.every((row) => row.certain === row.possible);
  return { certain, possible: isExact ? certain : sideOf(rowOf.map((row) => row.possible)) };

  function rowsFor(subject: PodClass, speaking: readonly TierSignatures[]): Readonly<Record<Bound, Row>> {
    const [only] = speaking;
    const isUnion = speaking.length === 1 && only?.isUnion(subject.id) === true;
    // Only a port name on ingress makes classes of one signature differ: it is the subject that resolves it.
    const profile = direction === "ingress" ? `/${subject.portProfile}` : "";
    const of = ` ${familiesOf(subject).join()}`;
    const key = `${said.map((tier) => tier.keyOf(subject.id)).join(" ")}${profile}${of}`;
    let row = rows.get(key);
    if (row === undefined) {
      row = isUnion
        ? unionRows(subject, only.unionOf(subject.id) ?? [], `${profile}${of}`)
        : layered.rows(subject, layersOf(speaking, subject, profile));
      rows.set(key, row);
    }
    return row;
  }

  function unionRows(
    subject: PodClass,
    contributions: readonly Contribution[],
    view: string,
  ): Readonly<Record<Bound, Row>> {
    const key = `${contributions.map(({ id }) => id).join()}${view}`;
    let known = ofUnions.get(key);
    if (known === undefined) ofUnions.set(key, (known = makeRows(subject, contributions)));
    return known;
  }

  function makeRows(subject: PodClass, contributions: readonly Contribution[]): Readonly<Record<Bound, Row>> {
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
      factory.isolated([...selected[bound], ...expander.spoken.ofCells(placed[bound], subject, bound)]);
    pushAll(placed.certain, atUnknownPlaces(selected.certain, direction === "egress" ? all : []));
    const certain = row("certain");
    if (isExact && placed.certain.length === 0) return { certain, possible: certain };
    const possible = row("possible");
    return { certain, possible: placed.certain.length > 0 && certain.equals(possible) ? certain : possible };
  }

  /** A pod at an unknown address is certainly allowed what every address that it may have in some family is allowed. */
  function atUnknownPlaces(selected: readonly Cell[], mayName: readonly RuleItem[]): readonly Cell[] {
    if (expander.unknownPlaces.length === 0) return [];
    const rows = new Map([[expander.everyone, factory.isolated(selected)]]);
    for (const { classes, sample } of expander.byProfile) {
      const named = mayName.flatMap((item) => expander.namesAt(item, sample));
      if (named.length > 0) rows.set(classes, factory.isolated([...selected, ...named]));
    }
    return expander.unknownPlaces.flatMap(({ of, classes, family, universe }) =>
      [...rows].flatMap(([pods, row]): readonly Cell[] => {
        if (of === "node" && pods !== expander.everyone) return [];
        const connections = commonConnections(row, universe, table.family[family], table);
        const those = ClassSet.of(intersection(classes.boundaries, pods.boundaries));
        return connections === noConnections ? [] : [{ classes: those, connections }];
      }),
    );
  }
}

/** A direction from the rows of its classes. */
export function sideOf(rowOf: readonly Row[]): Side {
  const rows = new Map<Row, ClassId[]>();
  const denseGroups = new Map<DenseGroup, ClassId[]>();
  rowOf.forEach((row, id) => {
    append(rows, row, id);
    append(denseGroups, row.dense, id);
  });
  return { rowOf, rows, denseGroups };
}

function append<K>(map: Map<K, ClassId[]>, key: K, id: ClassId): void {
  const ids = map.get(key);
  if (ids === undefined) map.set(key, [id]);
  else ids.push(id);
}

function commonConnections(row: Row, universe: ClassSet, within: ConnectionId, table: ConnectionTable): ConnectionId {
  let common = within;
  for (let i = 0; i < universe.boundaries.length && common !== noConnections; i += 2) {
    const end = universe.boundaries[i + 1] as ClassId;
    for (let id = universe.boundaries[i] as ClassId; id < end && common !== noConnections; id++) {
      common = table.intersection(common, row.connections(id));
    }
  }
  return common;
}
