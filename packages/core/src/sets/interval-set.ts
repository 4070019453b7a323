import { countStep } from "../lib/stoppable.ts";

/**
 * Sets of integers as sorted boundaries: `[a, b, c, d]` is [a, b) ∪ [c, d). Boundaries increase strictly,
 * so equal sets have equal arrays. Half-open intervals need no successor function: the same code serves
 * ports and classes (number) and addresses (bigint).
 */
export type IntervalSet<T extends number | bigint> = readonly T[];

/** The set of the integers from `first` up to, not including, `end`; empty when `end <= first`. */
export function interval<T extends number | bigint>(first: T, end: T): IntervalSet<T> {
  return first < end ? [first, end] : [];
}

/** Walks two boundary lists together and keeps the stretches for which `keep` holds. */
function combine<T extends number | bigint>(
  a: IntervalSet<T>,
  b: IntervalSet<T>,
  keep: (inA: boolean, inB: boolean) => boolean,
): IntervalSet<T> {
  countStep();
  const result: T[] = [];
  let i = 0;
  let j = 0;
  let inside = false;
  while (i < a.length || j < b.length) {
    const nextA = a[i];
    const nextB = b[j];
    const at = nextB === undefined || (nextA !== undefined && nextA < nextB) ? (nextA as T) : nextB;
    if (nextA === at) i++;
    if (nextB === at) j++;
    const now = keep((i & 1) === 1, (j & 1) === 1);
    if (now !== inside) {
      result.push(at);
      inside = now;
    }
  }
  return result;
}

/** The elements of `a` or `b`. */
export function union<T extends number | bigint>(a: IntervalSet<T>, b: IntervalSet<T>): IntervalSet<T> {
  return combine(a, b, (inA, inB) => inA || inB);
}

/** The elements of both `a` and `b`. */
export function intersection<T extends number | bigint>(a: IntervalSet<T>, b: IntervalSet<T>): IntervalSet<T> {
  return combine(a, b, (inA, inB) => inA && inB);
}

/** The elements of `a` that are not in `b`. */
export function difference<T extends number | bigint>(a: IntervalSet<T>, b: IntervalSet<T>): IntervalSet<T> {
  return combine(a, b, (inA, inB) => inA && !inB);
}

/** The union of many sets at once: one sort, however many there are. */
export function unionAll<T extends number | bigint>(sets: readonly IntervalSet<T>[]): IntervalSet<T> {
  if (sets.length < 3) return union(sets[0] ?? [], sets[1] ?? []);
  const intervals: (readonly [T, T])[] = [];
  for (const set of sets) for (let i = 0; i < set.length; i += 2) intervals.push([set[i] as T, set[i + 1] as T]);
  intervals.sort((x, y) => (x[0] < y[0] ? -1 : x[0] > y[0] ? 1 : 0));
  const result: T[] = [];
  for (const [first, end] of intervals) {
    const last = result.length - 1;
    if (last < 0 || (result[last] as T) < first) result.push(first, end);
    else if ((result[last] as T) < end) result[last] = end;
  }
  return result;
}

/** Whether two sets hold the same elements. */
export function equals<T extends number | bigint>(a: IntervalSet<T>, b: IntervalSet<T>): boolean {
  return a.length === b.length && a.every((boundary, i) => boundary === b[i]);
}

/** Whether every element of `a` is in `b`. */
export function isSubset<T extends number | bigint>(a: IntervalSet<T>, b: IntervalSet<T>): boolean {
  return difference(a, b).length === 0;
}

/** Whether two sets share an element. Ends at the first. */
export function meets<T extends number | bigint>(a: IntervalSet<T>, b: IntervalSet<T>): boolean {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if ((a[i + 1] as T) <= (b[j] as T)) i += 2;
    else if ((b[j + 1] as T) <= (a[i] as T)) j += 2;
    else return true;
  }
  return false;
}

/** How many boundaries are at or below `value`: odd inside an interval, even outside. */
export function boundariesUpTo<T extends number | bigint>(set: IntervalSet<T>, value: T): number {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((set[middle] as T) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether `value` is an element. Binary search. */
export function contains<T extends number | bigint>(set: IntervalSet<T>, value: T): boolean {
  return (boundariesUpTo(set, value) & 1) === 1;
}
