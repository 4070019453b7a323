import type { Direction } from "../model/policy.ts";
import type { ConnectionTable } from "../sets/connection-set.ts";
import type { ClassId } from "./class-set.ts";
import type { Bound, PartExpander } from "./part-expander.ts";
import { familiesOf, type PodClass } from "./pod-classes.ts";
import { LayeredRows } from "./layered-rows.ts";
import type { DenseGroup } from "./dense-group.ts";
import { type Row, RowFactory } from "./row.ts";
import type { TierApplications } from "./tier-applications.ts";
import { layersOf, TierSignatures } from "./tier-signatures.ts";
import { type BoundedRow, UnionRows } from "./union-rows.ts";

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
  readonly ofUnions: Map<string, BoundedRow>;
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
  const unions = new UnionRows(direction, expander, table, { factory, ofUnions });
  const rows = new Map<string, BoundedRow>();
  const open: BoundedRow = { certain: factory.open, possible: factory.open };
  const rowOf = Array.from({ length: total }, (_, id) => {
    const speaking = said.filter((tier) => tier.speaksTo(id));
    return speaking.length === 0 ? open : rowsFor(subjectOf(id) as PodClass, speaking);
  });
  const certain = sideOf(rowOf.map((row) => row.certain));
  const isExact = rowOf.every((row) => row.certain === row.possible);
  return { certain, possible: isExact ? certain : sideOf(rowOf.map((row) => row.possible)) };

  function rowsFor(subject: PodClass, speaking: readonly TierSignatures[]): BoundedRow {
    const [only] = speaking;
    const isUnion = speaking.length === 1 && only?.isUnion(subject.id) === true;
    // Only a port name on ingress makes classes of one signature differ: it is the subject that resolves it.
    const profile = direction === "ingress" ? `/${subject.portProfile}` : "";
    const of = ` ${familiesOf(subject).join()}`;
    const key = `${said.map((tier) => tier.keyOf(subject.id)).join(" ")}${profile}${of}`;
    let row = rows.get(key);
    if (row === undefined) {
      row = isUnion
        ? unions.rows(subject, only.unionOf(subject.id) ?? [], `${profile}${of}`)
        : layered.rows(subject, layersOf(speaking, subject, profile));
      rows.set(key, row);
    }
    return row;
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
