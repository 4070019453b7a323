import type { ClassId, ClassSet } from "./class-set.ts";
import { boundariesUpTo } from "../sets/interval-set.ts";

/** A weight per class, with sums over class sets: over a range in constant time, over a set in the number of its intervals. */
export class Weights {
  readonly #prefix: Float64Array;
  readonly #cumulative = new WeakMap<ClassSet, Float64Array>();

  constructor(weights: ArrayLike<number>) {
    this.#prefix = new Float64Array(weights.length + 1);
    for (let i = 0; i < weights.length; i++) this.#prefix[i + 1] = (this.#prefix[i] as number) + (weights[i] as number);
  }

  of(id: ClassId): number {
    return this.ofRange(id, id + 1);
  }

  ofRange(first: ClassId, end: ClassId): number {
    return (this.#prefix[end] as number) - (this.#prefix[first] as number);
  }

  ofSet(set: ClassSet): number {
    const sums = this.#sums(set);
    return sums[sums.length - 1] as number;
  }

  /** The weight of what two sets share: driven by the one with fewer intervals. */
  ofIntersection(a: ClassSet, b: ClassSet): number {
    if (a.boundaries.length > b.boundaries.length) return this.ofIntersection(b, a);
    let total = 0;
    for (let i = 0; i < a.boundaries.length; i += 2) {
      total += this.#below(b, a.boundaries[i + 1] as number) - this.#below(b, a.boundaries[i] as number);
    }
    return total;
  }

  /** The weight of the members of `set` below `end`. */
  #below(set: ClassSet, end: ClassId): number {
    const passed = boundariesUpTo(set.boundaries, end);
    const sums = this.#sums(set);
    const whole = sums[passed >> 1] as number;
    return (passed & 1) === 0 ? whole : whole + this.ofRange(set.boundaries[passed - 1] as number, end);
  }

  /** Element i: the weight of the first i intervals. */
  #sums(set: ClassSet): Float64Array {
    let sums = this.#cumulative.get(set);
    if (sums === undefined) {
      sums = new Float64Array(set.boundaries.length / 2 + 1);
      for (let i = 0; i < set.boundaries.length; i += 2) {
        sums[i / 2 + 1] =
          (sums[i / 2] as number) + this.ofRange(set.boundaries[i] as number, set.boundaries[i + 1] as number);
      }
      this.#cumulative.set(set, sums);
    }
    return sums;
  }
}
