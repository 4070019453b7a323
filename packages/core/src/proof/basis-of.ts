import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Cluster, NotEvaluatedObject } from "../model/cluster.ts";
import type { Assumptions } from "../model/assumptions.ts";
import { whyLeftOut } from "../semantics/under-assumptions.ts";
import type { Basis, NotEvaluated } from "../answers/basis.ts";

const shownObjects = 5;

/** What an answer about `cluster` rests on. */
export function basisOf(cluster: Cluster, assumptions: Assumptions): Basis {
  return {
    assumptions,
    notEvaluated: notEvaluatedKinds([...cluster.notEvaluated, ...leftOutByDataplane(cluster, assumptions)]),
    inputs: { ...cluster.inputs, problems: cluster.problems },
  };
}

/** Policies that the cluster's data plane does not enforce: they are read, and count for nothing. */
function leftOutByDataplane({ policies }: Cluster, assumptions: Assumptions): readonly NotEvaluatedObject[] {
  if (assumptions.dataplane === "unknown") return [];
  return policies.flatMap((policy) => {
    const reason = (policy.part ?? 0) === 0 ? whyLeftOut(policy, assumptions) : undefined;
    return reason === undefined ? [] : [{ ref: policy.ref, reason, origin: policy.origin }];
  });
}

function notEvaluatedKinds(notEvaluated: readonly NotEvaluatedObject[]): readonly NotEvaluated[] {
  const groups = groupBy(notEvaluated, ({ ref, reason }) => `${ref.kind}\u0000${reason}`);
  return [...groups]
    .toSorted(([a], [b]) => compareStrings(a, b))
    .map(([, objects]) => ({
      kind: objects[0]?.ref.kind ?? "",
      count: objects.length,
      reason: objects[0]?.reason ?? "",
      // One name may stand for several objects, as of a repository with variants of a cluster.
      objects: [...new Set(objects.map(({ ref }) => nameText(ref)))].toSorted(compareStrings).slice(0, shownObjects),
    }));
}

/** `namespace/name`; an object without a name has none to tell. */
function nameText({ namespace, name }: NotEvaluatedObject["ref"]): string {
  const shown = name === "" ? "(no name)" : name;
  return namespace === undefined ? shown : `${namespace}/${shown}`;
}
