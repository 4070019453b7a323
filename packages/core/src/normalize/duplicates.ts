import type { ObjectRef, Report } from "../diagnostics/diagnostic.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Location, Locator, Origin } from "../source/position.ts";
import { locationOf } from "../source/position.ts";
import { escapeMisleading } from "./quote.ts";

interface Duplicate {
  readonly ref: ObjectRef;
  readonly earlier: Origin;
  readonly later: Origin;
}

/** Two files that share this many objects are two forms of one thing: that is told once. */
const manyShared = 3;

/** Objects that the input has twice. They are reported at the end, document by document: going back and forth between two large ones would find every place anew. */
export class Duplicates {
  readonly #found: Duplicate[] = [];

  add(ref: ObjectRef, earlier: Origin, later: Origin): void {
    this.#found.push({ ref, earlier, later });
  }

  /** Reports each at its later place, in input order; of two files that share many objects one, a policy if there is one. */
  reportTo(report: Report): void {
    if (this.#found.length === 0) return;
    const told = [...groupBy(this.#found, filesOf).values()].flatMap((shared) => toTell(shared));
    const earlierPlaces = locationsOf(told.map(({ duplicate }) => duplicate.earlier));
    for (const { duplicate, more } of told) {
      const { ref, earlier, later } = duplicate;
      const place = earlierPlaces.get(earlier);
      const first = place === undefined ? "" : ` at ${escapeMisleading(place.file)}:${place.line}:${place.column}`;
      const rest =
        more === 0
          ? ": this later one wins, as it is applied last. Remove or rename one"
          : `, and so are ${more} more objects of ${escapeMisleading(later.locator.file)}: the later ones win, as they are applied last. If the files are alternatives, read one of them`;
      report({
        code: "duplicate-object",
        severity: "warning",
        message: `${ref.kind} ${nameOf(ref)} is already defined${first}${rest}`,
        location: locationOf(later, ["metadata", "name"]),
        object: ref,
      });
    }
  }
}

interface Told {
  readonly duplicate: Duplicate;
  /** How many others it stands for. */
  readonly more: number;
}

function filesOf({ earlier, later }: Duplicate): string {
  return JSON.stringify([earlier.locator.file, later.locator.file]);
}

function toTell(shared: readonly Duplicate[]): readonly Told[] {
  const [first] = shared;
  const isWithinOne = first?.earlier.locator.file === first?.later.locator.file;
  if (first === undefined || isWithinOne || shared.length < manyShared)
    return shared.map((duplicate) => ({ duplicate, more: 0 }));
  const policy = shared.find(({ ref }) => ref.kind.endsWith("Policy"));
  return [{ duplicate: policy ?? first, more: shared.length - 1 }];
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
