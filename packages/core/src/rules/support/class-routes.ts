import { groupBy } from "../../lib/group-by.ts";
import { type ClassId, ClassSet } from "../../reachability/class-set.ts";
import { restrictMap } from "../../reachability/connection-map.ts";
import type { Reachability } from "../../reachability/reachability.ts";
import type { Row } from "../../reachability/row.ts";
import { noConnections } from "../../sets/connection-set.ts";
import type { Budget } from "../../symbolic/budget.ts";

/** Which of some classes some others certainly reach: by rows, not by pairs. Undefined when there are too many. */
export function reachedClasses(
  reachability: Reachability,
  from: ClassSet,
  to: ClassSet,
  budget: Budget,
): ClassSet | undefined {
  const { table, certain } = reachability;
  const sources = byRow(from, certain.egress.rowOf);
  const targets = byRow(to, certain.ingress.rowOf);
  const reached = new Set<ClassId>();
  for (const [egress, senders] of sources) {
    const ofSenders = ClassSet.fromSorted(senders);
    for (const [ingress, receivers] of targets) {
      // Rows tell of all their classes, so what any of the senders may send is sent by each of them alike.
      const admitted = table.unionAll([...new Set(restrictMap(ingress.toMap(), ofSenders).connections)]);
      if (!budget.spend(1 + receivers.length)) return undefined;
      if (admitted === noConnections) continue;
      for (const id of receivers)
        if (table.intersection(egress.connections(id), admitted) !== noConnections) reached.add(id);
    }
  }
  return ClassSet.fromSorted([...reached].toSorted((a, b) => a - b));
}

function byRow(classes: ClassSet, rowOf: readonly Row[]): ReadonlyMap<Row, readonly ClassId[]> {
  return groupBy(classes.toArray(), (id) => rowOf[id] as Row); // every class has a row
}
