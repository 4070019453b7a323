import type { ConnectionTable } from "../sets/connection-set.ts";
import { visitPairs } from "./pair-blocks.ts";
import type { Side } from "./relation.ts";
import type { Weights } from "./weights.ts";

/**
 * The total of weight(a) * weight(b) over all ordered pairs of classes that have a connection, a class with itself
 * included, for each of several weightings at once.
 */
export function countPairs(
  egress: Side,
  ingress: Side,
  table: ConnectionTable,
  weightings: readonly Weights[],
): number[] {
  const totals = weightings.map(() => 0);
  visitPairs(egress, ingress, table, {
    block(sources, admitted, targets, allowed) {
      weightings.forEach((weights, i) => {
        const from = weights.ofIntersection(sources, admitted);
        if (from > 0) totals[i] = (totals[i] as number) + from * weights.ofIntersection(targets, allowed);
      });
    },
    pair(source, target, sign) {
      weightings.forEach((weights, i) => {
        totals[i] = (totals[i] as number) + sign * weights.of(source) * weights.of(target);
      });
    },
  });
  return totals;
}
