import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Cluster, NotEvaluatedObject } from "../model/cluster.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { UnderAssumption } from "../model/policy.ts";
import type { Basis, NotEvaluated } from "./basis.ts";

const shownObjects = 5;

/** What an answer about `cluster` rests on. */
export function basisOf(cluster: Cluster, assumptions: Assumptions): Basis {
  return {
    assumptions,
    notEvaluated: notEvaluatedKinds([...cluster.notEvaluated, ...ofOtherDataplanes(cluster, assumptions)]),
    inputs: { ...cluster.inputs, problems: cluster.problems },
  };
}

/** Policies that only another data plane than the cluster's enforces: they are read, and count for nothing. */
function ofOtherDataplanes({ policies }: Cluster, { dataplane }: Assumptions): readonly NotEvaluatedObject[] {
  if (dataplane === "unknown") return [];
  const reason = `${dataplane} enforces the policies of this cluster, and not these: --assume dataplane says otherwise`;
  return policies
    .filter(({ part = 0, ifAssumed = [] }) => part === 0 && ifAssumed.some((each) => isDroppedBy(each, dataplane)))
    .map(({ ref, origin }) => ({ ref, reason, origin }));
}

function isDroppedBy({ is, instead }: UnderAssumption, dataplane: Assumptions["dataplane"]): boolean {
  return instead === "not in force" && is.dataplane === dataplane;
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
function nameText({ namespace, name }: ObjectRef): string {
  const shown = name === "" ? "(no name)" : name;
  return namespace === undefined ? shown : `${namespace}/${shown}`;
}
