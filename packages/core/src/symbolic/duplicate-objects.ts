import { groupBy } from "../lib/group-by.ts";
import type { Policy } from "../model/policy.ts";
import { sayKey } from "../semantics/canonical-key.ts";
import { compareNames } from "../semantics/tiers.ts";

/** By the name of what each was read from. */
export function byName([a]: readonly Policy[], [b]: readonly Policy[]): number {
  return a === undefined || b === undefined ? 0 : compareNames(a, b);
}

/** Objects of one kind that say the same at the same place of the order: those after the first by name, each with that one. */
export function duplicateObjects(
  objects: readonly (readonly Policy[])[],
): ReadonlyMap<readonly Policy[], readonly Policy[]> {
  const same = groupBy(objects.toSorted(byName), (parts) => JSON.stringify(parts.map(sayKey)));
  return new Map(
    [...same.values()].flatMap(([kept, ...more]) =>
      kept === undefined ? [] : more.map((object) => [object, kept] as const),
    ),
  );
}
