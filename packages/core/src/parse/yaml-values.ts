import type { NodePath, PathStep } from "../source/position.ts";
import { DocumentFault } from "./document-fault.ts";
import type { RawValue } from "./document.ts";
import { keyTextOf, plainKeyText } from "./key-text.ts";
import type { OpenMapping } from "./mapping.ts";
import { newMapping, withoutPrototype } from "./mapping.ts";
import type { ScalarValue } from "./plain-scalar.ts";
import { typedPlainScalar } from "./plain-scalar.ts";
import { typedTaggedScalar } from "./tagged-scalar.ts";
import type { AliasEvent, CollectionEvent, DocumentEvents, ScalarEvent, YamlEvent } from "./yaml-events.ts";
import { eventOffset, maxDepth } from "./yaml-events.ts";
import { isMergeKey } from "./yaml-keys.ts";

/** How many aliases a document may use. */
const maxAliases = 100;
/** How many nodes all aliases of a document may stand for, so that a reader that walks the value ends soon. */
const maxAliasedNodes = 100_000;

/** Told of a key that its mapping has already. Offsets are those of the key. */
export type DuplicateKey = (path: NodePath, start: number, end: number) => void;

/** A value that an anchor names, and what an alias to it costs. `open` while the value is not complete. */
interface Anchor {
  value: RawValue;
  nodes: number;
  height: number;
  open: boolean;
}

/**
 * Builds the value of the document that the events describe, as kubectl would hand it to the API server.
 * Throws a DocumentFault for what kubectl refuses and for what exceeds a bound.
 */
export function yamlValue({ events, end }: DocumentEvents, onDuplicate: DuplicateKey): RawValue {
  return new ValueBuilder(events, end, onDuplicate).document();
}

/** A cursor over the events of one document. */
class ValueBuilder {
  readonly #events: readonly YamlEvent[];
  readonly #end: number;
  readonly #onDuplicate: DuplicateKey;
  readonly #anchors = new Map<string, Anchor>();
  readonly #path: PathStep[] = [];
  #next = 0;
  #aliases = 0;
  #aliasedNodes = 0;
  /** Nodes built so far, those behind aliases included. */
  #nodes = 0;
  /** The deepest level reached since it was last reset: tells the height of an anchored value. */
  #deepest = 0;

  constructor(events: readonly YamlEvent[], end: number, onDuplicate: DuplicateKey) {
    this.#events = events;
    this.#end = end;
    this.#onDuplicate = onDuplicate;
  }

  /** A document without content is null. */
  document(): RawValue {
    return this.#events.length === 0 ? null : this.#node(this.#take(), 0);
  }

  #take(): YamlEvent {
    const event = this.#events[this.#next++];
    if (event === undefined) throw new DocumentFault(this.#end, "unexpected end of the document");
    return event;
  }

  #node(event: YamlEvent, depth: number): RawValue {
    this.#nodes++;
    if (depth > this.#deepest) this.#deepest = depth;
    if (event.type === "alias") return this.#alias(event, depth);
    if (event.type === "pop") throw new DocumentFault(this.#end, "unexpected end of the document");
    if (event.anchor !== undefined) return this.#anchored(event, event.anchor, depth);
    return event.type === "scalar" ? this.#scalar(event) : this.#collection(event, depth);
  }

  #collection(event: CollectionEvent, depth: number): RawValue {
    return event.type === "mapping" ? this.#mapping(depth) : this.#sequence(depth);
  }

