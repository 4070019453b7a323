import type { Budget } from "./budget.ts";
import { type Box, boxKey, type Dimension, holdsPoint, type Point, type Term } from "./box.ts";

/** A box that covers, and how many owners hold it in place. Equal boxes share one entry. */
export interface CoverEntry {
  readonly box: Box;
  /** Those who brought it, in the order they came; an owner may be here several times. */
  readonly owners: readonly number[];
}

interface Entry extends CoverEntry {
  readonly owners: number[];
}

/** Entries by aligned block of elements: level, then block number at that level. */
type Postings = Map<number, Map<number, Entry[]>>;

interface DimensionPostings {
  readonly dimension: Dimension;
  readonly postings: Postings;
}

/** A constraint that needs more blocks than this is not used to find its box. */
const maxBlocks = 48;

/** So few boxes are looked at one by one: most namespaces have no more, and filing them would take longer. */
const fewBoxes = 32;

/**
 * Boxes, found by a point they hold. Each box is filed under one of its constraints, the one that narrows most, as
 * aligned blocks of elements; a point looks under its own elements only. Boxes come and go; equal ones are one.
 */
export class CoverIndex {
  readonly #entries = new Map<string, Entry>();
  /** The same by the very boxes that made them: naming a box costs more than finding it. */
  readonly #byBox = new Map<Box, Entry>();
  readonly #filed = new Map<number, DimensionPostings>();
  /** Dimensions filed under their first element: they are looked up for every point. */
  readonly #always = new Set<number>();
  readonly #unfiled: Entry[] = [];
  /** Not filed yet: an index of few boxes never files any, nor one that is only asked for very boxes. */
  #waiting: Entry[] = [];

  /** Adds a box; the same box again only adds an owner. */
  add(box: Box, owner: number): CoverEntry {
    const entry = this.#byBox.get(box) ?? this.#entryOf(box);
    entry.owners.push(owner);
    return entry;
  }

