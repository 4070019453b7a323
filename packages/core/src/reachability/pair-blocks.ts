import { countStep } from "../lib/stoppable.ts";
import { type ConnectionTable, noConnections } from "../sets/connection-set.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import type { Side } from "./relation.ts";
import type { DenseGroup } from "./dense-group.ts";
import { FlatGroups } from "./flat-groups.ts";

/** Takes all pairs of classes with a connection, each exactly once: in blocks, or alone. */
export interface PairVisitor {
  /** Every class in `sources` and `admitted` with every class in `targets` and `allowed`. */
  block(sources: ClassSet, admitted: ClassSet, targets: ClassSet, allowed: ClassSet): void;
  /** A pair that is in no block, or of which the big sets alone do not tell the truth: 1 when it is to be added, -1 when it came with a block and has no connection. */
  pair(source: ClassId, target: ClassId, sign: 1 | -1): void;
}

/**
 * Visits all ordered pairs of classes that have a connection, a class with itself included. Nothing is expanded: what
 * the big shared sets allow comes block by block, and only the pairs that a small set touches are looked at one by one.
 */
export function visitPairs(egress: Side, ingress: Side, table: ConnectionTable, visitor: PairVisitor): void {
  const targetGroups = [...ingress.denseGroups].map(
    ([group, members]) => [group, ClassSet.fromSorted(members)] as const,
  );
  const flat = new FlatGroups(egress.denseGroups, ingress.denseGroups, egress.rowOf.length, table);
  flat.visit(visitor);
  const otherTargets = targetGroups.filter(([group]) => !flat.isTarget(group));
  for (const [source, members] of egress.denseGroups) {
    countStep();
    if (source.size === 0) continue;
    const sources = ClassSet.fromSorted(members);
    for (const [target, targets] of flat.isSource(source) ? otherTargets : targetGroups)
      visitBlocks(source, sources, target, targets, visitor);
  }
  visitTouchedFromSources(egress, ingress, table, visitor);
  visitTouchedFromTargets(egress, ingress, table, visitor);
}

/** The side with fewer sets is taken cell by cell; of the other it matters only which classes it has some connection with. */
function visitBlocks(
  source: DenseGroup,
  sources: ClassSet,
  target: DenseGroup,
  targets: ClassSet,
  visitor: PairVisitor,
): void {
  if (sources.size === 1 && targets.size === 1) return visitPair(source, only(sources), target, only(targets), visitor);
  if (source.size <= target.size) {
    for (const out of source.cells) visitor.block(sources, target.meeting(out.connections), targets, out.classes);
  } else {
    for (const into of target.cells) visitor.block(sources, into.classes, targets, source.meeting(into.connections));
  }
}

/** Where every class has a row of its own there are as many groups as classes: no more is done for a pair than must be. */
function visitPair(out: DenseGroup, source: ClassId, into: DenseGroup, target: ClassId, visitor: PairVisitor): void {
  if (out.meets(target, into, source)) visitor.pair(source, target, 1);
}

function visitTouchedFromSources(egress: Side, ingress: Side, table: ConnectionTable, visitor: PairVisitor): void {
  for (const [row, members] of egress.rows) {
    countStep();
    row.touched.forEach((target) => {
      const out = row.connections(target);
      const denseOut = row.denseConnections(target);
      const into = ingress.rowOf[target] as (typeof ingress.rowOf)[number];
      for (const source of members) {
        const is = table.intersection(out, into.connections(source)) !== noConnections;
        if (!is && row.onlyAdds && into.onlyAdds) continue;
        const was = table.intersection(denseOut, into.denseConnections(source)) !== noConnections;
        if (is !== was) visitor.pair(source, target, is ? 1 : -1);
      }
    });
  }
}

/** Pairs that a small ingress set touches and no small egress set does: those were seen from the source. */
function visitTouchedFromTargets(egress: Side, ingress: Side, table: ConnectionTable, visitor: PairVisitor): void {
  for (const [row, members] of ingress.rows) {
    countStep();
    row.touched.forEach((source) => {
      const into = row.connections(source);
      const denseInto = row.denseConnections(source);
      const from = egress.rowOf[source] as (typeof egress.rowOf)[number];
      for (const target of members) {
        if (from.touches(target)) continue;
        const out = from.denseConnections(target);
        const is = table.intersection(out, into) !== noConnections;
        if (!is && row.onlyAdds) continue;
        const was = table.intersection(out, denseInto) !== noConnections;
        if (is !== was) visitor.pair(source, target, is ? 1 : -1);
      }
    });
  }
}

function only({ boundaries }: ClassSet): ClassId {
  return boundaries[0] as ClassId; // of a set of one class
}
