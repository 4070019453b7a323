import { Recent } from "../lib/recent.ts";
import type { RawValue } from "./document.ts";
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
const longestLine = 200;
const longestBlock = 8000;
const mostLines = 2000;
const mostBlocks = 4000;

/**
 * Lines, and what is written below a key, by their texts. Manifests say the same again and again, and to look a text up is
 * several times as fast as to read it; what is equal is one value then, too. For all texts of one reading.
 */
export class KnownText {
  readonly #lines = new Recent<string, KnownLine>(mostLines);
  readonly #blocks = new Recent<string, RawValue>(mostBlocks);

  /** What is written on the rest of a line, from its content on. */
  line(text: string): KnownLine {
    const known = this.#lines.get(text);
    if (known !== undefined) return known;
    const line = readLine(text);
    if (text.length <= longestLine) this.#lines.put(text, line);
    return line;
  }

  /** The value of whole lines that were read before. */
  block(text: string): RawValue | undefined {
    return text.length <= longestBlock ? this.#blocks.get(text) : undefined;
  }

  /** Learns the value of whole lines, of which it is a function. */
  putBlock(text: string, value: RawValue): void {
    if (text.length <= longestBlock) this.#blocks.put(text, value);
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
