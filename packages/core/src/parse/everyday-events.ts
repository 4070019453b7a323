import { columnAt, contentFrom, isEveryday, maxEverydayDepth } from "./everyday-lines.ts";
import type { YamlEvent } from "./yaml-events.ts";

const separator = /---[ ]*\r?\n/y;
const key = /[A-Za-z_][\w./-]{0,500}(?=:(?:[ \r\n]|$))/y;
const plain = /[A-Za-z0-9_./](?:[\w./@=+,*-]|:(?![ \r\n]|$))*/y;
const quoted = /"[^"\\\r\n]*"|'[^'\r\n]*'/y;
const empty = /\[\]|\{\}/y;
const restOfLine = /[ ]*(?:\r?\n|$)|[ ]+#[^\n]*(?:\n|$)/y;
const newline = 10;
const carriageReturn = 13;
const space = 32;
const dash = 45;

/**
 * The events of a document that is written as tools write Kubernetes objects: block mappings and sequences of words and
 * of texts in quotes, each on one line. Undefined for everything else, which `documentEvents` then reads. Finding a place
 * takes the document's events, so they are the greater part of a report with many findings. It gives no event that
 * `documentEvents` gives otherwise: a test compares the two.
 */
export function everydayEvents(text: string): readonly YamlEvent[] | undefined {
  if (!isEveryday(text)) return undefined;
  const reader = new EventWriter(text);
  return reader.document() ? reader.events : undefined;
}

/** A cursor at the content of a line, whose column is `#column`; -1 at the end. A reader that gives false has no answer. */
class EventWriter {
  readonly events: YamlEvent[] = [];
  readonly #text: string;
  #at = 0;
  #column = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): boolean {
    this.#toContent();
    if (this.#column === 0 && this.#pass(separator)) this.#toContent();
    return !this.#atEnd() && this.#block(0) && this.#atEnd();
  }

  #atEnd(): boolean {
    return this.#column < 0;
  }

  /** From the start of a line to its content, or that of the first line after it that has some. */
  #toContent(): void {
    const at = contentFrom(this.#text, this.#at);
    this.#at = at < 0 ? this.#text.length : at;
    this.#column = at < 0 ? -1 : columnAt(this.#text, at);
  }

  /** What a pattern matches here, which is passed. */
  #match(pattern: RegExp): string | undefined {
    const start = this.#at;
    if (!this.#pass(pattern)) return undefined;
    return this.#text.slice(start, this.#at);
  }

  /** Whether a pattern matches here; then that is passed. */
  #pass(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  /** Passes the rest of a line when nothing but a comment is in it, and goes on to the next content. */
  #endLine(): boolean {
    if (!this.#pass(restOfLine)) return false;
    this.#toContent();
    return true;
  }

  #atDash(): boolean {
    if (this.#text.charCodeAt(this.#at) !== dash) return false;
    const code = this.#text.charCodeAt(this.#at + 1);
    return code === space || code === newline || code === carriageReturn;
  }

  #block(depth: number): boolean {
    if (depth > maxEverydayDepth) return false;
    return this.#atDash() ? this.#sequence(depth) : this.#mapping(depth);
  }

  #mapping(depth: number): boolean {
    const column = this.#column;
    this.events.push({ type: "mapping", start: this.#at });
    do {
      const start = this.#at;
      const text = this.#match(key);
      if (text === undefined) return false;
      this.events.push({ type: "scalar", start, end: this.#at, style: "plain", text });
      this.#at++;
      if (!this.#value(column, depth, true)) return false;
    } while (this.#column === column);
    return this.#pop(column);
  }

  #sequence(depth: number): boolean {
    const column = this.#column;
    this.events.push({ type: "sequence", start: this.#at });
    do {
      const lineStart = this.#at - this.#column;
      this.#at++;
      if (!this.#item(lineStart, column, depth)) return false;
    } while (this.#column === column && this.#atDash());
    return this.#pop(column);
  }

  /** A line that is indented deeper than the collection before it would belong to it. */
  #pop(column: number): boolean {
    this.events.push({ type: "pop", end: undefined });
    return this.#column <= column;
  }

  #item(lineStart: number, column: number, depth: number): boolean {
    const afterDash = this.#at;
    while (this.#text.charCodeAt(this.#at) === space) this.#at++;
    const start = this.#at;
    const opensMapping = !this.#atDash() && this.#pass(key);
    this.#at = start;
    if (opensMapping || this.#atDash()) {
      // A collection that starts on the line of its dash is indented as far as its first character.
      this.#column = start - lineStart;
      return this.#block(depth + 1);
    }
    this.#at = afterDash;
    return this.#value(column, depth, false);
  }

  /** The value after a key's colon or a dash, on this line or below. */
  #value(column: number, depth: number, isEntry: boolean): boolean {
    const before = this.#at;
    if (this.#endLine()) {
      if (this.#column > column) return this.#block(depth + 1);
      if (isEntry && this.#column === column && this.#atDash()) return this.#sequence(depth + 1);
      this.events.push({ type: "scalar", style: "plain", text: "", start: before, end: before });
      return true;
    }
    while (this.#text.charCodeAt(this.#at) === space) this.#at++;
    // A line that is indented deeper would continue the value.
    return this.#inline() && this.#endLine() && this.#column <= column;
  }

  #inline(): boolean {
    const start = this.#at;
    const word = this.#match(plain);
    if (word !== undefined) {
      this.events.push({ type: "scalar", start, end: this.#at, style: "plain", text: word });
      return true;
    }
    const text = this.#match(quoted);
    if (text !== undefined) {
      const style = text.startsWith("'") ? "single-quoted" : "double-quoted";
      this.events.push({ type: "scalar", start, end: this.#at, style, text: text.slice(1, -1) });
      return true;
    }
    const brackets = this.#match(empty);
    if (brackets === undefined) return false;
    this.events.push({ type: brackets === "[]" ? "sequence" : "mapping", start }, { type: "pop", end: this.#at });
    return true;
  }
}
