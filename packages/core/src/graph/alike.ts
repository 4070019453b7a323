/** An edge between two nodes, by position. Two edges are the same when their values are; 0 is no edge. */
export interface ValuedEdge {
  readonly source: number;
  readonly target: number;
  readonly value: number;
}

/** The value of no edge. */
const noEdge = 0;

/**
 * The blocks of nodes that may change places: `a` and `b` are alike when what each sends to and gets from every third
 * node is the same, what they send each other is the same both ways, and what each may send itself is the same. So in
 * a block all pairs of different nodes have the same connections, and between two blocks all pairs have: a graph of the
 * blocks tells all that the graph told. (In graph theory: twins, the finest structural equivalence.)
 *
 * @param kinds - nodes of different kinds are never alike
 * @returns the positions in each block; blocks by their first position
 */
export function alikeNodes(kinds: readonly string[], edges: readonly ValuedEdge[]): readonly (readonly number[])[] {
  const around = surroundings(kinds.length, edges);
  const sums = around.map(sumsOf);
  const groups = candidates(kinds, around, sums);
  const blockOf = new Map<number, number[]>();
  const blocks: number[][] = [];
  for (const [value, members] of groups) {
    // Sums may agree by chance or by design: that nodes are alike is looked up, not believed.
    const confirmed: number[][] = [];
    for (const at of members) {
      if (blockOf.has(at)) continue;
      const own = confirmed.find(([first = at]) => isSame(around, first, at, value));
      if (own === undefined) confirmed.push([at]);
      else own.push(at);
    }
    for (const block of confirmed) {
      if (block.length < 2) continue;
      blocks.push(block);
      for (const at of block) blockOf.set(at, block);
    }
  }
  kinds.forEach((_, at) => {
    if (!blockOf.has(at)) blocks.push([at]);
  });
  return blocks.toSorted(([a = 0], [b = 0]) => a - b);
}

/** What one node sends to and gets from the others, and itself. */
interface Surroundings {
  readonly out: Map<number, number>;
  readonly into: Map<number, number>;
  own: number;
}

function surroundings(count: number, edges: readonly ValuedEdge[]): readonly Surroundings[] {
  const around = Array.from({ length: count }, (): Surroundings => ({
    out: new Map(),
    into: new Map(),
    own: noEdge,
  }));
  for (const { source, target, value } of edges) {
    const from = around[source] as Surroundings;
    if (source === target) from.own = value;
    else {
      from.out.set(target, value);
      (around[target] as Surroundings).into.set(source, value);
    }
  }
  return around;
}

/** Two sums over everything around a node, each of 32 bits. */
type Sums = readonly [number, number];

function sumsOf({ out, into }: Surroundings): Sums {
  let [one, other] = [0, 0];
  for (const [at, value] of out) {
    one = (one + mixed(at, value, 1)) | 0;
    other = (other + mixed(at, value, 2)) | 0;
  }
  for (const [at, value] of into) {
    one = (one + mixed(at, value, 3)) | 0;
    other = (other + mixed(at, value, 4)) | 0;
  }
  return [one, other];
}

/**
 * Nodes by what is around them when each is taken to send itself what it would send those alike: those that are alike
 * then have the same sums. That is nothing, or what it sends some other and gets back.
 */
function candidates(
  kinds: readonly string[],
  around: readonly Surroundings[],
  sums: readonly Sums[],
): readonly (readonly [number, readonly number[]])[] {
  const groups = new Map<string, { readonly value: number; readonly members: number[] }>();
  around.forEach(({ out, into, own }, at) => {
    const mutual = [...out].flatMap(([other, value]) => (into.get(other) === value ? [value] : []));
    const [one, other] = sums[at] as Sums;
    for (const value of new Set([noEdge, ...mutual])) {
      const isNone = value === noEdge;
      const closedOne = isNone ? one : (one + mixed(at, value, 1) + mixed(at, value, 3)) | 0;
      const closedOther = isNone ? other : (other + mixed(at, value, 2) + mixed(at, value, 4)) | 0;
      const key = [kinds[at], own, value, closedOne, closedOther].join("\u0000");
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { value, members: [at] });
      else group.members.push(at);
    }
  });
  return [...groups.values()].flatMap(({ value, members }) => (members.length > 1 ? [[value, members] as const] : []));
}

function isSame(around: readonly Surroundings[], a: number, b: number, value: number): boolean {
  const [one, other] = [around[a] as Surroundings, around[b] as Surroundings];
  return isSameSide(one.out, other.out, a, b, value) && isSameSide(one.into, other.into, a, b, value);
}

function isSameSide(
  one: ReadonlyMap<number, number>,
  other: ReadonlyMap<number, number>,
  a: number,
  b: number,
  value: number,
): boolean {
  if ((one.get(b) ?? noEdge) !== value || (other.get(a) ?? noEdge) !== value) return false;
  if (one.size !== other.size) return false;
  for (const [at, edge] of one) if (at !== b && other.get(at) !== edge) return false;
  return true;
}

/** A number without pattern for a neighbour, what is between, and a salt (the finalizer of MurmurHash3). */
function mixed(at: number, value: number, salt: number): number {
  let hash = Math.imul(at + 1, 0x9e3779b1) ^ Math.imul(value + 1, 0x85ebca6b) ^ Math.imul(salt, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
