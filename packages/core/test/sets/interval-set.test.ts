import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type IntervalSet,
  boundariesUpTo,
  contains,
  difference,
  equals,
  intersection,
  interval,
  isSubset,
  union,
  unionAll,
} from "../../src/sets/interval-set.ts";

const size = 24;

/** A set and the same set as a list of members. */
const arbitrarySet = fc
  .array(fc.tuple(fc.nat(size), fc.nat(size)), { maxLength: 6 })
  .map((pairs) => unionAll(pairs.map(([a, b]) => interval(Math.min(a, b), Math.max(a, b)))));

function membersOf(set: IntervalSet<number>): number[] {
  return Array.from({ length: size + 2 }, (_, i) => i).filter((i) => contains(set, i));
}

function isCanonical(set: IntervalSet<number>): boolean {
  return set.length % 2 === 0 && set.every((boundary, i) => i === 0 || (set[i - 1] as number) < boundary);
}

describe("interval sets are sets", () => {
  it.each([
    ["union", union, (a: boolean, b: boolean) => a || b],
    ["intersection", intersection, (a: boolean, b: boolean) => a && b],
    ["difference", difference, (a: boolean, b: boolean) => a && !b],
  ] as const)("%s is what it is element by element, and canonical", (_name, operation, meaning) => {
    fc.assert(
      fc.property(arbitrarySet, arbitrarySet, (a, b) => {
        const result = operation(a, b);
        expect(isCanonical(result)).toBe(true);
        for (let i = 0; i <= size; i++) expect(contains(result, i)).toBe(meaning(contains(a, i), contains(b, i)));
      }),
    );
  });

  it("unionAll is the union of all, touching intervals joined", () => {
    fc.assert(
      fc.property(fc.array(arbitrarySet, { maxLength: 6 }), (sets) => {
        const result = unionAll(sets);
        expect(isCanonical(result)).toBe(true);
        expect(result).toEqual(sets.reduce<IntervalSet<number>>((sum, set) => union(sum, set), []));
      }),
    );
  });

  it("equal members are equal boundaries, and a subset is one", () => {
    fc.assert(
      fc.property(arbitrarySet, arbitrarySet, (a, b) => {
        expect(equals(a, b)).toBe(membersOf(a).join() === membersOf(b).join());
        expect(isSubset(a, b)).toBe(membersOf(a).every((i) => contains(b, i)));
      }),
    );
  });

  it("boundariesUpTo counts boundaries at or below a value", () => {
    expect([0, 2, 3, 5, 6].map((value) => boundariesUpTo([2, 5], value))).toEqual([0, 1, 1, 2, 2]);
  });

  it("works on bigint as on number", () => {
    expect(union<bigint>([1n, 3n], [3n, 5n])).toEqual([1n, 5n]);
  });
});
