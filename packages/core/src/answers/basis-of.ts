import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { Basis, NotEvaluated } from "./basis.ts";

const shownObjects = 5;

/** What an answer about `cluster` rests on. */
export function basisOf(cluster: Cluster, assumptions: Assumptions): Basis {
  return {
    assumptions,
    notEvaluated: notEvaluatedKinds(cluster),
    inputs: { ...cluster.inputs, problems: cluster.problems },
  };
}

function notEvaluatedKinds(cluster: Cluster): readonly NotEvaluated[] {
  const groups = groupBy(cluster.notEvaluated, ({ ref, reason }) => `${ref.kind}\u0000${reason}`);
  return [...groups]
    .toSorted(([a], [b]) => compareStrings(a, b))
    .map(([, objects]) => ({
      kind: objects[0]?.ref.kind ?? "",
      count: objects.length,
      reason: objects[0]?.reason ?? "",
      objects: objects
        .map(({ ref }) => (ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`))
        .toSorted(compareStrings)
        .slice(0, shownObjects),
    }));
}
