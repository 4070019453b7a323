import { type ConnectionTable, noConnections } from "../sets/connection-set.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import { connectionsAt } from "./connection-map.ts";
import type { Side } from "./relation.ts";
import type { DenseGroup } from "./row.ts";
import type { Weights } from "./weights.ts";

/**
 * The total of weight(a) * weight(b) over all ordered pairs of classes that have a connection, a class with itself
 * included, for each of several weightings at once. Nothing is expanded: what the big shared sets allow is counted
 * block by block, and only the pairs that a small set touches are looked at one by one.
 */
export function countPairs(
  egress: Side,
  ingress: Side,
  table: ConnectionTable,
  weightings: readonly Weights[],
): number[] {
  const totals = weightings.map(() => 0);
  const targetGroups = [...ingress.denseGroups].map(
    ([group, members]) => [group, ClassSet.fromSorted(members)] as const,
  );
  for (const [source, members] of egress.denseGroups) {
    if (source.cells.length === 0) continue;
    const sources = ClassSet.fromSorted(members);
    for (const [target, targets] of targetGroups) addBlocks(source, sources, target, targets);
  }
  addTouchedFromSources();
  addTouchedFromTargets();
  return totals;

  function addBlocks(source: DenseGroup, sources: ClassSet, target: DenseGroup, targets: ClassSet): void {
    for (const out of source.cells) {
      for (const into of target.cells) {
        if (table.intersection(out.connections, into.connections) === noConnections) continue;
        weightings.forEach((weights, i) => {
          const from = weights.ofIntersection(sources, into.classes);
          if (from > 0) totals[i] = (totals[i] as number) + from * weights.ofIntersection(targets, out.classes);
        });
      }
    }
  }

  function addTouchedFromSources(): void {
    for (const [row, members] of egress.rows) {
      row.touched.forEach((target) => {
        const out = row.connections(target);
        const denseOut = row.denseConnections(target);
        const into = ingress.rowOf[target] as (typeof ingress.rowOf)[number];
        for (const source of members) {
          if (table.intersection(out, into.connections(source)) === noConnections) continue;
          if (table.intersection(denseOut, into.denseConnections(source)) === noConnections) add(source, target);
        }
      });
    }
  }

  /** Pairs that a small ingress set touches and no small egress set does: those were seen from the source. */
  function addTouchedFromTargets(): void {
    for (const [row, members] of ingress.rows) {
      row.touched.forEach((source) => {
        const into = row.connections(source);
        const denseInto = row.denseConnections(source);
        const from = egress.rowOf[source] as (typeof egress.rowOf)[number];
        for (const target of members) {
          if (connectionsAt(from.sparse, target) !== noConnections) continue;
          const out = from.denseConnections(target);
          if (table.intersection(out, into) !== noConnections && table.intersection(out, denseInto) === noConnections)
            add(source, target);
        }
      });
    }
  }

  function add(source: ClassId, target: ClassId): void {
    weightings.forEach((weights, i) => {
      totals[i] = (totals[i] as number) + weights.of(source) * weights.of(target);
    });
  }
}
