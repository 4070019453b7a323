import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Box,
  boxesOverlap,
  boxKey,
  type Dimension,
  equalBoxes,
  everywhere,
  holdsPoint,
  intersectBoxes,
  isSubbox,
  type Point,
  samplePoint,
  slab,
  subtractBox,
} from "../../src/symbolic/box.ts";
import { Budget } from "../../src/symbolic/budget.ts";
import { coverByList } from "../../src/symbolic/cover.ts";
import { broken } from "./laws.ts";

const dimensions: readonly Dimension[] = [
  { id: 0, all: [0, 4] },
  { id: 1, all: [1, 3, 5, 6] },
  { id: 2, all: [0, 3] },
];

const points: readonly Point[] = [0, 1, 2, 3].flatMap((x) =>
  [1, 2, 5].flatMap((y) =>
    [0, 1, 2].map(
      (z) =>
        new Map([
          [0, x],
          [1, y],
          [2, z],
        ]),
    ),
  ),
);

const box: fc.Arbitrary<Box> = fc
  .tuple(...dimensions.map(() => fc.uniqueArray(fc.nat(6), { maxLength: 5 })))
  .map((chosen) => {
    let result: Box | undefined = everywhere;
    chosen.forEach((elements, i) => {
      // No element chosen stands for no constraint: most constraints of real boxes are missing.
      if (elements.length === 0) return;
      const dimension = dimensions[i] as Dimension;
      const within = elements.toSorted((a, b) => a - b).flatMap((element) => [element, element + 1]);
      const joined = within.filter((bound, at) => bound !== within[at - 1] && bound !== within[at + 1]);
      const part = slab(dimension, joined);
      result = result && part && intersectBoxes(result, part);
    });
    return result ?? everywhere;
  });

const held = (b: Box): Point[] => points.filter((point) => holdsPoint(b, point));

describe("the algebra of boxes agrees with its points", () => {
  it("intersection, overlap, containment, equality", () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        const both = points.filter((point) => holdsPoint(a, point) && holdsPoint(b, point));
        const common = intersectBoxes(a, b);
        expect(common === undefined ? [] : held(common)).toEqual(both);
        expect(boxesOverlap(a, b)).toBe(both.length > 0);
        expect(isSubbox(a, b)).toBe(held(a).every((point) => holdsPoint(b, point)));
        expect(equalBoxes(a, b)).toBe(boxKey(a) === boxKey(b));
        expect(equalBoxes(a, b)).toBe(isSubbox(a, b) && isSubbox(b, a));
      }),
    );
  });

  it("subtraction leaves disjoint parts that are the rest", () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        const parts = subtractBox(a, b);
        for (const point of points) {
          const count = parts.filter((part) => holdsPoint(part, point)).length;
          expect(count).toBe(holdsPoint(a, point) && !holdsPoint(b, point) ? 1 : 0);
        }
      }),
    );
  });

  it("a sample is in its box", () => {
    fc.assert(
      fc.property(box, (a) => {
        expect(holdsPoint(a, samplePoint(a))).toBe(true);
      }),
    );
  });
});

/** What is wrong with the answer of coverByList. */
function faults(target: Box, boxes: readonly Box[]): string[] {
  const cover = coverByList(target, boxes, new Budget());
  const covered = (by: readonly Box[]): boolean => held(target).every((point) => by.some((b) => holdsPoint(b, point)));
  if (cover.status === "covered") {
    const by = cover.by.map((i) => boxes[i] as Box);
    const irredundant = by.every((left) => !covered(by.filter((b) => b !== left)));
    return broken({ "is covered": covered(by), "none can be left out": irredundant });
  }
  if (cover.status === "undecided") return ["is decided"];
  const { point } = cover;
  const escapes = !boxes.some((b) => holdsPoint(b, point));
  return broken({ "the point is in the target": holdsPoint(target, point), "and in no box": escapes });
}

describe("coverByList", () => {
  it("finds a cover, irredundant, or a point that escapes", () => {
    fc.assert(
      fc.property(box, fc.array(box, { maxLength: 8 }), (target, boxes) => {
        expect(faults(target, boxes)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("leaves out what others came to cover as well", () => {
    const [line] = dimensions as [Dimension];
    const slabs = (...ranges: readonly (readonly [number, number])[]): readonly Box[] =>
      ranges.map((range) => slab(line, range) ?? everywhere);
    // The first is met first, and the second holds it.
    expect(coverByList(everywhere, slabs([0, 1], [0, 2], [2, 4]), new Budget())).toEqual({
      status: "covered",
      by: [1, 2],
    });
    const range = fc
      .tuple(fc.nat(3), fc.integer({ min: 1, max: 4 }))
      .map(([from, size]) => [from, from + size] as const);
    fc.assert(
      fc.property(fc.array(range, { minLength: 2, maxLength: 6 }), (ranges) => {
        expect(faults(everywhere, slabs(...ranges))).toEqual([]);
      }),
    );
  });

  it("says undecided when the budget ends", () => {
    const half = slab(dimensions[0] as Dimension, [0, 2]) ?? everywhere;
    const rest = slab(dimensions[0] as Dimension, [2, 4]) ?? everywhere;
    expect(coverByList(everywhere, [half, rest], new Budget(3)).status).toBe("undecided");
    expect(coverByList(everywhere, [half, rest], new Budget(100)).status).toBe("covered");
  });
});
