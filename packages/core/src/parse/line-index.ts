import type { Location, NodePath } from "../source/position.ts";
import { formatPath } from "../source/position.ts";
import type { SourceText } from "./document.ts";

/** A place in a text: 1-based line and UTF-16 column. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** How many characters lie between two remembered positions: a look-up scans at most this many. */
const stride = 256;

const lineFeed = 10;
const carriageReturn = 13;
const byteOrderMark = 0xfeff;

/** Turns offsets of one file into lines and columns. Reads the text once, when the first place is asked for. */
export class LineIndex {
  readonly source: SourceText;
  /** For every `stride` characters: how many lines started before, and where the current one did. */
  #lines: Int32Array | undefined;
  #lineStarts: Int32Array | undefined;

  constructor(source: SourceText) {
    this.source = source;
  }

  /** The place of an offset. `\n`, `\r\n` and a lone `\r` end a line; a byte order mark has no width. */
  positionAt(offset: number): TextPosition {
    const text = this.source.text;
    const at = Math.max(0, Math.min(offset, text.length));
    this.#build();
    const block = Math.floor(at / stride);
    let line = this.#lines?.[block] ?? 0;
    let lineStart = this.#lineStarts?.[block] ?? 0;
    for (let i = block * stride; i < at; i++) {
      if (endsLine(text, i)) {
        line++;
        lineStart = i + 1;
      }
    }
    const markWidth = lineStart === 0 && at > 0 && text.charCodeAt(0) === byteOrderMark ? 1 : 0;
    return { line: line + 1, column: at - lineStart - markWidth + 1 };
  }

  /** The place of a range of offsets, end exclusive. */
  locationOf(start: number, end: number, path: NodePath = []): Location {
    const from = this.positionAt(start);
    const to = this.positionAt(Math.max(start, end));
    return {
      file: this.source.name,
      line: from.line,
      column: from.column,
      endLine: to.line,
      endColumn: to.column,
      path: formatPath(path),
    };
  }

  #build(): void {
    if (this.#lines !== undefined) return;
    const text = this.source.text;
    const blocks = Math.floor(text.length / stride) + 1;
    const lines = new Int32Array(blocks);
    const lineStarts = new Int32Array(blocks);
    let block = 0;
    let lineStart = 0;
    const fillUpTo = (end: number, line: number): void => {
      for (; block * stride <= end; block++) {
        lines[block] = line;
        lineStarts[block] = lineStart;
      }
    };
    let line = 0;
    for (const end of lineEnds(text)) {
      fillUpTo(end, line++);
      lineStart = end + 1;
    }
    fillUpTo(text.length, line);
    this.#lines = lines;
    this.#lineStarts = lineStarts;
  }
}

/** Where the lines end, searched for as the engine searches for a letter: that is several times as fast as looking at each. */
function* lineEnds(text: string): Generator<number> {
  let feed = text.indexOf("\n");
  let carriage = text.indexOf("\r");
  while (feed >= 0 || carriage >= 0) {
    if (carriage < 0 || (feed >= 0 && feed < carriage)) {
      yield feed;
      feed = text.indexOf("\n", feed + 1);
    } else {
      // One before a line feed ends no line by itself.
      if (feed !== carriage + 1) yield carriage;
      carriage = text.indexOf("\r", carriage + 1);
    }
  }
}

function endsLine(text: string, offset: number): boolean {
  const code = text.charCodeAt(offset);
  return code === lineFeed || (code === carriageReturn && text.charCodeAt(offset + 1) !== lineFeed);
}
