import type { Location } from "../source/position.ts";
import { DocumentFault } from "./document-fault.ts";
import type { SourceText } from "./document.ts";
import type { Span } from "./place.ts";
import { splitDocuments } from "./split-documents.ts";
import { documentEvents } from "./yaml-events.ts";

/** A YAML comment that begins with a certain word. */
export interface MarkedComment {
  /** What follows the word, up to the end of the line. */
  readonly text: string;
  /**
   * The lines that the comment may speak of: its own when something else is written there, and the next line with
   * content when the comment has a line to itself or stands where a node begins (`from: # ...`).
   */
  readonly lines: readonly number[];
  readonly location: Location;
}

interface Line extends Span {
  readonly number: number;
}

/** The comments of a YAML text that begin with `word`, in order. A `#` in a quoted or block text begins no comment. */
export function markedComments(source: SourceText, word: string): readonly MarkedComment[] {
  const { text } = source;
  if (!text.includes(word)) return [];
  const texts = new TextSpans(text, word);
  const found: MarkedComment[] = [];
  let waiting: number[][] = [];
  for (const line of linesOf(text)) {
    const start = commentStart(text, line, texts);
    const content = text.slice(line.start, start ?? line.end).trim();
    const isBlank = content === "" || content === "---";
    if (!isBlank && waiting.length > 0) {
      for (const lines of waiting) lines.push(line.number);
      waiting = [];
    }
    const marked = start === undefined ? undefined : wordEnd(text, start, line.end, word);
    if (start === undefined || marked === undefined) continue;
    const lines = isBlank ? [] : [line.number];
    if (isBlank || /[:-]$/.test(content)) waiting.push(lines);
    found.push({ text: text.slice(marked, line.end), lines, location: locationOf(source, line, start) });
  }
  return found;
}

/** The lines as `LineIndex` counts them: `\n`, `\r\n` and a lone `\r` end one. */
function* linesOf(text: string): Generator<Line> {
  let start = 0;
  let number = 1;
  for (const end of text.matchAll(/\r\n?|\n/g)) {
    yield { start, end: end.index, number };
    start = end.index + end[0].length;
    number++;
  }
  yield { start, end: text.length, number };
}

/** Where the comment of a line begins: at the first `#` after a blank, or first on its line, that is in no text. */
function commentStart(text: string, line: Line, texts: TextSpans): number | undefined {
  // In the line alone: to search the text from each line on would take time in proportion to its square.
  const written = text.slice(line.start, line.end);
  for (let i = written.indexOf("#"); i !== -1; i = written.indexOf("#", i + 1)) {
    const before = written.charAt(i - 1);
    if ((before === "" || before === " " || before === "\t" || before === "\ufeff") && !texts.hold(line.start + i))
      return line.start + i;
  }
  return undefined;
}

/** The end of the word that a comment begins with, when it is `word` and a blank or nothing follows. */
function wordEnd(text: string, start: number, end: number, word: string): number | undefined {
  let at = start;
  while (text.charAt(at) === "#") at++;
  while (text.charAt(at) === " " || text.charAt(at) === "\t") at++;
  if (!text.startsWith(word, at)) return undefined;
  const after = at + word.length;
  return after >= end || /[ \t:]/.test(text.charAt(after)) ? after : undefined;
}

function locationOf({ name, text }: SourceText, line: Line, start: number): Location {
  const markWidth = line.number === 1 && text.startsWith("\ufeff") && start > 0 ? 1 : 0;
  const before = line.start + markWidth - 1;
  return {
    file: name,
    line: line.number,
    column: start - before,
    endLine: line.number,
    endColumn: line.end - before,
    path: "",
  };
}

/** Where a stream holds quoted and block texts, in documents that contain the word. Asked in ascending order. */
class TextSpans {
  readonly #spans: readonly Span[];
  #next = 0;

  constructor(text: string, word: string) {
    this.#spans = splitDocuments(text).flatMap(({ start, end }) => textSpans(text.slice(start, end), start, word));
  }

  hold(offset: number): boolean {
    let span = this.#spans[this.#next];
    while (span !== undefined && span.end <= offset) span = this.#spans[++this.#next];
    return span !== undefined && span.start <= offset;
  }
}

function textSpans(text: string, base: number, word: string): readonly Span[] {
  if (!text.includes(word)) return [];
  try {
    return documentEvents(text).events.flatMap((event) => {
      if (event.type !== "scalar" || event.style === "plain") return [];
      // A comment may follow the `|` or `>` of a block text.
      const isBlock = event.style === "literal" || event.style === "folded";
      const start = isBlock ? Math.max(text.indexOf("\n", event.start), event.start) : event.start;
      return [{ start: base + start, end: base + event.end }];
    });
  } catch (error) {
    if (!(error instanceof DocumentFault)) throw error;
    // A document that cannot be read has nothing to speak of.
    return [{ start: base, end: base + text.length }];
  }
}
