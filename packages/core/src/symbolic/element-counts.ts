import { boundariesUpTo } from "../sets/interval-set.ts";
import type { Elements } from "./box.ts";
import type { Budget } from "./budget.ts";

// A cell costs far less than a step: 2^6 of them make one.
const cellsPerStep = 6;

/** How often each element occurs in a changing family of sets, by stretches between the boundaries of the sets. */
export class ElementCounts {
  readonly #cells: readonly number[];
  readonly #counts: Int32Array;

  constructor(sets: readonly Elements[], budget: Budget) {
    this.#cells = [...new Set(sets.flat())].sort((a, b) => a - b);
    this.#counts = new Int32Array(this.#cells.length);
    for (const set of sets) if (!this.#change(set, 1, budget)) return;
  }

  /** The elements of a member of the family that are in no other member. */
  onlyIn(set: Elements, budget: Budget): Elements {
    return this.#stretches(set, budget, (count) => count === 1);
  }

  /** Takes a member out. */
  remove(set: Elements, budget: Budget): void {
    this.#change(set, -1, budget);
  }

  /** The elements that any member still has. */
  covered(budget: Budget): Elements {
    const [first] = this.#cells;
    if (first === undefined) return [];
    return this.#stretches([first, this.#cells.at(-1) as number], budget, (count) => count > 0);
  }

  #change(set: Elements, by: number, budget: Budget): boolean {
    for (let i = 0; i < set.length; i += 2) {
      const end = this.#cellOf(set[i + 1] as number);
      const start = this.#cellOf(set[i] as number);
      if (!budget.spend((end - start) >> cellsPerStep)) return false;
      for (let cell = start; cell < end; cell++) this.#counts[cell] = (this.#counts[cell] as number) + by;
    }
    return true;
  }

  #stretches(set: Elements, budget: Budget, keep: (count: number) => boolean): Elements {
    const bounds: number[] = [];
    for (let i = 0; i < set.length; i += 2) {
      const end = this.#cellOf(set[i + 1] as number);
      const start = this.#cellOf(set[i] as number);
      if (!budget.spend((end - start) >> cellsPerStep)) return [];
      for (let cell = start; cell < end; cell++) {
        if (!keep(this.#counts[cell] as number)) continue;
        const from = this.#cells[cell] as number;
        const to = this.#cells[cell + 1] as number;
        if (bounds[bounds.length - 1] === from) bounds[bounds.length - 1] = to;
        else bounds.push(from, to);
      }
    }
    return bounds;
  }

  #cellOf(boundary: number): number {
    return boundariesUpTo(this.#cells, boundary) - 1;
  }
}