  #entryOf(box: Box): Entry {
    const key = boxKey(box);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { box, owners: [] };
      this.#entries.set(key, entry);
      this.#byBox.set(box, entry);
      this.#waiting.push(entry);
    }
    return entry;
  }

  /** Takes away one owner of a box; a box without owners covers nothing. */
  remove(entry: CoverEntry, owner: number): void {
    const owners = (entry as Entry).owners; // every entry that was handed out is one of ours
    const at = owners.lastIndexOf(owner);
    if (at >= 0) owners.splice(at, 1);
  }

  /** Puts an owner back. */
  restore(entry: CoverEntry, owner: number): void {
    (entry as Entry).owners.push(owner); // every entry that was handed out is one of ours
  }

  /** Whether this very box is there: no geometry needed. */
  find(box: Box): CoverEntry | undefined {
    const entry = this.#byBox.get(box) ?? this.#entries.get(boxKey(box));
    return entry !== undefined && entry.owners.length > 0 ? entry : undefined;
  }

  /** All boxes in place. */
  *entries(): Iterable<CoverEntry> {
    for (const entry of this.#entries.values()) if (entry.owners.length > 0) yield entry;
  }

  /**
   * Looks at the boxes in place that hold a point until the visitor says that it has seen enough, or the budget ends.
   * A visitor, because this is asked for every point of every proof: a generator would be a quarter of its time.
   */
  visitHolding(point: Point, budget: Budget, enough: (entry: CoverEntry) => boolean): void {
    if (this.#entries.size <= fewBoxes) {
      visitHolders(this.#waiting, point, budget, enough);
      return;
    }
    for (const entry of this.#waiting) this.#file(entry);
    this.#waiting = [];
    if (visitHolders(this.#unfiled, point, budget, enough)) return;
    for (const id of this.#always)
      if (!point.has(id) && this.#visitAt(id, firstElement(this.#filed.get(id)), point, budget, enough)) return;
    for (const [id, element] of point) if (this.#visitAt(id, element, point, budget, enough)) return;
  }

  /** Whether the visitor has seen enough. */
  #visitAt(id: number, element: number, point: Point, budget: Budget, enough: (entry: CoverEntry) => boolean): boolean {
    const filed = this.#filed.get(id);
    if (filed === undefined) return false;
    for (const [level, blocks] of filed.postings) {
      const entries = blocks.get(Math.floor(element / 2 ** level));
      if (entries !== undefined && visitHolders(entries, point, budget, enough)) return true;
    }
    return false;
  }

  #file(entry: Entry): void {
    let best: { dimension: Dimension; blocks: readonly Block[]; cost: number } | undefined;
    for (const term of entry.box) {
      const { dimension } = term;
      const blocks = blocksOf(term);
      if (blocks === undefined) continue;
      const cost = this.#crowd(dimension, blocks);
      if (best === undefined || cost < best.cost) best = { dimension, blocks, cost };
    }
    if (best === undefined) {
      this.#unfiled.push(entry);
      return;
    }
    const { dimension, blocks } = best;
    let filed = this.#filed.get(dimension.id);
    if (filed === undefined) {
      filed = { dimension, postings: new Map() };
      this.#filed.set(dimension.id, filed);
    }
    if (blocks.some(({ level, block }) => block === Math.floor((dimension.all[0] as number) / 2 ** level)))
      this.#always.add(dimension.id);
    for (const { level, block } of blocks) {
      let atLevel = filed.postings.get(level);
      if (atLevel === undefined) filed.postings.set(level, (atLevel = new Map<number, Entry[]>()));
      const list = atLevel.get(block);
      if (list === undefined) atLevel.set(block, [entry]);
      else list.push(entry);
    }
  }

  /** How many boxes are already filed where this one would go. */
  #crowd(dimension: Dimension, blocks: readonly Block[]): number {
    const postings = this.#filed.get(dimension.id)?.postings;
    let crowd = 0;
    for (const { level, block } of blocks) crowd = Math.max(crowd, postings?.get(level)?.get(block)?.length ?? 0);
    return crowd;
  }
}

function firstElement(filed: DimensionPostings | undefined): number {
  return filed?.dimension.all[0] as number;
}

/** Whether the visitor has seen enough. Where the budget ends the rest of the list is left out. */
function visitHolders(
  entries: readonly Entry[],
  point: Point,
  budget: Budget,
  enough: (entry: CoverEntry) => boolean,
): boolean {
  let skipped = 0;
  for (const entry of entries) {
    if (entry.owners.length === 0) {
      // Boxes that are out cost little to skip, but a long list of them is not free.
      if ((++skipped & 15) === 0 && !budget.spend(1)) return false;
      continue;
    }
    if (!budget.spend(1 + (entry.box.length >> 2))) return false;
    if (holdsPoint(entry.box, point) && enough(entry)) return true;
  }
  return false;
}

interface Block {
  readonly level: number;
  readonly block: number;
}

/** The blocks of terms that were looked at: boxes share theirs, of one index and of others. */
const blocksOfTerms = new WeakMap<Term, readonly Block[] | "none">();

function blocksOf(term: Term): readonly Block[] | undefined {
  let blocks = blocksOfTerms.get(term);
  if (blocks === undefined) blocksOfTerms.set(term, (blocks = alignedBlocks(term) ?? "none"));
  return blocks === "none" ? undefined : blocks;
}

/**
 * A set of elements as aligned blocks of 2^level; undefined when it is of no use for finding: too scattered, open at the
 * end, or, for sparse dimensions such as labels, one that absence satisfies.
 */
function alignedBlocks({ dimension, within }: Term): readonly Block[] | undefined {
  if (within.length > maxBlocks) return undefined;
  const isLabel = "role" in dimension;
  const last = within[within.length - 1];
  if (isLabel && ((within[0] as number) < 2 || last === dimension.all[dimension.all.length - 1])) return undefined;
  const blocks: Block[] = [];
  for (let i = 0; i < within.length; i += 2) {
    let first = within[i] as number;
    const end = within[i + 1] as number;
    while (first < end) {
      let level = 0;
      while (first % 2 ** (level + 1) === 0 && first + 2 ** (level + 1) <= end) level++;
      blocks.push({ level, block: first / 2 ** level });
      if (blocks.length > maxBlocks) return undefined;
      first += 2 ** level;
    }
  }
  return blocks;
}
