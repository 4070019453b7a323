import { type Box, type Dimension, type Elements, elementsOf } from "./box.ts";

/** A constraint to so few elements finds its boxes; a longer one does not. */
const mostElements = 16;

/** What is filed under one dimension: places by element. */
type Filed = Map<number, number[]>;

/**
 * Unions of boxes, found by what they may share something with. Each is filed under the constraint that fewest others have,
 * and so is met only by what has it too, or has no such constraint.
 */
export class OverlapIndex {
  readonly #filed = new Map<Dimension, Filed>();
  readonly #unfiled: number[] = [];
  readonly #all: readonly number[];

  constructor(unions: readonly (readonly Box[])[]) {
    this.#all = [...unions.keys()];
    const constraints = unions.map(constraintsOf);
    const crowds = crowdsOf(constraints);
    for (const [place, ofUnion] of constraints.entries()) this.#file(place, ofUnion, crowds);
  }

  #file(place: number, constraints: readonly Constraint[], crowds: Crowds): void {
    let best: Constraint | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const constraint of constraints) {
      const { dimension, elements } = constraint;
      const crowd = elements.reduce((sum, element) => sum + (crowds.get(dimension)?.get(element) ?? 0), 0);
      if (crowd < least) [best, least] = [constraint, crowd];
    }
    if (best === undefined) {
      this.#unfiled.push(place);
      return;
    }
    const filed = this.#filed.get(best.dimension) ?? new Map<number, number[]>();
    this.#filed.set(best.dimension, filed);
    for (const element of best.elements) {
      const known = filed.get(element);
      if (known === undefined) filed.set(element, [place]);
      else known.push(place);
    }
  }

  /** The places of those that may share something with a union, ascending: all that do, and some others. */
  near(union: readonly Box[]): readonly number[] {
    const found = new Set(this.#unfiled);
    for (const [dimension, filed] of this.#filed) {
      const asked = fewElements(union, dimension);
      const lists = asked === undefined ? filed.values() : asked.map((element) => filed.get(element) ?? []);
      for (const list of lists) for (const place of list) found.add(place);
    }
    return found.size * 2 > this.#all.length ? this.#all : [...found].sort((a, b) => a - b);
  }
}

/** A dimension in which a union has few elements. */
interface Constraint {
  readonly dimension: Dimension;
  readonly elements: readonly number[];
}

/** How many unions have an element among the few of a dimension. */
type Crowds = ReadonlyMap<Dimension, ReadonlyMap<number, number>>;

function crowdsOf(unions: readonly (readonly Constraint[])[]): Crowds {
  const crowds = new Map<Dimension, Map<number, number>>();
  for (const { dimension, elements } of unions.flat()) {
    const counts = crowds.get(dimension) ?? new Map<number, number>();
    crowds.set(dimension, counts);
    for (const element of elements) counts.set(element, (counts.get(element) ?? 0) + 1);
  }
  return crowds;
}

function constraintsOf(union: readonly Box[]): readonly Constraint[] {
  return (union[0] ?? []).flatMap(({ dimension }) => {
    const elements = fewElements(union, dimension);
    return elements === undefined ? [] : [{ dimension, elements }];
  });
}

/** The elements of a dimension that the boxes of a union have, where these are few. */
function fewElements(union: readonly Box[], dimension: Dimension): readonly number[] | undefined {
  const elements = new Set<number>();
  for (const box of union) {
    const within = elementsOf(box, dimension);
    if (countOf(within) > mostElements) return undefined;
    for (let i = 0; i < within.length; i += 2)
      for (let element = within[i] ?? 0; element < (within[i + 1] ?? 0); element++) elements.add(element);
    if (elements.size > mostElements) return undefined;
  }
  return [...elements];
}

function countOf(within: Elements): number {
  let count = 0;
  for (let i = 0; i < within.length && count <= mostElements; i += 2) count += (within[i + 1] ?? 0) - (within[i] ?? 0);
  return count;
}
