import type { RawValue } from "./document.ts";
import { InlineReader } from "./everyday-inline.ts";
import { blockEnd, columnAt, contentFrom, isEveryday, maxEverydayDepth } from "./everyday-lines.ts";
import { type KnownLine, KnownText } from "./known-text.ts";
import { newMapping, withoutPrototype } from "./mapping.ts";
import { scanBlockText } from "./yaml-block-text.ts";
import { YamlCursor } from "./yaml-cursor.ts";

const blockHeader = /[|>][-+]?[ ]*(?=\r?\n)/y;
/** Keys below which objects have the same lines as others: policies all of them, the pods of a workload those of its template. */
const sharedKeys: ReadonlySet<string> = new Set(["spec", "labels", "annotations", "ownerReferences", "containers"]);
/** What is known may be as deep as it can be: below this it would not fit everywhere. */
const deepestShared = 20;
const newline = 10;
const carriageReturn = 13;
const space = 32;
const dash = 45;

/**
 * Reads a document that is written as people and tools write Kubernetes objects: block mappings and sequences of
 * scalars on one line, block texts, short collections in brackets, comments. Gives undefined for everything else
 * (anchors, tags, merges, multi-line scalars, duplicate keys, errors), which the YAML parser then reads. It accepts
 * nothing that the YAML parser reads otherwise: a test compares the two.
 */
export function everydayYaml(text: string, known: KnownText = new KnownText()): RawValue | undefined {
  if (!isEveryday(text)) return undefined;
  const reader = new BlockReader(text, known);
  return reader.document();
}

/** A cursor that stands at the first content of a line, whose indentation is `indent`; -1 at the end. */
class BlockReader {
  readonly #text: string;
  readonly #known: KnownText;
  readonly #line: InlineReader;
  #indent = 0;

  constructor(text: string, known: KnownText) {
    this.#text = text;
    this.#known = known;
    this.#line = new InlineReader(text);
  }

  document(): RawValue | undefined {
    this.#toContent();
    if (this.#indent < 0) return undefined;
    const value = this.#block(0);
    return this.#indent < 0 ? value : undefined;
  }

  /** Goes to the next line that has content, from the end of a line. */
  #nextLine(): void {
    const end = this.#text.indexOf("\n", this.#line.at);
    this.#line.at = end === -1 ? this.#text.length : end + 1;
    this.#toContent();
  }

  /** From the start of a line to its content, or that of the first line after it that has some. */
  #toContent(): void {
    const at = contentFrom(this.#text, this.#line.at);
    this.#line.at = at < 0 ? this.#text.length : at;
    this.#indent = at < 0 ? -1 : columnAt(this.#text, at);
  }

  /** What is written from here to the end of the line. */
  #restOfLine(): KnownLine {
    const end = this.#text.indexOf("\n", this.#line.at);
    return this.#known.line(this.#text.slice(this.#line.at, end === -1 ? this.#text.length : end));
  }

  #block(depth: number): RawValue | undefined {
    if (depth > maxEverydayDepth) return undefined;
    return this.#atDash() ? this.#sequence(depth) : this.#mapping(depth, this.#restOfLine());
  }

  #atDash(): boolean {
    if (this.#text.charCodeAt(this.#line.at) !== dash) return false;
    const code = this.#text.charCodeAt(this.#line.at + 1);
    return code === space || code === newline || code === carriageReturn || this.#line.at + 1 >= this.#text.length;
  }

  #mapping(depth: number, first: KnownLine): RawValue | undefined {
    const indent = this.#indent;
    const mapping = newMapping();
    for (let line = first; ; line = this.#restOfLine()) {
      const { key } = line;
      if (key === undefined || key in mapping) return undefined;
      const value = this.#valueOn(line, indent, depth, true);
      if (value === undefined) return undefined;
      mapping[key] = value;
      if (this.#indent !== indent) break;
    }
    return this.#indent > indent ? undefined : withoutPrototype(mapping);
  }

  #sequence(depth: number): RawValue | undefined {
    const indent = this.#indent;
    const items: RawValue[] = [];
    do {
      this.#line.at++;
      const item = this.#item(indent, depth);
      if (item === undefined) return undefined;
      items.push(item);
    } while (this.#indent === indent && this.#atDash());
    return this.#indent > indent ? undefined : items;
  }

  #item(indent: number, depth: number): RawValue | undefined {
    const line = this.#line;
    const afterDash = line.at;
    line.skipSpaces();
    if (line.atLineEnd()) return this.#value(indent, depth, false);
    const rest = this.#atDash() ? undefined : this.#restOfLine();
    if (rest !== undefined && rest.key === undefined) return this.#valueOn(rest, indent, depth, false);
    if (depth >= maxEverydayDepth) return undefined;
    // A collection that starts on the line of its dash is indented as far as its first character.
    this.#indent = indent + 1 + line.at - afterDash;
    return rest === undefined ? this.#sequence(depth + 1) : this.#mapping(depth + 1, rest);
  }

  /** The value of a line that is known, from where it begins. Ends as `#value` does. */
  #valueOn({ key, value, at }: KnownLine, indent: number, depth: number, isEntry: boolean): RawValue | undefined {
    if (value === undefined) {
      this.#line.at += at;
      const isShared = key !== undefined && sharedKeys.has(key) && depth <= deepestShared && this.#line.atLineEnd();
      return isShared ? this.#shared(indent, depth) : this.#value(indent, depth, isEntry);
    }
    this.#nextLine();
    // A line that is indented deeper would continue the value.
    return this.#indent > indent ? undefined : value;
  }

  /** The value after a key's colon or a dash, on this line or below. Ends at the next line with content. */
  #value(indent: number, depth: number, isEntry: boolean): RawValue | undefined {
    const line = this.#line;
    line.skipSpaces();
    if (line.atLineEnd()) {
      this.#nextLine();
      if (this.#indent > indent) return this.#block(depth + 1);
      return isEntry && this.#indent === indent && this.#atDash() ? this.#sequence(depth + 1) : null;
    }
    const value =
      this.#text.charAt(line.at) === "|" || this.#text.charAt(line.at) === ">"
        ? this.#blockText(indent)
        : this.#inlineValue();
    // A line that is indented deeper would continue the value.
    return this.#indent > indent ? undefined : value;
  }

  /** What is written below a key and many objects have in common. Ends as `#value` does. */
  #shared(indent: number, depth: number): RawValue | undefined {
    const line = this.#line;
    const start = this.#text.indexOf("\n", line.at) + 1;
    const end = start === 0 ? start : blockEnd(this.#text, start, indent);
    if (start === end) return this.#value(indent, depth, true);
    const text = this.#text.slice(start, end);
    const known = this.#known.block(text);
    if (known === undefined) {
      const value = this.#value(indent, depth, true);
      // Where the value ends before, its lines are none that it could be known by.
      if (value !== undefined && line.at >= end) this.#known.putBlock(text, value);
      return value;
    }
    line.at = end;
    this.#toContent();
    return this.#indent > indent ? undefined : known;
  }

  #inlineValue(): RawValue | undefined {
    const value = this.#line.value();
    if (value !== undefined) this.#nextLine();
    return value;
  }

  #blockText(indent: number): string | undefined {
    blockHeader.lastIndex = this.#line.at;
    if (!blockHeader.test(this.#text)) return undefined;
    const cursor = new YamlCursor(this.#text, this.#line.at);
    const { text } = scanBlockText(cursor, indent);
    this.#line.at = cursor.lineStart;
    this.#toContent();
    return text;
  }
}
