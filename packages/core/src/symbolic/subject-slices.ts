import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Policy } from "../model/policy.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { difference } from "../sets/interval-set.ts";
import { type Box, everywhere, slab } from "./box.ts";
import type { TierSpace } from "./tier-space.ts";

/** The pods of one namespace that has policies of its own, or those of all other namespaces. */
export interface SubjectSlice {
  /** Absent for all other namespaces. */
  readonly namespace: string | undefined;
  readonly box: Box;
}

/**
 * All pods there could be, cut so that a policy of a namespace matters in one slice only. `sets` are the policies of the
 * question.
 */
export function subjectSlices(space: TierSpace, sets: readonly (readonly Policy[])[]): readonly SubjectSlice[] {
  const names = [...new Set(sets.flatMap((set) => set.flatMap(({ namespace }) => namespace ?? [])))].toSorted(
    compareStrings,
  );
  const { universe } = space;
  const dimension = universe.label("subjectNamespace", namespaceNameLabel);
  const named = universe.values("subjectNamespace", namespaceNameLabel, names);
  const others = names.length === 0 ? everywhere : slab(dimension, difference(dimension.all, named));
  return [
    ...names.map((namespace) => ({ namespace, box: space.space.namesBox("subjectNamespace", [namespace]) })),
    { namespace: undefined, box: others },
  ].flatMap(({ namespace, box }) => (box === undefined ? [] : [{ namespace, box }]));
}

/** The policies of a set that can matter in a slice. */
export class SlicedPolicies {
  readonly #clusterWide: readonly Policy[];
  readonly #byNamespace: ReadonlyMap<string | undefined, readonly Policy[]>;

  constructor(policies: readonly Policy[]) {
    this.#byNamespace = groupBy(policies, ({ namespace }) => namespace);
    this.#clusterWide = this.#byNamespace.get(undefined) ?? [];
  }

  /** In the order given, the cluster-wide ones first. */
  in({ namespace }: SubjectSlice): readonly Policy[] {
    const own = namespace === undefined ? [] : (this.#byNamespace.get(namespace) ?? []);
    return [...this.#clusterWide, ...own];
  }
}

/** What a slice is called in a reason. */
export function sliceName({ namespace }: SubjectSlice): string {
  return namespace === undefined ? "namespaces without policies of their own" : `namespace ${namespace}`;
}
