import { type Address, familyStart } from "../sets/address.ts";
import { type AddressSet, allAddresses } from "../sets/address-set.ts";
import { boundariesUpTo } from "../sets/interval-set.ts";
import { ClassSet } from "./class-set.ts";

/** Addresses grouped so that every given set holds all of a group or none of it. */
export interface AddressClasses {
  /** The addresses of each class; together they are all addresses, and classes stand in the order of their first address. */
  readonly classes: readonly AddressSet[];
  /** The number of the class an address is in. */
  classOf(address: Address): number;
  /** The classes a set consists of, numbered from 0; the set must be one of those given. */
  classesOf(set: AddressSet): ClassSet;
}

/** The coarsest partition of all addresses that never splits one of `sets`. */
export function addressClasses(sets: readonly AddressSet[]): AddressClasses {
  const starts = atomStarts(sets);
  const classOfAtom = refine(starts, sets);
  const classes = collect(starts, classOfAtom);
  const memo = new Map<AddressSet, ClassSet>();
  return {
    classes,
    classOf: (address) => classOfAtom[boundariesUpTo(starts, address) - 1] as number,
    classesOf(set) {
      let found = memo.get(set);
      if (found === undefined) {
        const seen = new Set<number>();
        forEachAtom(starts, set, (atom) => seen.add(classOfAtom[atom] as number));
        found = ClassSet.fromSorted([...seen].toSorted((a, b) => a - b));
        memo.set(set, found);
      }
      return found;
    },
  };
}

/** Where atoms begin: each boundary of a set, and the start of each family. The last atom of IPv4 runs into the unused gap, which is harmless. */
function atomStarts(sets: readonly AddressSet[]): Address[] {
  const starts = new Set<Address>([familyStart(4), familyStart(6)]);
  const end = allAddresses[allAddresses.length - 1] as Address;
  const gap = allAddresses[1] as Address;
  for (const set of sets) for (const boundary of set) if (boundary !== end && boundary !== gap) starts.add(boundary);
  return [...starts].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function forEachAtom(starts: readonly Address[], set: AddressSet, visit: (atom: number) => void): void {
  for (let i = 0; i < set.length; i += 2) {
    const end = set[i + 1] as Address;
    for (
      let atom = boundariesUpTo(starts, set[i] as Address) - 1;
      atom < starts.length && (starts[atom] as Address) < end;
      atom++
    )
      visit(atom);
  }
}

/** Splits the atoms set by set; a set and its complement split alike, so the smaller of the two is walked. */
function refine(starts: readonly Address[], sets: readonly AddressSet[]): Int32Array {
  const classOfAtom = new Int32Array(starts.length);
  let next = 1;
  for (const set of new Set(sets)) {
    const moved = new Map<number, number>();
    const move = (atom: number): void => {
      const from = classOfAtom[atom] as number;
      let to = moved.get(from);
      if (to === undefined) moved.set(from, (to = next++));
      classOfAtom[atom] = to;
    };
    if (atomCount(starts, set) * 2 <= starts.length) forEachAtom(starts, set, move);
    else forEachOutside(starts, set, move);
  }
  return renumber(classOfAtom);
}

function atomCount(starts: readonly Address[], set: AddressSet): number {
  let count = 0;
  for (let i = 0; i < set.length; i += 2) {
    count += boundariesUpTo(starts, (set[i + 1] as Address) - 1n) - boundariesUpTo(starts, set[i] as Address) + 1;
  }
  return count;
}

function forEachOutside(starts: readonly Address[], set: AddressSet, visit: (atom: number) => void): void {
  let atom = 0;
  for (let i = 0; i < set.length; i += 2) {
    const first = boundariesUpTo(starts, set[i] as Address) - 1;
    for (; atom < first; atom++) visit(atom);
    atom = boundariesUpTo(starts, (set[i + 1] as Address) - 1n);
  }
  for (; atom < starts.length; atom++) visit(atom);
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

function collect(starts: readonly Address[], classOfAtom: Int32Array): AddressSet[] {
  const classes: Address[][] = [];
  starts.forEach((start, atom) => {
    const boundaries = (classes[classOfAtom[atom] as number] ??= []);
    const end =
      start < familyStart(6) && (starts[atom + 1] ?? familyStart(6)) >= familyStart(6)
        ? (allAddresses[1] as Address)
        : (starts[atom + 1] ?? (allAddresses[3] as Address));
    if (boundaries[boundaries.length - 1] === start) boundaries[boundaries.length - 1] = end;
    else boundaries.push(start, end);
  });
  return classes;
}
