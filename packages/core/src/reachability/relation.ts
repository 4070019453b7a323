import { type Direction, type Policy } from "../model/policy.ts";
import { type ConnectionId, type ConnectionTable, allConnections, noConnections } from "../sets/connection-set.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import type { Cell } from "./connection-map.ts";
import type { Bound, PartExpander } from "./part-expander.ts";
import type { PodClass } from "./pod-classes.ts";
import { type Row, RowFactory } from "./row.ts";
import type { Contribution } from "./rule-items.ts";

/** What one direction allows: a row per signature, and which class has which. */
export interface Side {
  readonly rows: readonly Row[];
  readonly rowOf: readonly Row[];
  readonly factory: RowFactory;
}

/** A policy with what it selects and says, ready for one direction. */
export interface Application {
  readonly policy: Policy;
  readonly subjects: ClassSet;
  readonly contribution: Contribution;
}

/** Signature of a class that no policy isolates. */
const open = 0;

/**
 * The set of contributions a class gets, as a hash-consed list: two classes that were given the same contributions in
 * the same order have the same number. Policies are applied in the order of their contributions, so equal ones meet.
 */
class Signatures {
  readonly #heads: (Contribution | undefined)[] = [undefined, undefined];
  readonly #tails: number[] = [open, open];
  readonly #ids = new Map<number, number>();

  with(signature: number, contribution: Contribution): number {
    // Number 1 is "isolated, nothing allowed": every list ends there.
    const tail = signature === open ? 1 : signature;
    if (contribution.items.length === 0 || this.#heads[tail] === contribution) return tail;
    const key = tail * 2 ** 26 + contribution.id;
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#heads.length;
      this.#heads.push(contribution);
      this.#tails.push(tail);
      this.#ids.set(key, id);
    }
    return id;
  }

  *contributions(signature: number): Generator<Contribution> {
    for (let at = signature; ; at = this.#tails[at] as number) {
      const head = this.#heads[at];
      if (head === undefined) return;
      yield head;
    }
  }
}

/** Builds one direction. `classes` are the pods; address classes follow them and are never isolated. */
export function buildSide(
  applications: readonly Application[],
  direction: Direction,
  classes: readonly PodClass[],
  expander: PartExpander,
  table: ConnectionTable,
  bound: Bound,
): Side {
  const total = expander.everyone.size;
  const signatureOf = new Int32Array(total);
  const signatures = new Signatures();
  for (const { subjects, contribution } of applications.toSorted((a, b) => a.contribution.id - b.contribution.id)) {
    subjects.forEach((id) => {
      signatureOf[id] = signatures.with(signatureOf[id] as number, contribution);
    });
  }
  const factory = new RowFactory(table, total);
  const openRow = factory.open(expander.everyone);
  const rows = new Map<string, Row>();
  const rowOf: Row[] = [];
  for (let id = 0; id < total; id++) {
    const signature = signatureOf[id] as number;
    const row = signature === open ? openRow : rowFor(classes[id] as PodClass, signature);
    row.members.push(id);
    row.dense.members.push(id);
    rowOf.push(row);
  }
  return { rows: openRow.members.length > 0 ? [openRow, ...rows.values()] : [...rows.values()], rowOf, factory };

  function rowFor(subject: PodClass, signature: number): Row {
    // Only a port name on ingress makes classes of one signature differ: it is the subject that resolves it.
    const key = direction === "ingress" ? `${signature}/${subject.portProfile}` : `${signature}`;
    let row = rows.get(key);
    if (row === undefined) {
      const parts: Cell[] = [];
      for (const contribution of signatures.contributions(signature)) {
        for (const item of contribution.items) parts.push(...expander.expand(item, direction, subject, bound));
      }
      row = factory.isolated(parts);
      if (bound === "certain") row = withUnknownPlaces(row, parts, expander, factory, table);
      rows.set(key, row);
    }
    return row;
  }
}

/** A pod at an unknown address is certainly allowed what every address it may have in some family is allowed. */
function withUnknownPlaces(
  row: Row,
  parts: Cell[],
  expander: PartExpander,
  factory: RowFactory,
  table: ConnectionTable,
): Row {
  const extra: Cell[] = [];
  for (const { classes, family, universe } of expander.unknownPlaces) {
    const connections = commonConnections(
      row,
      universe,
      table.intersection(allConnections, table.family[family]),
      table,
    );
    if (connections !== noConnections) extra.push({ classes, connections });
  }
  return extra.length === 0 ? row : factory.isolated([...parts, ...extra]);
}

function commonConnections(row: Row, universe: ClassSet, within: ConnectionId, table: ConnectionTable): ConnectionId {
  let common = within;
  for (let i = 0; i < universe.boundaries.length && common !== noConnections; i += 2) {
    for (
      let id = universe.boundaries[i] as ClassId;
      id < (universe.boundaries[i + 1] as ClassId) && common !== noConnections;
      id++
    ) {
      common = table.intersection(common, row.connections(id));
    }
  }
  return common;
}
