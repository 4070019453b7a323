import type { TextOptions } from "./palette.ts";

// What colours text takes no column.
// oxlint-disable-next-line no-control-regex -- the escape of ANSI colours is what is looked for
const escapes = /\u001b\[[0-9;]*m/g;

/** Where the lines go on that follow the first, by the line as it is seen. */
export type IndentOf = (line: string) => number;

/**
 * The text in lines of at most `width` columns, broken between words; what follows the first line is indented. A comment
 * of YAML goes on as one. Words are never broken: a path that is longer stands on a line of its own.
 */
export function wrapped(text: string, width: number | undefined, indent: number): readonly string[] {
  if (width === undefined || text.length <= width || columnsOf(text) <= width) return [text];
  const lines: string[] = [];
  const start = /^ */.exec(text)?.[0] ?? "";
  const comment = /^ *# /.exec(seen(text))?.[0];
  const follow = comment ?? " ".repeat(indent);
  let line = start;
  let columns = start.length;
  let isEmpty = true;
  for (const word of text.slice(start.length).split(" ")) {
    const length = columnsOf(word);
    if (!isEmpty && length > 0 && columns + 1 + length > width) {
      lines.push(line.trimEnd());
      line = follow;
      columns = follow.length;
      isEmpty = true;
    }
    // Between columns there are several spaces, at the start of a line none.
    if (isEmpty && word === "") continue;
    line += isEmpty ? word : ` ${word}`;
    columns += length + (isEmpty ? 0 : 1);
    isEmpty = false;
  }
  return [...lines, line];
}

/** Whole lines of a text for people, each broken at the width of the terminal, where there is one. */
export function brokenText(text: string, { width }: TextOptions, indentOf: IndentOf = hangingIndent): string {
  if (width === undefined) return text;
  return text
    .split("\n")
    .flatMap((line) => wrapped(line, width, indentOf(seen(line))))
    .join("\n");
}

/** The same of a text that is made piece by piece, each of whole lines. */
export function* brokenPieces(pieces: Iterable<string>, options: TextOptions): Generator<string> {
  for (const piece of pieces) yield brokenText(piece, options);
}

const longestLabel = 16;
const codeIndent = 4;

/**
 * Behind a label (`scores     performance ...`) or the mark of a list; else two columns further in than the line. A value
 * of YAML goes on further in than its key, so that what is copied says the same.
 */
export function hangingIndent(line: string): number {
  const label = /^\S+ {2,}/.exec(line)?.[0].length ?? 0;
  if (label > 0 && label <= longestLabel) return label;
  const item = listIndent(line);
  return item === undefined || /^[^\s:]+: /.test(line.slice(item)) ? (item ?? startOf(line)) + 2 : item;
}

/** For paragraphs: behind the mark of a list; else where the line begins. Code, which is set in, is not a paragraph. */
export function paragraphIndent(line: string): number {
  return startOf(line) >= codeIndent ? hangingIndent(line) : (listIndent(line) ?? startOf(line));
}

function listIndent(line: string): number | undefined {
  return /^ *(?:(?:[-+!?~*]|\d+\.) )+/.exec(line)?.[0].length;
}

function startOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

function columnsOf(text: string): number {
  return seen(text).length;
}

function seen(text: string): string {
  return text.includes("\u001b") ? text.replaceAll(escapes, "") : text;
}
