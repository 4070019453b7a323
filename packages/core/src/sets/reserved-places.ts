import { type Address, familyEnd, formatAddress } from "./address.ts";
import type { AddressSet } from "./address-set.ts";
import { intersection, unionAll } from "./interval-set.ts";

/**
 * Places that Cilium knows by a reserved identity and nobody by an address: the node of the other end, other nodes, what
 * Cilium itself runs. Where the API server is may not be known: on a node, or outside.
 */
export const reservedPlaces = [
  "host",
  "remote-node",
  "health",
  "ingress",
  "init",
  "unmanaged",
  "kube-apiserver[node]",
  "kube-apiserver[outside]",
] as const;

/** A place with a reserved identity. */
export type ReservedPlace = (typeof reservedPlaces)[number];

/** Endpoints of Cilium that are no pods: policies for the whole cluster select them, as they do pods. */
export const selectablePlaces: readonly ReservedPlace[] = ["health", "ingress", "init"];

/** Nodes, as the other end sees them: policies for nodes select them. */
export const nodePlaces: readonly ReservedPlace[] = ["host", "remote-node", "kube-apiserver[node]"];

/** The reserved identities that people name, and the places that each may be. */
const places: ReadonlyMap<string, readonly ReservedPlace[]> = new Map<string, readonly ReservedPlace[]>([
  ...reservedPlaces.slice(0, 6).map((place) => [place, [place]] as const),
  ["kube-apiserver", ["kube-apiserver[node]", "kube-apiserver[outside]"]],
]);

/** The places of a reserved identity, as `host`; undefined where there is none of that name. */
export function placesOf(identity: string): readonly ReservedPlace[] | undefined {
  return places.get(identity);
}

// Behind the addresses of both families, each apart from the next, so that sets of them never look like ranges.
const start: Address = familyEnd(6) + 2n;

function positionOf(place: ReservedPlace): Address {
  return start + 2n * BigInt(reservedPlaces.indexOf(place));
}

/** Places as members of a set of addresses, which they share with no address. */
export function placeAddresses(...of: readonly ReservedPlace[]): AddressSet {
  return unionAll(of.map((place) => [positionOf(place), positionOf(place) + 1n]));
}

/** The place that stands for an address; undefined for an address that is one. */
export function placeAt(address: Address): ReservedPlace | undefined {
  return address < start ? undefined : reservedPlaces[Number((address - start) / 2n)];
}

/** The places in a set. */
export function placesIn(set: AddressSet): readonly ReservedPlace[] {
  if ((set[set.length - 1] ?? 0n) <= start) return [];
  return reservedPlaces.filter((place) => intersection(set, placeAddresses(place)).length > 0);
}

/** What places are called together: `reserved:host`, `reserved:kube-apiserver`. */
export function placeName(of: readonly ReservedPlace[]): string {
  const known = [...places].find(([, its]) => its.join() === of.join())?.[0];
  return `reserved:${known ?? of.join()}`;
}

/** An address in its canonical form, or what the place is called that stands there. */
export function addressName(address: Address): string {
  const place = placeAt(address);
  return place === undefined ? formatAddress(address) : placeName([place]);
}
