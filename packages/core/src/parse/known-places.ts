import { Recent } from "../lib/recent.ts";
import type { NodePart, NodePath } from "../source/position.ts";
import { blockEnd } from "./everyday-lines.ts";
import { type Found, findPlace, type Place } from "./place.ts";

const specLine = "\nspec:\n";

/** Longer texts are rarely written twice, and V8 gives all texts of one length above 16,383 one hash. */
const longest = 8000;
/** Of so many specs at least the places are known. */
const most = 2000;

/** A document by its text, its offset in its file, and what tells the places in it, or in its first characters alone. */
export interface PlacedText {
  readonly text: string;
  readonly base: number;
  places(length?: number): Place;
}

/**
 * Places below `spec` by the text of it, counted from where that begins: what is written alike has its parts at the same
 * places. And what stands before it is found without reading it. Only for documents that `everydayYaml` reads, where
 * indentation alone tells what is below a key. For all texts of one reading.
 */
export class KnownPlaces {
  readonly #specs = new Recent<string, Map<string, Found>>(most);

  /** What a path leads to in a document. */
  found(document: PlacedText, path: NodePath, part: NodePart): Found {
    const { text, base } = document;
    const at = path.length > 1 ? text.indexOf(specLine) : -1;
    if (at < 0) return findPlace(document.places(), path, part);
    if (path[0] !== "spec") {
      const found = findPlace(document.places(at + 1), path, part);
      return found.path.length > 0 ? found : findPlace(document.places(), path, part);
    }
    const start = at + specLine.length;
    const spec = text.slice(start, blockEnd(text, start, 0));
    if (spec.length > longest) return findPlace(document.places(), path, part);
    const places = this.#placesIn(spec);
    const key = JSON.stringify([part, ...path]);
    const known = places.get(key);
    if (known !== undefined) return moved(known, base + start);
    const found = findPlace(document.places(), path, part);
    if (found.path.length > 1) places.set(key, moved(found, -base - start));
    return found;
  }

  #placesIn(spec: string): Map<string, Found> {
    let places = this.#specs.get(spec);
    if (places === undefined) this.#specs.put(spec, (places = new Map<string, Found>()));
    return places;
  }
}

function moved({ span, path }: Found, by: number): Found {
  return { span: { start: span.start + by, end: span.end + by }, path };
}
