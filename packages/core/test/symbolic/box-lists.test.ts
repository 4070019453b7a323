import { describe, expect, it } from "vitest";
import { type Box, type Dimension, everywhere, slab } from "../../src/symbolic/box.ts";
import { without } from "../../src/symbolic/box-lists.ts";
import { Budget } from "../../src/symbolic/budget.ts";

const dimension: Dimension = { id: 0, all: [0, 9] };
const [low = [], high = []] = [slab(dimension, [0, 4]), slab(dimension, [4, 9])];

describe("what is left of parts without boxes", () => {
  it("is all that no box has", () => {
    expect(without([everywhere], [low], new Budget())).toEqual([high]);
    expect(without([everywhere], [low, high], new Budget())).toEqual([]);
  });

  it("costs a step for each part, and more for one that is narrow: it ends with the budget", () => {
    const spent = (parts: readonly Box[]): number => {
      const budget = new Budget(10);
      without(parts, [low], budget);
      return 10 - budget.left;
    };
    expect([spent([everywhere]), spent([high]), spent([high, everywhere])]).toEqual([1, 2, 3]);
    const budget = new Budget(0);
    expect([without([high], [low], budget), budget.exhausted]).toEqual([[], true]);
  });
});
