import { type Box, boxesOverlap } from "../symbolic/box.ts";
import type { Budget } from "../symbolic/budget.ts";

/** Something with a box over labels. */
interface Boxed {
  readonly box: Box;
}

/** The first element of a label dimension that is a value some selector names: 0 is "absent", 1 any other value. */
const firstValue = 2;

/** A constraint with more values than this is not filed by value. */
const mostValues = 64;

/**
 * The pairs of different groups whose boxes meet. Groups that name values of the label which most of them constrain are filed by
 * those values, so that only groups with a value in common are compared; the rest is compared with all. Ends early when
 * the budget does.
 */
export function* overlappingGroups<T extends Boxed>(groups: readonly T[], budget: Budget): Generator<readonly [T, T]> {
  let rest = groups;
  while (rest.length > 1) {
    const dimension = commonDimension(rest);
    const filed = new Map<number, T[]>();
    const others: T[] = [];
    const named: T[] = [];
    for (const group of rest) {
      const values = dimension === undefined ? undefined : namedValues(group.box, dimension);
      if (values === undefined) others.push(group);
      else {
        named.push(group);
        yield* meeting(group, candidates(filed, values), budget);
        for (const value of values) file(filed, value, group);
      }
      if (budget.exhausted) return;
    }
    for (const [i, group] of others.entries()) {
      yield* meeting(group, named, budget);
      if (named.length === 0) yield* meeting(group, others.slice(0, i), budget);
      if (budget.exhausted) return;
    }
    if (named.length === 0) return;
    rest = others;
  }
}

function* meeting<T extends Boxed>(group: T, others: Iterable<T>, budget: Budget): Generator<readonly [T, T]> {
  for (const other of others) {
    if (!budget.spend(1 + (Math.min(group.box.length, other.box.length) >> 1))) return;
    if (boxesOverlap(group.box, other.box)) yield [group, other];
  }
}

function candidates<T>(filed: ReadonlyMap<number, T[]>, values: readonly number[]): Iterable<T> {
  if (values.length === 1) return filed.get(values[0] as number) ?? [];
  return new Set(values.flatMap((value) => filed.get(value) ?? []));
}

function file<T>(filed: Map<number, T[]>, value: number, group: T): void {
  const list = filed.get(value);
  if (list === undefined) filed.set(value, [group]);
  else list.push(group);
}

/** The dimension that most groups narrow to named values; undefined when none does. */
function commonDimension(groups: readonly Boxed[]): number | undefined {
  const counts = new Map<number, number>();
  for (const { box } of groups)
    for (const { dimension } of box)
      if (namedValues(box, dimension.id) !== undefined) counts.set(dimension.id, (counts.get(dimension.id) ?? 0) + 1);
  let best: number | undefined;
  for (const [id, number] of counts) if (best === undefined || number > (counts.get(best) as number)) best = id;
  return best;
}

/** The values that a box names in a dimension; undefined when it allows absence, other values, or very many. */
function namedValues(box: Box, id: number): readonly number[] | undefined {
  const term = box.find(({ dimension }) => dimension.id === id);
  if (term === undefined || (term.within[0] as number) < firstValue) return undefined;
  const values: number[] = [];
  for (let i = 0; i < term.within.length; i += 2) {
    for (let value = term.within[i] as number; value < (term.within[i + 1] as number); value++) {
      values.push(value);
      if (values.length > mostValues) return undefined;
    }
  }
  return values;
}
