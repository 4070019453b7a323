import { type Address, familyEnd, familyOf, familyStart } from "../sets/address.ts";
import { type AddressSet, allAddresses } from "../sets/address-set.ts";
import { type IntervalSet, boundariesUpTo, difference, intersection, union } from "../sets/interval-set.ts";
import { type ReservedPlace, placeAddresses, placeAt } from "../sets/reserved-places.ts";
import { ClassSet } from "./class-set.ts";

/** Addresses, and places that stand for some, grouped so that every given set holds all of a group or none of it. */
export interface AddressClasses {
  /** The addresses of each class; together they are all addresses, and classes stand in the order of their first address. */
  readonly classes: readonly AddressSet[];
  /** The number of the class an address is in. */
  classOf(address: Address): number;
  /** That of a place; undefined for one that is not among them. */
  classOfPlace(place: ReservedPlace): number | undefined;
  /** The classes a set consists of, numbered from 0; the set must equal one of those given. */
  classesOf(set: AddressSet): ClassSet;
}

/** The coarsest partition of all addresses, and of these places, that never splits one of `sets`. Of other places in sets nothing is told. */
export function addressClasses(given: readonly AddressSet[], places: readonly ReservedPlace[] = []): AddressClasses {
  const universe = union(allAddresses, placeAddresses(...places));
  const within = (set: AddressSet): AddressSet =>
    placeAt(set[set.length - 1] ?? 0n) === undefined ? set : intersection(set, universe);
  const sets = [...given.map(within), ...apart(given, places)];
  const atoms = new Atoms(sets);
  const classOfAtom = refine(atoms, sets);
  const classes = collect(atoms, classOfAtom);
  const memo = new Map<AddressSet, ClassSet>();
  return {
    classes,
    classOf: (address) => classOfAtom[atoms.indexOf(address)] as number,
    classOfPlace: (place) =>
      places.includes(place) ? classOfAtom[atoms.indexOf(placeAddresses(place)[0] as Address)] : undefined,
    classesOf(set) {
      let found = memo.get(set);
      if (found === undefined) {
        const { walked, isInside } = atoms.smallerSide(within(set));
        const seen = new Set<number>();
        forEachIn(walked, (atom) => seen.add(classOfAtom[atom] as number));
        const ids = ClassSet.fromSorted([...seen].toSorted((a, b) => a - b));
        found = isInside ? ids : ClassSet.of(difference([0, classes.length], ids.boundaries));
        memo.set(set, found);
      }
      return found;
    },
  };
}

/** Every identity is a class of its own. Where the API server may be is one question, unless addresses make it two. */
function apart(given: readonly AddressSet[], places: readonly ReservedPlace[]): readonly AddressSet[] {
  const ofServer = places.filter((place) => place.startsWith("kube-apiserver"));
  const others = places.filter((place) => !ofServer.includes(place));
  const areTold = given.some((set) => (set[0] ?? familyEnd(6)) < familyEnd(6));
  return [
    ...others.map((place) => placeAddresses(place)),
    ...(areTold ? ofServer.map((place) => placeAddresses(place)) : [placeAddresses(...ofServer)]),
  ];
}

/** The stretches between all boundaries, numbered: no set begins or ends inside one. */
class Atoms {
  readonly #starts: readonly Address[];

  constructor(sets: readonly AddressSet[]) {
    const starts = new Set<Address>([familyStart(4), familyStart(6)]);
    for (const set of sets) for (const boundary of set) starts.add(boundary);
    // Where a family ends nothing begins: the last IPv4 atom is followed by the first IPv6 one. So it is behind a place.
    this.#starts = [...starts].filter(begins).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  }

  get count(): number {
    return this.#starts.length;
  }

  indexOf(address: Address): number {
    return boundariesUpTo(this.#starts, address) - 1;
  }

  /** The atoms of a set, as a set of their numbers. */
  of(set: AddressSet): IntervalSet<number> {
    return set.map((boundary, i) => ((i & 1) === 0 ? this.indexOf(boundary) : this.indexOf(boundary - 1n) + 1));
  }

  /** A set and its complement split everything alike: the one with fewer atoms. */
  smallerSide(set: AddressSet): { readonly walked: IntervalSet<number>; readonly isInside: boolean } {
    const inside = this.of(set);
    const isInside = sizeOf(inside) * 2 <= this.count;
    return { walked: isInside ? inside : difference([0, this.count], inside), isInside };
  }

  first(atom: number): Address {
    return this.#starts[atom] as Address;
  }

  end(atom: number): Address {
    const start = this.first(atom);
    const limit = placeAt(start) === undefined ? familyEnd(familyOf(start)) : start + 1n;
    const next = this.#starts[atom + 1] ?? limit;
    return next < limit ? next : limit;
  }
}

/** What lies behind a place is no address. */
function begins(boundary: Address): boolean {
  if (boundary === familyEnd(4) || boundary === familyEnd(6)) return false;
  const place = placeAt(boundary);
  return place === undefined || placeAddresses(place)[0] === boundary;
}

function forEachIn(set: IntervalSet<number>, visit: (atom: number) => void): void {
  for (let i = 0; i < set.length; i += 2) {
    for (let atom = set[i] as number; atom < (set[i + 1] as number); atom++) visit(atom);
  }
}

function sizeOf(set: IntervalSet<number>): number {
  return set.reduce((sum, boundary, i) => ((i & 1) === 0 ? sum - boundary : sum + boundary), 0);
}

/** Splits the atoms set by set. */
function refine(atoms: Atoms, sets: readonly AddressSet[]): Int32Array {
  const classOfAtom = new Int32Array(atoms.count);
  let next = 1;
  for (const set of sets) {
    const { walked } = atoms.smallerSide(set);
    const moved = new Map<number, number>();
    forEachIn(walked, (atom) => {
      const from = classOfAtom[atom] as number;
      let to = moved.get(from);
      if (to === undefined) moved.set(from, (to = next++));
      classOfAtom[atom] = to;
    });
  }
  return renumber(classOfAtom);
}

/** Numbers classes by their first atom. */
function renumber(classOfAtom: Int32Array): Int32Array {
  const numbers = new Map<number, number>();
  return classOfAtom.map((raw) => {
    let number = numbers.get(raw);
    if (number === undefined) numbers.set(raw, (number = numbers.size));
    return number;
  });
}

function collect(atoms: Atoms, classOfAtom: Int32Array): AddressSet[] {
  const classes: Address[][] = [];
  classOfAtom.forEach((id, atom) => {
    const boundaries = (classes[id] ??= []);
    if (boundaries[boundaries.length - 1] === atoms.first(atom)) boundaries[boundaries.length - 1] = atoms.end(atom);
    else boundaries.push(atoms.first(atom), atoms.end(atom));
  });
  return classes;
}
