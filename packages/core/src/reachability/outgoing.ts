import { type ConnectionId, allConnections, noConnections } from "../sets/connection-set.ts";
import type { ClassId } from "./class-set.ts";
import type { Bound } from "./part-expander.ts";
import type { Reachability, Relation } from "./reachability.ts";
import type { DenseGroup } from "./dense-group.ts";
import type { Row } from "./row.ts";

/**
 * Lists what a class may send to whom, class by class, touching little more than what it reaches: it walks the egress
 * row when that is small, else only the ingress rows that mention the class.
 */
export class Outgoing {
  readonly #reachability: Reachability;
  readonly #relation: Relation;
  readonly #rowsOfGroup = new Map<DenseGroup, Row[]>();
  /** Ingress rows whose small sets mention a class. */
  readonly #rowsTouching = new Map<ClassId, Row[]>();

  constructor(reachability: Reachability, bound: Bound) {
    this.#reachability = reachability;
    this.#relation = reachability[bound];
    for (const row of this.#relation.ingress.rows.keys()) {
      append(this.#rowsOfGroup, row.dense, row);
      row.touched.forEach((id) => append(this.#rowsTouching, id, row));
    }
  }

  /**
   * Calls `visit` once for every class that `source` may send something to, in no particular order. What passes between
   * two external addresses is no policy's business: those pairs are left out, but where one is a node and policies are for
   * nodes. Targets that are not wanted cost no more than to say so.
   */
  from(
    source: ClassId,
    visit: (target: ClassId, connections: ConnectionId) => void,
    isWanted: (target: ClassId) => boolean = () => true,
  ): void {
    const { table } = this.#reachability;
    const out = this.#relation.egress.rowOf[source];
    if (out === undefined) return;
    if (out.dense.size === 0) {
      out.touched.forEach((target) => {
        if (!isWanted(target)) return;
        const into = this.#relation.ingress.rowOf[target]?.connections(source) ?? noConnections;
        const both = table.intersection(out.connections(target), into);
        if (both !== noConnections) visit(target, both);
      });
      return;
    }
    const isOpen = out.onlyAdds && !out.isolated;
    // Members ascend and addresses come after pods.
    const podCount = this.#reachability.pods.classes.length;
    const end = source < podCount || this.#reachability.nodes.size > 0 ? Number.POSITIVE_INFINITY : podCount;
    for (const row of this.#admitting(source)) {
      let into: ConnectionId | undefined;
      for (const target of this.#relation.ingress.rows.get(row) ?? []) {
        if (target >= end) break;
        if (!isWanted(target)) continue;
        into ??= row.connections(source);
        const both = isOpen ? into : table.intersection(out.connections(target), into);
        if (both !== noConnections) visit(target, both);
      }
    }
  }

  /** The ingress rows that admit something from a class. */
  #admitting(source: ClassId): ReadonlySet<Row> {
    const rows = new Set<Row>(this.#rowsTouching.get(source));
    for (const [group, ofGroup] of this.#rowsOfGroup) {
      if (group.meeting(allConnections).has(source)) for (const row of ofGroup) rows.add(row);
    }
    return rows;
  }
}

function append<K>(map: Map<K, Row[]>, key: K, row: Row): void {
  const rows = map.get(key);
  if (rows === undefined) map.set(key, [row]);
  else rows.push(row);
}
