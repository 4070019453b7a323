import type { Location, NodePart, NodePath } from "../source/position.ts";
import { DocumentFault } from "./document-fault.ts";
import type { RawDocument, RawValue } from "./document.ts";
import type { LineIndex } from "./line-index.ts";
import type { KnownPlaces, PlacedText } from "./known-places.ts";
import type { Place, Span } from "./place.ts";
import { findPlace } from "./place.ts";

/** How many documents, and characters of documents, keep their places in memory after somebody asked for one. */
const maxCached = 64;
const maxCachedLength = 4_000_000;

/** Makes a document that was parsed findable. `readPlaces` parses it again, for its places. */
export type PlaceReader = (text: string, span: Span) => Place;

/**
 * The places of the documents that were asked last. Others are found again when they are asked. They are kept in slots that
 * are written over: a Map that entries come into and go from leaves a chain of dead tables behind, and what these hold is
 * garbage that stays until all of the heap is looked through.
 */
class PlaceCache {
  readonly #documents: (ParsedDocument | undefined)[] = Array.from({ length: maxCached });
  readonly #places: (Place | undefined)[] = Array.from({ length: maxCached });
  #length = 0;
  /** The slot that is written next, which is the oldest. */
  #next = 0;

  placesOf(document: ParsedDocument): Place {
    const known = this.#places[this.#documents.indexOf(document)];
    if (known !== undefined) return known;
    const places = document.readPlaces();
    this.#empty(this.#next);
    this.#documents[this.#next] = document;
    this.#places[this.#next] = places;
    this.#length += document.length;
    this.#next = (this.#next + 1) % maxCached;
    // The oldest first, and the one that was just asked not at all.
    for (let i = 0; i < maxCached - 1 && this.#length > maxCachedLength; i++) this.#empty((this.#next + i) % maxCached);
    return places;
  }

  #empty(slot: number): void {
    this.#length -= this.#documents[slot]?.length ?? 0;
    this.#documents[slot] = undefined;
    this.#places[slot] = undefined;
  }
}

/** Shared by all files, so that many small files hold no more memory than one large one. */
const cache = new PlaceCache();

/** A document that keeps its text's offsets and finds places by parsing it again. */
export class ParsedDocument implements RawDocument, PlacedText {
  readonly file: string;
  readonly index: number;
  readonly value: RawValue;
  readonly #lines: LineIndex;
  readonly #span: Span;
  readonly #readPlaces: PlaceReader;
  readonly #known: KnownPlaces | undefined;

  /** `known`: places of documents that `everydayYaml` has read, if this is one. */
  constructor(
    lines: LineIndex,
    index: number,
    value: RawValue,
    span: Span,
    readPlaces: PlaceReader,
    known: KnownPlaces | undefined,
  ) {
    this.file = lines.source.name;
    this.index = index;
    this.value = value;
    this.#lines = lines;
    this.#span = span;
    this.#readPlaces = readPlaces;
    this.#known = known;
  }

  get length(): number {
    return this.#span.end - this.#span.start;
  }

  /**
   * The places of the nodes, or of those in the first characters; where the text does not read a second time, the document is
   * the place of everything in it.
   */
  readPlaces(length: number = this.length): Place {
    const { start } = this.#span;
    try {
      return this.#readPlaces(this.#lines.source.text, { start, end: start + length });
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error;
      return { ...this.#span, key: undefined, child: () => undefined };
    }
  }

  get text(): string {
    const { start, end } = this.#span;
    return this.#lines.source.text.slice(start, end);
  }

  get base(): number {
    return this.#span.start;
  }

  /** Those of the whole are kept for a while. */
  places(length?: number): Place {
    return length === undefined ? cache.placesOf(this) : this.readPlaces(length);
  }

  /** Whether the node at a path is written on one line without quotes. */
  isPlain(path: NodePath): boolean {
    const { start, end } = findPlace(this.places(), path, "value").span;
    return /^[^"'|>][^\r\n]*$/.test(this.#lines.source.text.slice(start, end));
  }

  /** The same document with another value at the same places. */
  withValue(value: RawValue): ParsedDocument {
    return new ParsedDocument(this.#lines, this.index, value, this.#span, this.#readPlaces, this.#known);
  }

  locate(path: NodePath, part: NodePart = "value"): Location {
    const found = this.#known?.found(this, path, part) ?? findPlace(this.places(), path, part);
    return this.#lines.locationOf(found.span.start, found.span.end, found.path);
  }

  quote(path: NodePath): string | undefined {
    const { span, path: found } = findPlace(this.places(), path, "value");
    if (found.length < path.length) return undefined;
    const margin = " ".repeat(this.#lines.positionAt(span.start).column - 1);
    const lines = this.#lines.source.text
      .slice(span.start, span.end)
      .trimEnd()
      .split(/\r\n|[\n\r]/);
    return lines.map((line) => (line.startsWith(margin) ? line.slice(margin.length) : line.trimStart())).join("\n");
  }
}
