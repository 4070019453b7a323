import { type AddressSet, allAddresses } from "../sets/address-set.ts";
import type { Address } from "../sets/address.ts";
import { union, unionAll } from "../sets/interval-set.ts";
import { placeAddresses, placesIn } from "../sets/reserved-places.ts";

/** What address sets tell apart. */
export interface AddressAtoms {
  readonly boundaries: readonly Address[];
  /** The number of each boundary. */
  readonly atoms: ReadonlyMap<Address, number>;
  readonly everywhere: AddressSet;
}

/** The addresses that some of these sets tell apart from others. */
export function addressAtoms(sets: readonly AddressSet[]): AddressAtoms {
  return sets.length === 0 ? undivided : atomsOf(sets);
}

function atomsOf(sets: readonly AddressSet[]): AddressAtoms {
  const places = unionAll(sets.map((set) => placeAddresses(...placesIn(set))));
  const everywhere = union(allAddresses, places);
  const known = new Set<Address>(everywhere);
  for (const set of sets) for (const boundary of set) known.add(boundary);
  const boundaries = [...known].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return { boundaries, atoms: new Map(boundaries.map((boundary, atom) => [boundary, atom])), everywhere };
}

/** Those of the many questions that are about labels alone. */
const undivided = atomsOf([]);
