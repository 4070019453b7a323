/** Lines of two texts that stay: index in the one, index in the other; both ascend. */
export type Match = readonly [number, number];

interface Region {
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
  readonly depth: number;
}

/** Regions are split at lines that occur once in both; where there are none, small ones are compared line by line. */
const deepest = 20;
const mostCells = 250_000;

/**
 * Which lines of `a` stay in `b`: patience diff (lines that are unique in both, in common order, are kept first), then the
 * longest common subsequence in between. The time is near linear, whatever the texts.
 */
export function matchLines(a: readonly string[], b: readonly string[]): readonly Match[] {
  const matches: Match[] = [];
  const regions: Region[] = [{ a: [0, a.length], b: [0, b.length], depth: 0 }];
  for (let region = regions.pop(); region !== undefined; region = regions.pop()) {
    const inner = trimmed(a, b, region, matches);
    const [aLow, aHigh] = inner.a;
    const [bLow, bHigh] = inner.b;
    if (aLow === aHigh || bLow === bHigh) continue;
    const anchors = inner.depth < deepest ? uniqueInOrder(a, b, inner) : [];
    if (anchors.length === 0) {
      if ((aHigh - aLow) * (bHigh - bLow) <= mostCells) matches.push(...commonLines(a, b, inner));
      continue;
    }
    matches.push(...anchors);
    let [fromA, fromB] = [aLow, bLow];
    for (const [i, j] of [...anchors, [aHigh, bHigh] as const]) {
      regions.push({ a: [fromA, i], b: [fromB, j], depth: inner.depth + 1 });
      [fromA, fromB] = [i + 1, j + 1];
    }
  }
  return matches.toSorted(([i], [j]) => i - j);
}

/** Takes equal lines off both ends. */
function trimmed(a: readonly string[], b: readonly string[], region: Region, matches: Match[]): Region {
  let [aLow, aHigh] = region.a;
  let [bLow, bHigh] = region.b;
  while (aLow < aHigh && bLow < bHigh && a[aLow] === b[bLow]) matches.push([aLow++, bLow++]);
  while (aLow < aHigh && bLow < bHigh && a[aHigh - 1] === b[bHigh - 1]) matches.push([--aHigh, --bHigh]);
  return { a: [aLow, aHigh], b: [bLow, bHigh], depth: region.depth };
}

/** Lines that each side of a region has once: the longest run of them that has the same order in both. */
function uniqueInOrder(a: readonly string[], b: readonly string[], region: Region): readonly Match[] {
  const inA = onceIn(a, region.a);
  const inB = onceIn(b, region.b);
  const pairs: Match[] = [];
  for (const [line, i] of inA) {
    const j = inB.get(line);
    if (i !== undefined && j !== undefined) pairs.push([i, j]);
  }
  return longestAscending(pairs);
}

function onceIn(
  lines: readonly string[],
  [from, to]: readonly [number, number],
): ReadonlyMap<string, number | undefined> {
  const once = new Map<string, number | undefined>();
  for (let i = from; i < to; i++) {
    const line = lines[i] ?? "";
    once.set(line, once.has(line) ? undefined : i);
  }
  return once;
}

/** Of pairs that ascend in the first number, the most that ascend in the second as well (patience sorting). */
function longestAscending(pairs: readonly Match[]): readonly Match[] {
  const tails: number[] = [];
  const before: number[] = [];
  for (const [at, [, j]] of pairs.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tails[middle] ?? 0]?.[1] ?? 0) < j) low = middle + 1;
      else high = middle;
    }
    before[at] = low === 0 ? -1 : (tails[low - 1] ?? -1);
    tails[low] = at;
  }
  const result: Match[] = [];
  for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) {
    const pair = pairs[at];
    if (pair !== undefined) result.push(pair);
  }
  return result.reverse();
}

/** The longest common subsequence of a small region, by the table of all prefixes. */
function commonLines(
  a: readonly string[],
  b: readonly string[],
  { a: [aLow, aHigh], b: [bLow, bHigh] }: Region,
): Match[] {
  const width = bHigh - bLow + 1;
  const table = new Uint16Array((aHigh - aLow + 1) * width);
  const at = (i: number, j: number): number => table[(i - aLow) * width + (j - bLow)] ?? 0;
  for (let i = aHigh - 1; i >= aLow; i--)
    for (let j = bHigh - 1; j >= bLow; j--)
      table[(i - aLow) * width + (j - bLow)] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const matches: Match[] = [];
  for (let i = aLow, j = bLow; i < aHigh && j < bHigh;) {
    if (a[i] === b[j]) matches.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return matches;
}
