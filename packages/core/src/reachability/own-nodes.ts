import type { Assumptions } from "../model/assumptions.ts";
import type { Cluster } from "../model/cluster.ts";
import { letsInOwnNode, maybeOwnNode, ownNode, type SpokenOf } from "../semantics/implied-policies.ts";
import { singleAddresses } from "../sets/address-set.ts";
import type { ReservedPlace } from "../sets/reserved-places.ts";
import type { AddressClasses } from "./address-classes.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import type { Bound } from "./part-expander.ts";
import type { PodClasses } from "./pod-classes.ts";

/** The node that the other end runs on, or may run on: Cilium lets that in. */
export class OwnNodes {
  /** What of nodes there is. */
  readonly spoken: SpokenOf;
  /** Certainly, or possibly as well. */
  readonly classes: Readonly<Record<Bound, ClassSet>>;

  constructor(
    { nodes = [] }: Pick<Cluster, "nodes">,
    pods: PodClasses,
    addresses: AddressClasses,
    assumptions: Assumptions,
  ) {
    const offset = pods.classes.length;
    const at = (places: readonly ReservedPlace[]): readonly ClassId[] =>
      places.flatMap((place) => addresses.classOfPlace(place) ?? []).map((own) => offset + own);
    const ofNodes = addresses.classesOf(singleAddresses(nodes.flatMap((node) => node.addresses))).toArray();
    const some = [
      ...pods.classes.slice(pods.selectable).map(({ id }) => id),
      ...ofNodes.map((own) => offset + own),
      ...at(maybeOwnNode(assumptions)),
    ];
    const own = at(ownNode(assumptions));
    const areLetIn = assumptions.dataplane === "cilium" && letsInOwnNode(assumptions);
    const setOf = (ids: readonly ClassId[]): ClassSet =>
      ClassSet.fromSorted(areLetIn ? [...new Set(ids)].toSorted((a, b) => a - b) : []);
    this.classes = { certain: setOf(own), possible: setOf([...own, ...some]) };
    this.spoken = {
      has: (place) => addresses.classOfPlace(place) !== undefined,
      someNode: areLetIn && some.length > 0,
    };
  }
}
