import { ClassSet } from "../../reachability/class-set.ts";
import { difference, intersection, unionAll } from "../../sets/interval-set.ts";

/** The classes in both sets. */
export function intersectSets(a: ClassSet, b: ClassSet): ClassSet {
  if (a === b) return a;
  return ClassSet.of(intersection(a.boundaries, b.boundaries));
}

/** The classes in any of the sets. */
export function uniteSets(sets: readonly ClassSet[]): ClassSet {
  return sets.length === 1 ? (sets[0] as ClassSet) : ClassSet.of(unionAll(sets.map(({ boundaries }) => boundaries)));
}

/** The classes of the first set that are not in the second. */
export function subtractSets(a: ClassSet, b: ClassSet): ClassSet {
  return b.size === 0 ? a : ClassSet.of(difference(a.boundaries, b.boundaries));
}
