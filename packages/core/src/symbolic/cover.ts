import { pushAll } from "../lib/push-all.ts";
import { type Box, cuts, type Point, samplePoint, subtractBox } from "./box.ts";
import type { Budget } from "./budget.ts";
import { type CoverEntry, CoverIndex } from "./cover-index.ts";

/** Whether a union of boxes holds all of a box: with the boxes that were used, or with a point that escapes. */
export type Cover =
  | { readonly status: "covered"; readonly by: readonly CoverEntry[] }
  | { readonly status: "uncovered"; readonly point: Point; readonly part: Box }
  | { readonly status: "undecided" };

const undecided: Cover = { status: "undecided" };

/** The terms that one subtraction may write. Not charged to the budget, which other questions share. */
const maxSubtraction = 1_000_000;

/**
 * Decides whether the boxes of an index together hold a box. Looks at one point of what is left at a time: no box holds
 * it, then it is the counterexample; else the box that holds it is taken away and the remaining parts are looked at.
 * A box that is not met at such a point is never touched.
 */
export function coverOf(box: Box, index: CoverIndex, budget: Budget): Cover {
  const equal = index.find(box);
  if (equal !== undefined) return { status: "covered", by: [equal] };
  // Most boxes are not covered, which the first point tells.
  let used: Set<CoverEntry> | undefined;
  const parts: Box[] = [];
  for (let part: Box | undefined = box; part !== undefined; part = parts.pop()) {
    const point = samplePoint(part);
    const holder = bestHolder(part, point, index, budget);
    if (!budget.spend(1 + part.length) || budget.exhausted) return undecided;
    if (holder === undefined) return { status: "uncovered", point, part };
    (used ??= new Set()).add(holder);
    // Taking away makes a piece per term, each as long as both boxes: a selector of thousands of keys is not worth it.
    if (holder.box.length * (part.length + holder.box.length) > maxSubtraction) return undecided;
    const rest = subtractBox(part, holder.box);
    for (const piece of rest) if (!budget.spend(size(piece))) return undecided;
    pushAll(parts, rest);
  }
  return { status: "covered", by: [...(used ?? [])] };
}

/** So many boxes at one point are compared; more make the choice dearer than it is worth. */
const maxCompared = 64;

/** A box that holds all of the part, or else the one that leaves the fewest pieces; the first of equals. */
function bestHolder(part: Box, point: Point, index: CoverIndex, budget: Budget): CoverEntry | undefined {
  let best: CoverEntry | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  let compared = 0;
  index.visitHolding(point, budget, (entry) => {
    const pieces = cuts(part, entry.box);
    if (pieces < fewest) {
      best = entry;
      fewest = pieces;
    }
    return pieces === 0 || ++compared === maxCompared;
  });
  return best;
}

/** What making a box costs: its terms and the lists in them. */
function size(box: Box): number {
  let total = 1;
  for (const { within } of box) total += 1 + (within.length >> 3);
  return total;
}

/** Whether a list of boxes covers a box; `by` are places in the list, reduced to a set of which none can be left out. */
export type ListCover =
  | { readonly status: "covered"; readonly by: readonly number[] }
  | { readonly status: "uncovered"; readonly point: Point }
  | { readonly status: "undecided" };

/** Decides whether boxes in a list together hold a box. An undefined box is empty. */
export function coverByList(box: Box, boxes: readonly (Box | undefined)[], budget: Budget): ListCover {
  const index = new CoverIndex();
  boxes.forEach((candidate, i) => {
    if (candidate !== undefined) index.add(candidate, i);
  });
  const cover = coverOf(box, index, budget);
  if (cover.status !== "covered") return cover;
  const by = irredundant(box, cover.by, budget).map(({ owners }) => owners[0] as number);
  return { status: "covered", by: by.sort((a, b) => a - b) };
}

/** More boxes than this are not reduced: each takes a proof of its own. */
const maxReduced = 24;

/** Leaves out boxes one by one as long as the rest still covers. */
export function irredundant(box: Box, by: readonly CoverEntry[], budget: Budget): readonly CoverEntry[] {
  if (by.length < 2 || by.length > maxReduced) return by;
  let kept = by;
  for (const candidate of by) {
    const without = kept.filter((entry) => entry !== candidate);
    const index = new CoverIndex();
    for (const entry of without) index.add(entry.box, 0);
    if (coverOf(box, index, budget).status === "covered") kept = without;
  }
  return kept;
}
