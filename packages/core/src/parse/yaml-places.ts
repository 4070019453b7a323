import type { AliasEvent, Event, MappingEvent, ScalarEvent, SequenceEvent } from "js-yaml";
import { CHOMPING_MODE, COLLECTION_STYLE, EVENT_ID, SCALAR_STYLE, getScalarValue } from "js-yaml";
import type { PathStep } from "../source/position.ts";
import { keyTextOf, plainKeyText } from "./key-text.ts";
import type { Place, Span } from "./place.ts";
import { typedTaggedScalar } from "./tagged-scalar.ts";
import { anchorName, documentEvents, noOffset, quoteWidth, tagText } from "./yaml-events.ts";
import { isMergeKey } from "./yaml-keys.ts";

/** A mapping entry as text. */
interface Entry {
  readonly key: YamlPlace;
  readonly keyText: string | undefined;
  readonly isMerge: boolean;
  readonly value: YamlPlace;
}

/** The places of one YAML document that was read before. `base` is the document's offset in its file. */
export function yamlPlaces(text: string, base: number): Place {
  const read = documentEvents(text);
  return new PlaceBuilder(read.text, base, read.events).root();
}

/** A node of a YAML document. What is behind an alias is found where it was written. */
class YamlPlace implements Place {
  readonly start: number;
  readonly end: number;
  readonly key: Span | undefined;
  items: readonly YamlPlace[] | undefined;
  entries: readonly Entry[] | undefined;
  /** The node that this alias stands for. */
  target: YamlPlace | undefined;
  /** The text of a scalar as a key. */
  keyText: string | undefined;
  #members: Map<string, Place> | undefined;

  constructor(span: Span, key: Span | undefined) {
    this.start = span.start;
    this.end = span.end;
    this.key = key;
  }

  child(step: PathStep): Place | undefined {
    if (this.target !== undefined) return this.target.child(step);
    if (this.items !== undefined) return typeof step === "number" ? this.items[step] : undefined;
    return this.members()?.get(String(step));
  }

  /** The children of a mapping by key; in the order of writing, so that the last of equal keys wins, as in the value. */
  members(): ReadonlyMap<string, Place> | undefined {
    if (this.target !== undefined) return this.target.members();
    if (this.entries === undefined) return undefined;
    if (this.#members === undefined) {
      this.#members = new Map();
      for (const entry of this.entries) {
        if (entry.isMerge) for (const [key, place] of entry.value.merged()) this.#members.set(key, place);
        else if (entry.keyText !== undefined) this.#members.set(entry.keyText, entry.value);
      }
    }
    return this.#members;
  }

  /** What this node brings as the value of a merge key: of several mappings the first wins. */
  merged(): Iterable<readonly [string, Place]> {
    const sources = this.target?.items ?? this.items;
    return sources === undefined
      ? (this.members() ?? [])
      : sources.toReversed().flatMap((source) => Array.from(source.members() ?? []));
  }
}

/** A cursor over the events of one document. Offsets in it are those of the document until a place is made. */
class PlaceBuilder {
  readonly #text: string;
  readonly #base: number;
  readonly #events: readonly Event[];
  readonly #anchors = new Map<string, YamlPlace>();
  #next = 1;
  /** The end of the last token. */
  #cursor = 0;

  constructor(text: string, base: number, events: readonly Event[]) {
    this.#text = text;
    this.#base = base;
    this.#events = events;
  }

  root(): YamlPlace {
    return this.#node(this.#take(), undefined);
  }

