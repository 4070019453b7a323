import { DocumentFault } from "./document-fault.ts";
import type { Span } from "./place.ts";
import { YamlScanner } from "./yaml-scanner.ts";
import type { ScalarStyle, YamlToken } from "./yaml-token.ts";

/** The deepest nesting that is read. Kubernetes objects stay far below it; a bomb does not. */
export const maxDepth = 100;

/** What stands before a node: `&anchor` and `!tag`, as written. */
interface NodeProperties {
  readonly anchor?: string;
  readonly tag?: string;
  /** Where they are written. */
  readonly properties?: Span;
}

/** A scalar; `start` is `end` where nothing is written. */
export interface ScalarEvent extends NodeProperties, Span {
  readonly type: "scalar";
  readonly style: ScalarStyle;
  readonly text: string;
}

/** The start of a collection; its `end` comes with a `pop`. */
export interface CollectionEvent extends NodeProperties {
  readonly type: "mapping" | "sequence";
  readonly start: number;
}

/** `*anchor`. */
export interface AliasEvent extends Span {
  readonly type: "alias";
  readonly anchor: string;
}

/** The end of a collection; `end` is past its bracket, or undefined where none is written. */
export interface PopEvent {
  readonly type: "pop";
  readonly end: number | undefined;
}

/** A step through a document: nodes in the order of writing; a mapping has its keys and values in turn. */
export type YamlEvent = ScalarEvent | CollectionEvent | AliasEvent | PopEvent;

/** The first document of a text. */
export interface DocumentEvents {
  readonly events: readonly YamlEvent[];
  /** Where the document ends: kubectl drops what follows. */
  readonly end: number;
}

/** The events of the first document of `text`. Throws a DocumentFault, and nothing else, for what kubectl refuses. */
export function documentEvents(text: string): DocumentEvents {
  return new EventReader(text).document();
}

/** Reads tokens by the grammar of YAML. */
class EventReader {
  readonly #scanner: YamlScanner;
  readonly #events: YamlEvent[] = [];
  #depth = 0;

  constructor(text: string) {
    this.#scanner = new YamlScanner(text);
  }

  document(): DocumentEvents {
    const first = this.#scanner.peek();
    if (first.type === "document-start") {
      this.#scanner.take();
      const next = this.#scanner.peek();
      if (endsDocument(next)) this.#empty(next.start, {});
      else this.#node(true, false);
    } else if (first.type !== "stream-end") this.#node(true, false);
    const after = this.#scanner.peek();
    return { events: this.#events, end: after.type === "document-end" ? after.end : after.start };
  }

  #node(inBlock: boolean, mayBeIndentless: boolean): void {
    const first = this.#scanner.peek();
    if (first.type === "alias") return this.#alias(first);
    const properties = this.#properties();
    const token = this.#scanner.peek();
    if (mayBeIndentless && token.type === "block-entry") return this.#indentless(token.start, properties);
    switch (token.type) {
      case "scalar":
        this.#scanner.take();
        this.#events.push({ ...token, type: "scalar", ...properties });
        return;
      case "flow-sequence":
        return this.#nested("sequence", token, properties, () => this.#flowSequence());
      case "flow-mapping":
        return this.#nested("mapping", token, properties, () => this.#flowMapping());
      case "block-sequence":
        if (inBlock) return this.#nested("sequence", token, properties, () => this.#blockSequence());
        break;
      case "block-mapping":
        if (inBlock) return this.#nested("mapping", token, properties, () => this.#blockMapping());
        break;
      default:
    }
    if (properties.properties === undefined) throw new DocumentFault(token.start, `a value is missing here`);
    this.#empty(token.start, properties);
  }

