import { countStep } from "../lib/stoppable.ts";
import { boundariesUpTo, contains, difference, equals, intersection, type IntervalSet } from "../sets/interval-set.ts";

/** A subset of a dimension's elements. */
export type Elements = IntervalSet<number>;

/**
 * One independent choice (the value of a label key, the packet, ...). Its elements are numbers; the first one is what
 * an example shows when nothing asks for another.
 */
export interface Dimension {
  readonly id: number;
  /** Every element there is; never empty. */
  readonly all: Elements;
}

/** A dimension cut down to some of its elements: never none, never all. */
export interface Term {
  readonly dimension: Dimension;
  readonly within: Elements;
}

/**
 * A product of subsets, one per dimension; a dimension that is not mentioned is unconstrained. Terms are sorted by
 * dimension, so equal boxes have equal terms. There is no empty box: operations that can end empty return undefined.
 */
export type Box = readonly Term[];

/** The box without a constraint. */
export const everywhere: Box = [];

/** One element per dimension id; a dimension that is not mentioned is at its first element. */
export type Point = ReadonlyMap<number, number>;

/** The box that constrains one dimension; undefined when it is empty. */
export function slab(dimension: Dimension, within: Elements): Box | undefined {
  const kept = intersection(within, dimension.all);
  if (kept.length === 0) return undefined;
  return equals(kept, dimension.all) ? everywhere : [{ dimension, within: kept }];
}

/** What is in both boxes; undefined when nothing is. */
export function intersectBoxes(a: Box, b: Box): Box | undefined {
  countStep();
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const terms: Term[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const x = a[i] as Term;
    const y = b[j] as Term;
    if (x.dimension.id < y.dimension.id) terms.push(x);
    else if (x.dimension.id > y.dimension.id) terms.push(y);
    else {
      const both = intersectTerms(x, y);
      if (both === undefined) return undefined;
      terms.push(both);
    }
    if (x.dimension.id <= y.dimension.id) i++;
    if (x.dimension.id >= y.dimension.id) j++;
  }
  while (i < a.length) terms.push(a[i++] as Term);
  while (j < b.length) terms.push(b[j++] as Term);
  return terms;
}

function intersectTerms(x: Term, y: Term): Term | undefined {
  if (x.within === y.within || elementsInside(x.within, y.within)) return x;
  if (elementsInside(y.within, x.within)) return y;
  const within = intersection(x.within, y.within);
  return within.length === 0 ? undefined : { dimension: x.dimension, within };
}

/** Whether two boxes have something in common. */
export function boxesOverlap(a: Box, b: Box): boolean {
  countStep();
  let i = 0;
  for (const x of a) {
    while (i < b.length && (b[i] as Term).dimension.id < x.dimension.id) i++;
    const y = b[i];
    if (y?.dimension.id === x.dimension.id && !elementsMeet(x.within, y.within)) return false;
  }
  return true;
}

/** Whether all of `a` is in `b`. */
export function isSubbox(a: Box, b: Box): boolean {
  countStep();
  if (b.length > a.length) return false;
  let i = 0;
  for (const y of b) {
    while (i < a.length && (a[i] as Term).dimension.id < y.dimension.id) i++;
    const x = a[i];
    if (x?.dimension.id !== y.dimension.id || !elementsInside(x.within, y.within)) return false;
  }
  return true;
}

/** Whether two boxes are the same set. */
export function equalBoxes(a: Box, b: Box): boolean {
  return a === b || (a.length === b.length && isSubbox(a, b) && isSubbox(b, a));
}

/** Disjoint boxes that together are `a` without `b`: one per dimension in which `b` does not hold all of `a`. */
export function subtractBox(a: Box, b: Box): Box[] {
  if (!boxesOverlap(a, b)) return [a];
  const parts: Box[] = [];
  let rest = a;
  for (const { dimension, within } of b) {
    const own = elementsOf(rest, dimension);
    const outside = difference(own, within);
    if (outside.length === 0) continue;
    parts.push(withTerm(rest, { dimension, within: outside }));
    rest = withTerm(rest, { dimension, within: intersection(own, within) });
  }
  return parts;
}

/** The elements of a dimension that a box allows. */
export function elementsOf(box: Box, dimension: Dimension): Elements {
  for (const term of box) {
    if (term.dimension.id === dimension.id) return term.within;
    if (term.dimension.id > dimension.id) break;
  }
  return dimension.all;
}

/** The box with one of its terms replaced; `term` is a proper, non-empty part of its dimension. */
function withTerm(box: Box, term: Term): Box {
  const at = box.findIndex(({ dimension }) => dimension.id >= term.dimension.id);
  if (at < 0) return [...box, term];
  const replaced = (box[at] as Term).dimension.id === term.dimension.id ? 1 : 0;
  return [...box.slice(0, at), term, ...box.slice(at + replaced)];
}

/** The terms of a box that speak of the dimensions that `keep` accepts. */
export function project(box: Box, keep: (dimension: Dimension) => boolean): Box {
  return box.filter(({ dimension }) => keep(dimension));
}

/** A point of the box: the first element of each dimension. */
export function samplePoint(box: Box): Point {
  return new Map(box.map(({ dimension, within }) => [dimension.id, first(within)]));
}

/** The first element of a set that is not empty. */
export function first(elements: Elements): number {
  return elements[0] as number; // sets of boxes and dimensions are never empty
}

/** Whether a box holds a point. */
export function holdsPoint(box: Box, point: Point): boolean {
  for (const { dimension, within } of box) {
    const element: number = point.get(dimension.id) ?? first(dimension.all);
    if (!contains(within, element)) return false;
  }
  return true;
}

/** Names a box: equal boxes of one universe have equal keys. */
export function boxKey(box: Box): string {
  let key = "";
  for (const { dimension, within } of box)
    key +=
      within.length === 2
        ? `${dimension.id}:${within[0]},${within[1]};` // most are; joining a list takes longer
        : `${dimension.id}:${within.join(",")};`;
  return key;
}

/** In how many dimensions `b` does not hold all of `a`: the number of parts of `a` without `b`. */
export function cuts(a: Box, b: Box): number {
  let count = 0;
  let i = 0;
  for (const { dimension, within } of b) {
    while (i < a.length && (a[i] as Term).dimension.id < dimension.id) i++;
    const x = a[i];
    const own = x?.dimension.id === dimension.id ? x.within : dimension.all;
    if (!elementsInside(own, within)) count++;
  }
  return count;
}

// Both tests walk the shorter list and search the longer one: a label against a list of ten thousand is quick.

function elementsInside(a: Elements, b: Elements): boolean {
  for (let i = 0; i < a.length; i += 2) {
    const at = boundariesUpTo(b, a[i] as number);
    if ((at & 1) === 0 || (b[at] as number) < (a[i + 1] as number)) return false;
  }
  return true;
}

function elementsMeet(a: Elements, b: Elements): boolean {
  if (a.length > b.length) return elementsMeet(b, a);
  for (let i = 0; i < a.length; i += 2) {
    const at = boundariesUpTo(b, a[i] as number);
    if ((at & 1) === 1 || (at < b.length && (b[at] as number) < (a[i + 1] as number))) return true;
  }
  return false;
}
