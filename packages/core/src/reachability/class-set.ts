import { countStep } from "../lib/stoppable.ts";
import { type IntervalSet, boundariesUpTo } from "../sets/interval-set.ts";

/** The number of a pod class or address class. */
export type ClassId = number;

/** With so few boundaries a search is as good as a table. */
const fewBoundaries = 16;

/** A set of classes. Namespaces are contiguous ranges of classes, so most sets are a few intervals. */
export class ClassSet {
  readonly boundaries: IntervalSet<ClassId>;
  readonly size: number;
  /** One bit for each class, for a set of many stretches that is asked often. */
  #bits: Int32Array | undefined;
  #asked = 0;

  private constructor(boundaries: IntervalSet<ClassId>) {
    this.boundaries = boundaries;
    let size = 0;
    for (let i = 0; i < boundaries.length; i += 2) size += (boundaries[i + 1] as number) - (boundaries[i] as number);
    this.size = size;
  }

  static readonly empty: ClassSet = new ClassSet([]);

  static of(boundaries: IntervalSet<ClassId>): ClassSet {
    return boundaries.length === 0 ? ClassSet.empty : new ClassSet(boundaries);
  }

  /** From ids in strictly ascending order. */
  static fromSorted(ids: ArrayLike<ClassId>): ClassSet {
    countStep();
    const boundaries: number[] = [];
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      if (boundaries.length > 0 && boundaries[boundaries.length - 1] === id) boundaries[boundaries.length - 1] = id + 1;
      else boundaries.push(id, id + 1);
    }
    return ClassSet.of(boundaries);
  }

  has(id: ClassId): boolean {
    if (this.#bits !== undefined) return (((this.#bits[id >> 5] ?? 0) >> (id & 31)) & 1) === 1;
    if (this.boundaries.length > fewBoundaries && this.#asked++ > this.boundaries.length) this.#bits = this.#makeBits();
    return (boundariesUpTo(this.boundaries, id) & 1) === 1;
  }

  #makeBits(): Int32Array {
    const bits = new Int32Array(((this.boundaries.at(-1) ?? 0) >> 5) + 1);
    this.forEach((id) => {
      bits[id >> 5] = (bits[id >> 5] as number) | (1 << (id & 31));
    });
    return bits;
  }

  /** Calls `visit` for every class in ascending order. */
  forEach(visit: (id: ClassId) => void): void {
    const { boundaries } = this;
    for (let i = 0; i < boundaries.length; i += 2) {
      for (let id = boundaries[i] as number; id < (boundaries[i + 1] as number); id++) visit(id);
    }
  }

  /** The classes in ascending order. */
  toArray(): ClassId[] {
    const { boundaries } = this;
    const ids: ClassId[] = [];
    for (let i = 0; i < boundaries.length; i += 2)
      for (let id = boundaries[i] as number; id < (boundaries[i + 1] as number); id++) ids.push(id);
    return ids;
  }
}
