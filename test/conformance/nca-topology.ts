import type { ComparedRelations } from "../../packages/core/src/reachability/compare-relations.ts";
import type { Reachability } from "../../packages/core/src/reachability/reachability.ts";
import { noConnections } from "../../packages/core/src/sets/connection-set.ts";

/**
 * How many of the sorts of change there are: connections added and removed between pods that stay, and between those and
 * addresses; and connections of pods that came or went, among themselves, with those that stay, and with addresses.
 */
export function topologyChanges(compared: ComparedRelations): number {
  const sorts = new Set<string>();
  for (const { source, target, before, after } of compared.differences()) {
    const place = source.workload === undefined || target.workload === undefined ? "outside" : "pods";
    if (compared.table.difference(before, after) !== noConnections) sorts.add(`removed ${place}`);
    if (compared.table.difference(after, before) !== noConnections) sorts.add(`added ${place}`);
  }
  for (const sort of changedPods(compared.before, compared.onlyBefore)) sorts.add(`gone ${sort}`);
  for (const sort of changedPods(compared.after, compared.onlyAfter)) sorts.add(`new ${sort}`);
  return sorts.size;
}

/** With whom pods that are on this side only have connections. */
function changedPods(reachability: Reachability, workloads: ComparedRelations["onlyBefore"]): ReadonlySet<string> {
  const changed = new Set(workloads);
  const own = new Set(reachability.cluster.workloads);
  const members = reachability.pods.classes.flatMap(({ id, members: all }) =>
    all.filter(({ workload }) => own.has(workload)).map(({ workload }) => ({ id, workload })),
  );
  const outside = reachability.addresses.classes.map((_, i) => ({
    id: reachability.pods.classes.length + i,
    workload: undefined,
  }));
  const sorts = new Set<string>();
  for (const one of members) {
    if (!changed.has(one.workload)) continue;
    for (const other of [...members, ...outside]) {
      if (other.workload === one.workload) continue;
      const [to, from] = [reachability.connections(one.id, other.id), reachability.connections(other.id, one.id)];
      if (to === noConnections && from === noConnections) continue;
      sorts.add(other.workload === undefined ? "outside" : changed.has(other.workload) ? "among" : "staying");
    }
  }
  return sorts;
}
