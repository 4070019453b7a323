import type { PathStep } from "../source/position.ts";
import { everydayEvents } from "./everyday-events.ts";
import { keyTextOf, plainKeyText } from "./key-text.ts";
import type { Place, Span } from "./place.ts";
import { typedTaggedScalar } from "./tagged-scalar.ts";
import type { AliasEvent, CollectionEvent, ScalarEvent, YamlEvent } from "./yaml-events.ts";
import { documentEvents } from "./yaml-events.ts";
import { isBlank, isBreak } from "./yaml-cursor.ts";
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
  return new PlaceBuilder(text, base, everydayEvents(text) ?? documentEvents(text).events).root();
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

  constructor(start: number, end: number, key: Span | undefined) {
    this.start = start;
    this.end = end;
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
  readonly #events: readonly YamlEvent[];
  readonly #anchors = new Map<string, YamlPlace>();
  #next = 0;
  /** The end of the last node. */
  #cursor = 0;

  constructor(text: string, base: number, events: readonly YamlEvent[]) {
    this.#text = text;
    this.#base = base;
    this.#events = events;
  }

  root(): YamlPlace {
    return this.#node(this.#take(), undefined);
  }

  #take(): YamlEvent | undefined {
    return this.#events[this.#next++];
  }

  #node(event: YamlEvent | undefined, key: Span | undefined): YamlPlace {
    switch (event?.type) {
      case "scalar":
        return this.#anchored(event, this.#scalar(event, key));
      case "mapping":
      case "sequence":
        return this.#collection(event, key);
      case "alias":
        return this.#alias(event, key);
      default:
        return this.#place(this.#cursor, this.#cursor, key);
    }
  }

  #place(start: number, end: number, key: Span | undefined): YamlPlace {
    this.#cursor = end;
    return new YamlPlace(start + this.#base, end + this.#base, key);
  }

  #anchored(event: ScalarEvent | CollectionEvent, place: YamlPlace): YamlPlace {
    if (event.anchor !== undefined) this.#anchors.set(event.anchor, place);
    return place;
  }

  #alias(event: AliasEvent, key: Span | undefined): YamlPlace {
    const place = this.#place(event.start, event.end, key);
    place.target = this.#anchors.get(event.anchor);
    place.keyText = place.target?.keyText;
    return place;
  }

  #scalar(event: ScalarEvent, key: Span | undefined): YamlPlace {
    const place = this.#scalarSpan(event, key);
    place.keyText = scalarKeyText(event);
    return place;
  }

  #scalarSpan(event: ScalarEvent, key: Span | undefined): YamlPlace {
    if (event.start === event.end) return this.#empty(event, key);
    if (event.style === "literal" || event.style === "folded") return this.#blockText(event, key);
    return this.#place(event.start, event.end, key);
  }

  /** Nothing is written: shown as its properties, its key, or the dash of its sequence item. */
  #empty(event: ScalarEvent, key: Span | undefined): YamlPlace {
    if (event.properties !== undefined) return this.#place(event.properties.start, event.properties.end, key);
    this.#cursor = Math.max(this.#cursor, event.start);
    if (key !== undefined) return new YamlPlace(key.start, key.end, key);
    const isItem = this.#text.charAt(event.start - 1) === "-";
    const start = isItem ? event.start - 1 : event.start;
    return this.#place(start, Math.min(start + 1, this.#text.length), key);
  }

  /** Ends after the last character, or after the last line where the text keeps it. */
  #blockText(event: ScalarEvent, key: Span | undefined): YamlPlace {
    const headerEnd = endOfHeader(this.#text, event.start);
    let end = event.end;
    if (!this.#text.slice(event.start, headerEnd).includes("+")) {
      while (end > headerEnd && isSpace(this.#text.charCodeAt(end - 1))) end--;
    }
    return this.#place(event.start, Math.max(end, headerEnd), key);
  }

  #collection(event: CollectionEvent, key: Span | undefined): YamlPlace {
    this.#cursor = event.start;
    const entries: Entry[] | undefined = event.type === "sequence" ? undefined : [];
    const items: YamlPlace[] | undefined = event.type === "sequence" ? [] : undefined;
    let child = this.#take();
    for (; child !== undefined && child.type !== "pop"; child = this.#take()) {
      items?.push(this.#node(child, undefined));
      entries?.push(this.#entry(child));
    }
    const place = this.#place(event.start, child?.end ?? this.#cursor, key);
    place.items = items;
    place.entries = entries;
    return this.#anchored(event, place);
  }

  #entry(event: YamlEvent): Entry {
    const isMerge = isMergeKey(event);
    const key = this.#node(event, undefined);
    const value = this.#node(this.#take(), key);
    return { key, keyText: key.keyText, isMerge, value };
  }
}

function scalarKeyText({ text, tag, style }: ScalarEvent): string | undefined {
  if (tag !== undefined) return keyTextOf(typedTaggedScalar(tag, text) ?? null);
  return style === "plain" ? plainKeyText(text) : text;
}

/** Past the `|` or `>` of a block text and what is glued to it. */
function endOfHeader(text: string, start: number): number {
  let end = start;
  while (end < text.length && !isSpace(text.charCodeAt(end))) end++;
  return end;
}

function isSpace(code: number): boolean {
  return isBlank(code) || isBreak(code);
}
