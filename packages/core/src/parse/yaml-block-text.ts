import { DocumentFault } from "./document-fault.ts";
import type { YamlCursor } from "./yaml-cursor.ts";
import { isBlank, isBreak, isBreakOrEnd } from "./yaml-cursor.ts";

/** What stands after `|` or `>`. */
interface BlockHeader {
  readonly keeps: boolean;
  readonly strips: boolean;
  /** How much deeper the text is indented than its block, where that is written. */
  readonly increment: number;
}

/**
 * Reads a block text, from its `|` or `>`; `indent` is that of the block it stands in. Ends at the first content after
 * it, on whose line it leaves the cursor; `end` is past the last line of the text.
 */
export function scanBlockText(cursor: YamlCursor, indent: number): { readonly text: string; readonly end: number } {
  const start = cursor.at;
  const folds = cursor.text.charAt(start) === ">";
  const { keeps, strips, increment } = blockHeader(cursor);
  const block = new BlockLines(cursor, start, indent, increment);
  let text = "";
  let lastBreak = "";
  let wasIndented = false;
  block.passBlankLines();
  while (cursor.column === block.indent && !cursor.atEnd()) {
    const isIndented = isBlank(cursor.code());
    if (folds && !wasIndented && !isIndented && lastBreak === "\n") text += block.breaks === "" ? " " : "";
    else text += lastBreak;
    text += block.breaks;
    wasIndented = isIndented;
    const from = cursor.at;
    while (!isBreakOrEnd(cursor.code())) cursor.at++;
    text += cursor.text.slice(from, cursor.at);
    lastBreak = cursor.atEnd() ? "" : cursor.passBreak();
    block.passBlankLines();
  }
  if (!strips) text += lastBreak;
  if (keeps) text += block.breaks;
  return { text, end: block.end };
}

/** The indentation of a block text, and the blank lines that were passed last. */
class BlockLines {
  /** 0 until it is known. */
  indent: number;
  breaks = "";
  end: number;
  readonly #cursor: YamlCursor;
  readonly #start: number;
  readonly #outer: number;

  constructor(cursor: YamlCursor, start: number, outer: number, increment: number) {
    this.#cursor = cursor;
    this.#start = start;
    this.#outer = outer;
    this.indent = increment === 0 ? 0 : Math.max(outer, 0) + increment;
    this.end = cursor.at;
  }

  passBlankLines(): void {
    const cursor = this.#cursor;
    this.breaks = "";
    this.end = cursor.at;
    let widest = 0;
    for (;;) {
      while (this.#mayIndent() && cursor.code() === 32) cursor.at++;
      widest = Math.max(widest, cursor.column);
      if (this.#mayIndent() && cursor.code() === 9) {
        throw new DocumentFault(this.#start, "a tab where the indentation must be made of spaces");
      }
      if (!isBreak(cursor.code())) break;
      this.breaks += cursor.passBreak();
      this.end = cursor.at;
    }
    if (this.indent === 0) this.indent = Math.max(widest, this.#outer + 1, 1);
  }

  #mayIndent(): boolean {
    return this.indent === 0 || this.#cursor.column < this.indent;
  }
}

const headerText = /[|>](?:([-+])([0-9]?)|([0-9])([-+]?))?/y;

function blockHeader(cursor: YamlCursor): BlockHeader {
  const start = cursor.at;
  headerText.lastIndex = start;
  const [written = "", signFirst, digitAfter, digitFirst, signAfter] = headerText.exec(cursor.text) ?? [];
  const digit = digitAfter ?? digitFirst ?? "";
  if (digit === "0") throw new DocumentFault(start, "a block text cannot be indented by 0");
  cursor.at += written.length;
  cursor.passBlanks();
  cursor.passComment();
  if (!isBreakOrEnd(cursor.code())) {
    throw new DocumentFault(cursor.at, "nothing but a comment may follow the | or > of a block text");
  }
  if (!cursor.atEnd()) cursor.passBreak();
  const sign = signFirst ?? signAfter ?? "";
  return { keeps: sign === "+", strips: sign === "-", increment: digit === "" ? 0 : Number(digit) };
}