  #alias(token: YamlToken & { readonly text?: string }): void {
    this.#scanner.take();
    this.#events.push({ type: "alias", anchor: token.text ?? "", start: token.start, end: token.end });
  }

  /** An anchor and a tag, in either order, each at most once. */
  #properties(): NodeProperties {
    const found: { -readonly [K in keyof NodeProperties]: NodeProperties[K] } = {};
    for (
      let token = this.#scanner.peek();
      token.type === "anchor" || token.type === "tag";
      token = this.#scanner.peek()
    ) {
      if (found[token.type] !== undefined) break;
      this.#scanner.take();
      found[token.type] = token.text;
      found.properties = { start: found.properties?.start ?? token.start, end: token.end };
    }
    return found;
  }

  #empty(at: number, properties: NodeProperties): void {
    this.#events.push({ type: "scalar", style: "plain", text: "", start: at, end: at, ...properties });
  }

  #nested(
    type: "mapping" | "sequence",
    token: YamlToken,
    properties: NodeProperties,
    read: () => number | undefined,
  ): void {
    if (this.#depth >= maxDepth) {
      throw new DocumentFault(token.start, `nested deeper than ${maxDepth} levels`, "input-too-large");
    }
    this.#depth++;
    this.#scanner.take();
    this.#events.push({ type, start: token.start, ...properties });
    this.#events.push({ type: "pop", end: read() });
    this.#depth--;
  }

  #blockSequence(): undefined {
    for (let token = this.#scanner.take(); token.type !== "block-end"; token = this.#scanner.take()) {
      if (token.type !== "block-entry") throw new DocumentFault(token.start, "expected a sequence item (-) here");
      this.#item(token, ["block-entry", "block-end"]);
    }
  }

  #item(dash: YamlToken, ends: readonly YamlToken["type"][]): void {
    if (ends.includes(this.#scanner.peek().type)) this.#empty(dash.end, {});
    else this.#node(true, false);
  }

  /** A sequence that is indented no deeper than its key. */
  #indentless(start: number, properties: NodeProperties): void {
    this.#events.push({ type: "sequence", start, ...properties });
    while (this.#scanner.peek().type === "block-entry") {
      this.#item(this.#scanner.take(), ["block-entry", "key", "value", "block-end"]);
    }
    this.#events.push({ type: "pop", end: undefined });
  }

  #blockMapping(): undefined {
    for (let token = this.#scanner.peek(); token.type !== "block-end"; token = this.#scanner.peek()) {
      if (token.type !== "key" && token.type !== "value") throw new DocumentFault(token.start, "expected a key here");
      this.#blockPart("key", token.start);
      this.#blockPart("value", this.#scanner.peek().start);
    }
    this.#scanner.take();
  }

  /** A key or a value, which is empty where its token is missing or nothing follows it. */
  #blockPart(type: "key" | "value", at: number): void {
    if (this.#scanner.peek().type !== type) return this.#empty(at, {});
    const token = this.#scanner.take();
    const next = this.#scanner.peek().type;
    if (next === "key" || next === "value" || next === "block-end") this.#empty(token.end, {});
    else this.#node(true, true);
  }

  #flowSequence(): number {
    this.#flowEntries("flow-sequence-end", "]", (token) => {
      if (token.type === "key") this.#pair(token);
      else this.#node(false, false);
    });
    return this.#scanner.take().end;
  }

  /** `[key: value]` is a mapping of one entry. */
  #pair(token: YamlToken): void {
    this.#scanner.take();
    this.#events.push({ type: "mapping", start: token.start });
    const next = this.#scanner.peek();
    if (endsFlowNode(next, "flow-sequence-end") || next.type === "value") this.#empty(next.start, {});
    else this.#node(false, false);
    this.#flowValue("flow-sequence-end");
    this.#events.push({ type: "pop", end: undefined });
  }

  #flowMapping(): number {
    this.#flowEntries("flow-mapping-end", "}", (token) => {
      if (token.type !== "key") {
        this.#node(false, false);
        this.#empty(this.#scanner.peek().start, {});
        return;
      }
      this.#scanner.take();
      const next = this.#scanner.peek();
      if (endsFlowNode(next, "flow-mapping-end") || next.type === "value") this.#empty(next.start, {});
      else this.#node(false, false);
      this.#flowValue("flow-mapping-end");
    });
    return this.#scanner.take().end;
  }

  #flowValue(end: YamlToken["type"]): void {
    if (this.#scanner.peek().type === "value") {
      this.#scanner.take();
      if (!endsFlowNode(this.#scanner.peek(), end)) return this.#node(false, false);
    }
    this.#empty(this.#scanner.peek().start, {});
  }

  /** Entries between commas, up to the closing bracket, which stays. */
  #flowEntries(end: YamlToken["type"], bracket: string, entry: (token: YamlToken) => void): void {
    for (let isFirst = true; this.#scanner.peek().type !== end; isFirst = false) {
      const token = this.#scanner.peek();
      if (!isFirst) {
        if (token.type !== "flow-entry") throw new DocumentFault(token.start, `expected ',' or '${bracket}' here`);
        this.#scanner.take();
        if (this.#scanner.peek().type === end) return;
      }
      entry(this.#scanner.peek());
    }
  }
}

function endsDocument({ type }: YamlToken): boolean {
  return type === "document-start" || type === "document-end" || type === "stream-end";
}

function endsFlowNode({ type }: YamlToken, end: YamlToken["type"]): boolean {
  return type === "flow-entry" || type === end;
}

/** Where a node begins for an error message: its value, else its tag or anchor. */
export function eventOffset(event: YamlEvent): number {
  if (event.type === "pop") return event.end ?? 0;
  if (event.type === "scalar" && event.start === event.end) return event.properties?.start ?? event.start;
  return event.start;
}