  #take(): Event | undefined {
    return this.#events[this.#next++];
  }

  #node(event: Event | undefined, key: Span | undefined): YamlPlace {
    switch (event?.type) {
      case EVENT_ID.SCALAR:
        return this.#anchored(event, this.#scalar(event, key));
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE:
        return this.#collection(event, key);
      case EVENT_ID.ALIAS:
        return this.#alias(event, key);
      default:
        return this.#place(this.#cursor, this.#cursor, key);
    }
  }

  #place(start: number, end: number, key: Span | undefined): YamlPlace {
    this.#cursor = end;
    return new YamlPlace({ start: start + this.#base, end: end + this.#base }, key);
  }

  #anchored(event: ScalarEvent | MappingEvent | SequenceEvent, place: YamlPlace): YamlPlace {
    if (event.anchorStart !== noOffset) this.#anchors.set(anchorName(this.#text, event), place);
    return place;
  }

  #alias(event: AliasEvent, key: Span | undefined): YamlPlace {
    const place = this.#place(event.anchorStart - 1, event.anchorEnd, key);
    place.target = this.#anchors.get(anchorName(this.#text, event));
    place.keyText = place.target?.keyText;
    return place;
  }

  #scalar(event: ScalarEvent, key: Span | undefined): YamlPlace {
    const place = this.#scalarSpan(event, key);
    place.keyText = scalarKeyText(this.#text, event);
    return place;
  }

  #scalarSpan(event: ScalarEvent, key: Span | undefined): YamlPlace {
    if (event.valueStart === noOffset) return this.#empty(event, key);
    if (event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK) {
      return this.#blockScalar(event, key);
    }
    const quote = quoteWidth(event);
    return this.#place(event.valueStart - quote, event.valueEnd + quote, key);
  }

  /** Nothing is written: shown as its properties, its key, or the dash of its sequence item. */
  #empty(event: ScalarEvent, key: Span | undefined): YamlPlace {
    if (event.tagStart !== noOffset || event.anchorStart !== noOffset) {
      const starts = [event.tagStart, event.anchorStart - 1].filter((start) => start >= 0);
      return this.#place(Math.min(...starts), Math.max(event.tagEnd, event.anchorEnd), key);
    }
    const at = skipTrivia(this.#text, this.#cursor, "");
    if (key !== undefined) {
      if (this.#text.charAt(at) === ":") this.#cursor = at + 1;
      return new YamlPlace(key, key);
    }
    return this.#place(at, Math.min(at + 1, this.#text.length), key);
  }

  /** Starts at the `|` or `>` and ends after the last character, or after the last line where the text keeps it. */
  #blockScalar(event: ScalarEvent, key: Span | undefined): YamlPlace {
    const from = Math.max(this.#cursor, event.tagEnd, event.anchorEnd);
    const start = skipTrivia(this.#text, from, "-:?,");
    let end = event.valueEnd;
    if (event.chomping !== CHOMPING_MODE.KEEP) {
      while (end > event.valueStart && isBlank(this.#text.charCodeAt(end - 1))) end--;
    }
    if (end === event.valueStart) end = endOfHeader(this.#text, start);
    return this.#place(start, end, key);
  }

  #collection(event: MappingEvent | SequenceEvent, key: Span | undefined): YamlPlace {
    this.#cursor = event.start;
    const isFlow = event.style === COLLECTION_STYLE.FLOW && this.#isBracket(event.start);
    if (isFlow) this.#cursor++;
    const entries: Entry[] = [];
    const items: YamlPlace[] = [];
    for (let child = this.#take(); child !== undefined && child.type !== EVENT_ID.POP; child = this.#take()) {
      if (event.type === EVENT_ID.SEQUENCE) items.push(this.#node(child, undefined));
      else entries.push(this.#entry(child));
    }
    if (isFlow) this.#cursor = Math.min(skipTrivia(this.#text, this.#cursor, ",:?") + 1, this.#text.length);
    const place = this.#place(event.start, this.#cursor, key);
    if (event.type === EVENT_ID.SEQUENCE) place.items = items;
    else place.entries = entries;
    return this.#anchored(event, place);
  }

  /** A pair in a flow sequence, `[a: b]`, is a mapping without brackets. */
  #isBracket(start: number): boolean {
    const char = this.#text.charAt(start);
    return char === "{" || char === "[";
  }

  #entry(event: Event): Entry {
    const isMerge = isMergeKey(this.#text, event);
    const key = this.#node(event, undefined);
    const value = this.#node(this.#take(), { start: key.start, end: key.end });
    return { key, keyText: key.keyText, isMerge, value };
  }
}

function scalarKeyText(text: string, event: ScalarEvent): string | undefined {
  const value = getScalarValue(text, event);
  if (event.tagStart !== noOffset) return keyTextOf(typedTaggedScalar(tagText(text, event), value) ?? null);
  return event.style === SCALAR_STYLE.PLAIN ? plainKeyText(value) : value;
}

/** The first offset at or after `from` that is no blank, line break, comment or one of the given indicators. */
function skipTrivia(text: string, from: number, indicators: string): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 35) at = endOfLine(text, at);
    else if (isBlank(code) || indicators.includes(text.charAt(at))) at++;
    else break;
  }
  return at;
}

function endOfHeader(text: string, start: number): number {
  let end = start;
  while (end < text.length && !isBlank(text.charCodeAt(end))) end++;
  return end;
}

function endOfLine(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) !== 10 && text.charCodeAt(at) !== 13) at++;
  return at;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}