  #anchored(event: ScalarEvent | CollectionEvent, name: string, depth: number): RawValue {
    const anchor: Anchor = { value: null, nodes: 0, height: 0, open: true };
    this.#anchors.set(name, anchor);
    const outerDeepest = this.#deepest;
    const before = this.#nodes - 1;
    this.#deepest = depth;
    anchor.value = event.type === "scalar" ? this.#scalar(event) : this.#collection(event, depth);
    anchor.nodes = this.#nodes - before;
    anchor.height = this.#deepest - depth;
    anchor.open = false;
    this.#deepest = Math.max(outerDeepest, this.#deepest);
    return anchor.value;
  }

  #alias(event: AliasEvent, depth: number): RawValue {
    const name = event.anchor;
    const anchor = this.#anchors.get(name);
    if (anchor === undefined) throw this.#fault(event, `the alias *${name} has no anchor &${name}`);
    if (anchor.open) throw this.#fault(event, `the anchor &${name} contains itself`);
    this.#aliases++;
    this.#aliasedNodes += anchor.nodes;
    this.#nodes += anchor.nodes - 1;
    if (this.#aliases > maxAliases) throw this.#tooLarge(event, `more than ${maxAliases} aliases`);
    if (this.#aliasedNodes > maxAliasedNodes) {
      throw this.#tooLarge(event, `the aliases stand for more than ${maxAliasedNodes} values`);
    }
    if (depth + anchor.height > maxDepth) throw this.#tooLarge(event, `nested deeper than ${maxDepth} levels`);
    this.#deepest = Math.max(this.#deepest, depth + anchor.height);
    return anchor.value;
  }

  #sequence(depth: number): RawValue {
    const items: RawValue[] = [];
    for (let event = this.#take(); event.type !== "pop"; event = this.#take()) {
      this.#path[depth] = items.length;
      items.push(this.#node(event, depth + 1));
    }
    return items;
  }

  #mapping(depth: number): RawValue {
    const mapping = newMapping();
    /** Keys that a merge brought: writing such a key again is what merges are for. */
    let merged: Set<string> | undefined;
    for (let event = this.#take(); event.type !== "pop"; event = this.#take()) {
      if (isMergeKey(event)) {
        merged ??= new Set();
        this.#merge(mapping, merged, event, depth);
        continue;
      }
      const key = this.#key(event, depth);
      this.#path[depth] = key;
      if (key in mapping && merged?.delete(key) !== true) this.#duplicate(event, depth);
      mapping[key] = this.#node(this.#take(), depth + 1);
    }
    return withoutPrototype(mapping);
  }

  #duplicate(event: YamlEvent, depth: number): void {
    const start = eventOffset(event);
    const end = event.type === "scalar" ? event.end : start + 1;
    this.#onDuplicate(this.#path.slice(0, depth + 1), start, end);
  }

  /** go-yaml v2 writes merged keys where the merge stands: over keys before it, under keys after it. */
  #merge(mapping: OpenMapping, merged: Set<string>, event: YamlEvent, depth: number): void {
    this.#path[depth] = "<<";
    const value = this.#node(this.#take(), depth + 1);
    // Of several mappings the first wins.
    const sources: readonly RawValue[] = Array.isArray(value) ? value.toReversed() : [value];
    for (const source of sources) {
      if (typeof source !== "object" || source === null || Array.isArray(source)) {
        throw this.#fault(event, "a merge (<<) needs a mapping or a sequence of mappings");
      }
      const keys = Object.entries(source as { readonly [key: string]: RawValue }); // arrays were refused above
      for (const [key, item] of keys) {
        mapping[key] = item;
        merged.add(key);
      }
    }
  }

  #key(event: YamlEvent, depth: number): string {
    if (event.type === "scalar" && event.tag === undefined && event.anchor === undefined) {
      const { text } = event;
      const key = event.style === "plain" ? plainKeyText(text) : text;
      if (key !== undefined) return key;
      throw this.#fault(event, `${text === "" ? "an empty text" : text} cannot be a key: quote it`);
    }
    const isCollection = event.type === "mapping" || event.type === "sequence";
    const value = isCollection ? undefined : this.#node(event, depth);
    if (value === undefined || (typeof value === "object" && value !== null)) {
      throw this.#fault(event, "a mapping or a sequence cannot be a key");
    }
    const key = keyTextOf(value);
    if (key === undefined) throw this.#fault(event, "null cannot be a key: quote it");
    return key;
  }

  #scalar(event: ScalarEvent): ScalarValue {
    const { text, tag } = event;
    if (tag !== undefined) return this.#tagged(event, tag);
    if (event.style !== "plain") return text;
    const value = typedPlainScalar(text);
    return typeof value === "number" ? this.#finite(event, value, text) : value;
  }

  #tagged(event: ScalarEvent, tag: string): ScalarValue {
    const { text } = event;
    const value = typedTaggedScalar(tag, text);
    if (value === undefined) throw this.#fault(event, `${JSON.stringify(text.slice(0, 40))} is no ${tag}`);
    return typeof value === "number" ? this.#finite(event, value, text) : value;
  }

  #finite(event: ScalarEvent, value: number, text: string): number {
    if (Number.isFinite(value)) return value;
    throw this.#fault(event, `${text} is not a JSON number: quote it`);
  }

  #fault(event: YamlEvent, message: string): DocumentFault {
    return new DocumentFault(eventOffset(event), message);
  }

  #tooLarge(event: YamlEvent, message: string): DocumentFault {
    return new DocumentFault(eventOffset(event), message, "input-too-large");
  }
}
