import type { RawValue } from "./document.ts";
import { InlineReader } from "./everyday-inline.ts";
import { columnAt, contentFrom, isEveryday, maxEverydayDepth } from "./everyday-lines.ts";
import { newMapping, withoutPrototype } from "./mapping.ts";
import { scanBlockText } from "./yaml-block-text.ts";
import { YamlCursor } from "./yaml-cursor.ts";

const blockHeader = /[|>][-+]?[ ]*(?=\r?\n)/y;
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
export function everydayYaml(text: string): RawValue | undefined {
  if (!isEveryday(text)) return undefined;
  const reader = new BlockReader(text);
  return reader.document();
}

/** A cursor that stands at the first content of a line, whose indentation is `indent`; -1 at the end. */
class BlockReader {
  readonly #text: string;
  readonly #line: InlineReader;
  #indent = 0;

  constructor(text: string) {
    this.#text = text;
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

  #block(depth: number): RawValue | undefined {
    if (depth > maxEverydayDepth) return undefined;
    return this.#atDash() ? this.#sequence(depth) : this.#mapping(depth);
  }

  #atDash(): boolean {
    if (this.#text.charCodeAt(this.#line.at) !== dash) return false;
    const code = this.#text.charCodeAt(this.#line.at + 1);
    return code === space || code === newline || code === carriageReturn || this.#line.at + 1 >= this.#text.length;
  }

  #mapping(depth: number): RawValue | undefined {
    const indent = this.#indent;
    const mapping = newMapping();
    do {
      const key = this.#line.key();
      if (key === undefined || key in mapping) return undefined;
      const value = this.#value(indent, depth, true);
      if (value === undefined) return undefined;
      mapping[key] = value;
    } while (this.#indent === indent);
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
    const start = line.at;
    const opensSequence = this.#atDash();
    const opensMapping = !opensSequence && line.key() !== undefined;
    line.at = start;
    if (!opensSequence && !opensMapping) return this.#value(indent, depth, false);
    // A collection that starts on the line of its dash is indented as far as its first character.
    this.#indent = indent + 1 + start - afterDash;
    return this.#block(depth + 1);
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
