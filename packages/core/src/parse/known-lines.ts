import { InlineReader } from "./everyday-inline.ts";
import type { ScalarValue } from "./plain-scalar.ts";

/** What is written on the rest of a line of everyday YAML. */
export interface KnownLine {
  /** The key before the first colon. Undefined where the line is no entry of a mapping. */
  readonly key: string | undefined;
  /** The scalar that fills the line, after the key if there is one. Undefined for everything else, nothing included. */
  readonly value: ScalarValue | undefined;
  /** Where what follows the key begins, counted from where the rest of the line does. */
  readonly at: number;
}

/** Longer lines are rarely written twice. V8 gives all texts of one length above 16,383 one hash: a map of such is a list. */
const longest = 200;
/** Then all are forgotten: what is common comes again. */
const most = 4000;

/**
 * Lines by their texts. Manifests say the same again and again, and to look a line up is several times as fast as to read
 * it; what is equal is one string then, too. For all texts of one reading.
 */
export class KnownLines {
  readonly #lines = new Map<string, KnownLine>();

  /** What is written on the rest of a line, from its content on. */
  read(text: string): KnownLine {
    const known = this.#lines.get(text);
    if (known !== undefined) return known;
    const line = readLine(text);
    if (text.length > longest) return line;
    if (this.#lines.size >= most) this.#lines.clear();
    this.#lines.set(text, line);
    return line;
  }
}

function readLine(text: string): KnownLine {
  const line = new InlineReader(text);
  const key = line.key();
  if (key === undefined) line.at = 0;
  else line.skipSpaces();
  const { at } = line;
  const value = line.atLineEnd() ? undefined : line.value();
  return { key, value: typeof value === "object" && value !== null ? undefined : value, at };
}
