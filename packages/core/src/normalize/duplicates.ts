import type { ObjectRef, Report } from "../diagnostics/diagnostic.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Location, Locator, Origin } from "../source/position.ts";
import { locationOf, quoteOf } from "../source/position.ts";
import { type Alternative, type Duplicate, alternativeDirectories } from "./alternative-directories.ts";
import { escapeMisleading } from "./quote.ts";

/** Two files that share this many objects are two forms of one thing: that is told once. */
const manyShared = 3;

/** Objects that the input has twice. They are reported at the end, document by document: going back and forth between two large ones would find every place anew. */
export class Duplicates {
  readonly #found: Duplicate[] = [];

  add(duplicate: Duplicate): void {
    this.#found.push(duplicate);
  }

  /**
   * Reports each at its later place, in input order; of two files that share many objects one, a policy if there is one; of
   * directories that are alternatives that they are. These are returned.
   */
  reportTo(report: Report): readonly Alternative[] {
    const alternatives = alternativeDirectories(this.#found);
    reportAlternatives(alternatives, report);
    const apart = new Set(alternatives.flatMap(({ duplicates }) => duplicates));
    this.#reportEach(
      this.#found.filter((duplicate) => !apart.has(duplicate)),
      report,
    );
    return alternatives;
  }

  #reportEach(duplicates: readonly Duplicate[], report: Report): void {
    const told = [...groupBy(duplicates, filesOf).values()].flatMap((shared) => toTell(shared));
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

/** How many directories are named, and how many sets of them. */
const shownDirectories = 5;
const shownSets = 3;

/** Tells of all directories that are alternatives: an error where a policy was replaced by another one, because then the answer lacks it. */
function reportAlternatives(alternatives: readonly Alternative[], report: Report): void {
  const duplicates = alternatives.flatMap((each) => each.duplicates);
  const replaced = duplicates.find(({ isPolicy, earlier, later }) => isPolicy && textOf(earlier) !== textOf(later));
  const [first] = duplicates;
  if (first === undefined) return;
  const sets = alternatives.slice(0, shownSets).map(directoriesText);
  const more = alternatives.length - sets.length;
  const which = replaced === undefined ? "" : `, also of policies that differ, as of ${nameOf(replaced.ref)}`;
  report({
    code: "duplicate-object",
    severity: replaced === undefined ? "warning" : "error",
    ...(replaced === undefined ? {} : { unreadable: true }),
    message: `directories have objects in common, as several clusters or variants of one have: ${sets.join("; ")}${more > 0 ? `; and so have those of ${more} more directories` : ""}. All was read as one cluster, in which the last of each object wins${which}: name one of the directories, or have each analysed by itself with --render`,
    location: locationOf((replaced ?? first).later, ["metadata", "name"]),
  });
}

function directoriesText({ within, directories, objects }: Alternative): string {
  const shown = directories.slice(0, shownDirectories);
  const last = directories.length > shown.length ? `${directories.length - shown.length} more` : shown.pop();
  const count = objects === 1 ? "1 object" : `${objects} objects`;
  return escapeMisleading(`${shown.join(", ")} and ${last}${within === "." ? "" : ` in ${within}`} (${count})`);
}

function textOf(origin: Origin): string | undefined {
  return quoteOf(origin, ["spec"]);
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
  const policy = shared.find(({ isPolicy }) => isPolicy);
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
