import { by } from "../lib/compare.ts";
import type { Cluster, Workload } from "../model/cluster.ts";
import type { ClassId } from "../reachability/class-set.ts";
import type { ComparedEndpoint, ComparedRelations } from "../reachability/compare-relations.ts";
import { listEndpoints } from "../reachability/endpoints.ts";
import type { Reachability } from "../reachability/reachability.ts";

/** An end of a changed connection: one that both sides have, or only one of them. */
export interface DiffEnd {
  readonly id: string;
  readonly namespace?: string;
  /** The class that decides on each side; absent where the side does not have it. */
  readonly before?: ClassId;
  readonly after?: ClassId;
  readonly toItself: boolean;
  readonly isExternal: boolean;
}

/** The endpoints of two states under the names they have in lists. */
export interface DiffEnds {
  readonly ofCompared: ReadonlyMap<ComparedEndpoint, DiffEnd>;
  /** Those that only one side has, sorted by id. */
  readonly added: readonly DiffEnd[];
  readonly removed: readonly DiffEnd[];
}

/** Names what is compared as a list would. Ends that both sides have take their name from the second. */
export function diffEnds(compared: ComparedRelations, before: Cluster, after: Cluster): DiffEnds {
  const names = { before: namesOf(compared.before, before), after: namesOf(compared.after, after) };
  const ofCompared = new Map<ComparedEndpoint, DiffEnd>();
  const known = { before: new Set<string>(), after: new Set<string>() };
  for (const endpoint of compared.endpoints) {
    const { workload, before: was, after: is, toItself } = endpoint;
    if (workload === undefined) {
      ofCompared.set(endpoint, { id: "", before: was, after: is, toItself, isExternal: true });
      continue;
    }
    known.before.add(`${was} ${workload.id}`);
    known.after.add(`${is} ${workload.id}`);
    const id = names.after.get(`${is} ${workload.id}`)?.id ?? workload.id;
    ofCompared.set(endpoint, {
      id,
      namespace: workload.namespace,
      before: was,
      after: is,
      toItself,
      isExternal: false,
    });
  }
  const only = (side: "before" | "after"): readonly DiffEnd[] =>
    [...names[side]]
      .filter(([key]) => !known[side].has(key))
      .map(([, { id, workload, classId }]): DiffEnd => ({
        id,
        namespace: workload.namespace,
        [side]: classId,
        toItself: workload.mayHaveTwoPods,
        isExternal: false,
      }))
      .toSorted(by(({ id }) => id));
  return { ofCompared, added: only("after"), removed: only("before") };
}

interface Named {
  readonly id: string;
  readonly workload: Workload;
  readonly classId: ClassId;
}

/** The parts of a cluster's own workloads, by class and workload: the other side's are in the same partition. */
function namesOf(reachability: Reachability, cluster: Cluster): ReadonlyMap<string, Named> {
  const own = new Set(cluster.workloads);
  const names = new Map<string, Named>();
  for (const { endpoint, classId, workload } of listEndpoints(reachability)) {
    if (workload === undefined || !own.has(workload)) continue;
    names.set(`${classId} ${workload.id}`, { id: endpoint.id, workload, classId });
  }
  return names;
}
