import type { ObjectRef, Report } from "../diagnostics/diagnostic.ts";
import type { Location, Locator, Origin } from "../source/position.ts";
import { locationOf } from "../source/position.ts";
import { escapeMisleading } from "./quote.ts";

interface Duplicate {
  readonly ref: ObjectRef;
  readonly earlier: Origin;
  readonly later: Origin;
}

/** Objects that the input has twice. They are reported at the end, document by document: going back and forth between two large ones would find every place anew. */
export class Duplicates {
  readonly #found: Duplicate[] = [];

  add(ref: ObjectRef, earlier: Origin, later: Origin): void {
    this.#found.push({ ref, earlier, later });
  }

  /** Reports each at its later place, in input order. */
  reportTo(report: Report): void {
    if (this.#found.length === 0) return;
    const earlierPlaces = locationsOf(this.#found.map(({ earlier }) => earlier));
    for (const { ref, earlier, later } of this.#found) {
      const place = earlierPlaces.get(earlier);
      const first = place === undefined ? "" : ` at ${escapeMisleading(place.file)}:${place.line}:${place.column}`;
      report({
        code: "duplicate-object",
        severity: "warning",
        message: `${ref.kind} ${nameOf(ref)} is already defined${first}: this later one wins, as it is applied last. Remove or rename one`,
        location: locationOf(later, ["metadata", "name"]),
        object: ref,
      });
    }
  }
}

function nameOf({ namespace, name }: ObjectRef): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function locationsOf(origins: readonly Origin[]): ReadonlyMap<Origin, Location> {
  const byDocument = new Map<Locator, Origin[]>();
  for (const origin of origins) {
    const same = byDocument.get(origin.locator);
    if (same === undefined) byDocument.set(origin.locator, [origin]);
    else same.push(origin);
  }
  const places = new Map<Origin, Location>();
  for (const same of byDocument.values())
    for (const origin of same) places.set(origin, locationOf(origin, ["metadata", "name"]));
  return places;
}
