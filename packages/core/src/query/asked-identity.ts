import { UsageError } from "../lib/usage-error.ts";
import type { ListedEndpoint } from "../reachability/endpoints.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { apiServerAddresses } from "../semantics/api-server-place.ts";
import { type AddressSet, allAddresses, singleAddresses } from "../sets/address-set.ts";
import { difference } from "../sets/interval-set.ts";
import { placesOf } from "../sets/reserved-places.ts";
import type { QuestionPart, QuestionSide } from "./resolve-endpoint.ts";

const prefix = "reserved:";

/**
 * The reserved identity of Cilium that a text names, as `reserved:host` or `host`, and as `world`; undefined where it means
 * something else, as a workload of that name.
 */
export function identityNamed(text: string, isWorkload: (name: string) => boolean): string | undefined {
  const name = text.startsWith(prefix) ? text.slice(prefix.length) : text;
  if (name !== "world" && placesOf(name) === undefined) return undefined;
  return name === text && isWorkload(name) ? undefined : name;
}

/** What a question means by an identity. `outside`: the parts that some addresses are in. */
export function identitySide(
  identity: string,
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
  outside: (addresses: AddressSet) => readonly QuestionPart[],
): QuestionSide {
  const { assumptions } = reachability.options;
  const label = `${prefix}${identity}`;
  if (assumptions.dataplane !== "cilium")
    throw new UsageError(
      `${label} is an identity of Cilium, which is not known to enforce these policies: assume dataplane=cilium if it does, or ask for an address that it has`,
    );
  if (identity === "world") {
    const nodes = singleAddresses((reachability.cluster.nodes ?? []).flatMap(({ addresses }) => addresses));
    return { label, parts: outside(difference(allAddresses, nodes)) };
  }
  const known = identity === "kube-apiserver" ? apiServerAddresses(assumptions) : undefined;
  if (known !== undefined) return { label, parts: outside(known) };
  const classes = new Set(
    (placesOf(identity) ?? []).flatMap((place) => reachability.addresses.classOfPlace(place) ?? []),
  );
  const parts = endpoints.flatMap(({ endpoint, classId }): readonly QuestionPart[] =>
    classes.has(classId - reachability.pods.classes.length)
      ? [{ id: endpoint.id, classId, toItself: false, isWorkload: false }]
      : [],
  );
  // It is in one of these places, and nobody knows which.
  return parts.length > 1 ? { label, parts, isName: true } : { label, parts };
}
