import { type Box, boxesOverlap, intersectBoxes, subtractBox } from "./box.ts";
import type { Budget } from "./budget.ts";

/** What a box shares with each of others, where it shares something. */
export function overlapsOf(box: Box, others: readonly Box[]): readonly Box[] {
  return others.map((other) => intersectBoxes(box, other)).filter((both) => both !== undefined);
}

/** What is left of parts without boxes. Once the budget ends it is of no use. */
export function without(parts: readonly Box[], boxes: readonly Box[], budget: Budget): readonly Box[] {
  let rest = parts;
  for (const box of boxes)
    rest = rest.flatMap((part) => {
      if (!budget.spend(1 + part.length)) return [];
      return boxesOverlap(part, box) ? subtractBox(part, box) : [part];
    });
  return rest;
}
