import { type AddressRange, formatAddressRange } from "./address-range.ts";

/** One end: the name of something inside the cluster, or addresses outside. */
export type End = string | readonly AddressRange[];

interface Stretch extends AddressRange {
  readonly value: string;
}

/**
 * Who may talk to whom, in a form that two tools' answers share. `value` says what passes; equal texts mean equal
 * connections, and what is not there does not pass. Addresses outside may be cut into ranges in any way.
 */
export class Relation {
  readonly pairs = new Map<string, string>();
  readonly outside = new Map<string, Stretch[]>();

  add(source: End, target: End, value: string): void {
    if (typeof source === "string" && typeof target === "string") this.pairs.set(`${source} => ${target}`, value);
    else if (typeof target === "string") this.#addOutside(`outside => ${target}`, source, value);
    else if (typeof source === "string") this.#addOutside(`${source} => outside`, target, value);
  }

  #addOutside(key: string, ranges: End, value: string): void {
    const stretches = this.outside.get(key) ?? [];
    if (typeof ranges !== "string") stretches.push(...ranges.map((range) => ({ ...range, value })));
    this.outside.set(key, stretches);
  }
}

/** What passes nowhere. */
export const nothing = "nothing";

/** Where two relations differ, one line each. Addresses beyond `within` are not compared. */
export function differences(expected: Relation, actual: Relation, within: AddressRange): readonly string[] {
  const lines: string[] = [];
  for (const key of keysOf(expected.pairs, actual.pairs)) {
    const [theirs = nothing, ours = nothing] = [expected.pairs.get(key), actual.pairs.get(key)];
    if (theirs !== ours) lines.push(`${key}: expected ${theirs}, got ${ours}`);
  }
  for (const key of keysOf(expected.outside, actual.outside)) {
    lines.push(...outsideDifferences(key, expected.outside.get(key) ?? [], actual.outside.get(key) ?? [], within));
  }
  return lines.toSorted();
}

function keysOf(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): ReadonlySet<string> {
  return new Set([...a.keys(), ...b.keys()]);
}

/** One piece of the addresses, on which each side has one answer. */
interface Piece extends AddressRange {
  readonly left: string;
  readonly right: string;
}

function outsideDifferences(
  key: string,
  expected: readonly Stretch[],
  actual: readonly Stretch[],
  within: AddressRange,
): string[] {
  return pieces(expected, actual, within)
    .filter(({ left, right }) => left !== right)
    .map((piece) => `${key} ${formatAddressRange(piece)}: expected ${piece.left}, got ${piece.right}`);
}

/** Cuts the addresses where either side cuts them. */
function pieces(left: readonly Stretch[], right: readonly Stretch[], within: AddressRange): readonly Piece[] {
  const cuts = [...left, ...right].flatMap(({ first, last }) => [first, last + 1n]);
  const starts = [...new Set([within.first, ...cuts])]
    .filter((start) => start >= within.first && start <= within.last)
    .toSorted((a, b) => (a < b ? -1 : 1));
  const [leftAt, rightAt] = [answers(left), answers(right)];
  return starts.map((first, i) => ({
    first,
    last: (starts[i + 1] ?? within.last + 1n) - 1n,
    left: leftAt(first),
    right: rightAt(first),
  }));
}

/** What a side answers at ever higher addresses. Stretches may not overlap: an address has one answer. */
function answers(stretches: readonly Stretch[]): (address: bigint) => string {
  const sorted = stretches.toSorted((a, b) => (a.first < b.first ? -1 : 1));
  for (const [i, { first }] of sorted.entries()) {
    const before = sorted[i - 1];
    if (before !== undefined && before.last >= first) throw new Error(`an address has two answers: ${first}`);
  }
  let next = 0;
  return (address) => {
    while (next < sorted.length && (sorted[next] as Stretch).last < address) next++;
    const stretch = sorted[next];
    return stretch !== undefined && stretch.first <= address ? stretch.value : nothing;
  };
}

/** What changed from one relation to another, as a relation of changes. */
export function changes(before: Relation, after: Relation, within: AddressRange): Relation {
  const result = new Relation();
  for (const key of keysOf(before.pairs, after.pairs)) {
    const [old = nothing, now = nothing] = [before.pairs.get(key), after.pairs.get(key)];
    if (old !== now) result.pairs.set(key, change(old, now));
  }
  for (const key of keysOf(before.outside, after.outside)) {
    const changed = pieces(before.outside.get(key) ?? [], after.outside.get(key) ?? [], within)
      .filter(({ left, right }) => left !== right)
      .map(({ first, last, left, right }) => ({ first, last, value: change(left, right) }));
    if (changed.length > 0) result.outside.set(key, changed);
  }
  return result;
}

/** How a change is written in a relation of changes. */
export function change(before: string, after: string): string {
  return `${before} then ${after}`;
}
