import type { Location } from "../source/position.ts";
import { printable } from "./escape.ts";

/** The text of a file of the input, when it is at hand. */
export type TextOf = (file: string) => string | undefined;

/** The lines of a file of the input, when it is at hand. */
export type LinesOf = (file: string) => readonly string[] | undefined;

/** Splits each file once, however many places in it are shown. */
export function linesOf(textOf: TextOf): LinesOf {
  const known = new Map<string, readonly string[] | undefined>();
  return (file) => {
    if (!known.has(file)) known.set(file, textOf(file)?.split(/\r\n|[\n\r]/));
    return known.get(file);
  };
}

const linesAround = 1;
const maxLength = 120;

/**
 * The lines about a place, the one that is meant marked, and what of it is meant underlined. None without a text. What
 * goes beyond the columns that there are for it is cut off.
 */
export function codeFrame(
  { file, line, column, endLine, endColumn }: Location,
  linesOf: LinesOf,
  columns: number = Infinity,
): readonly string[] {
  const lines = linesOf(file);
  if (lines === undefined) return [];
  const first = Math.max(1, line - linesAround);
  const last = Math.min(lines.length, line + linesAround);
  const digits = String(last).length;
  const shownLength = Math.max(0, Math.min(maxLength, columns - digits - 5));
  // A place that would not be seen is shown by nothing.
  if (lines[line - 1] === undefined || column > shownLength) return [];
  const shown: string[] = [];
  for (let i = first; i <= last; i++) {
    const written = (lines[i - 1] ?? "").slice(0, shownLength);
    const content = printable(written.replaceAll("\t", " ")).slice(0, shownLength);
    shown.push(`${i === line ? ">" : " "} ${String(i).padStart(digits)} | ${content}`.trimEnd());
    if (i === line) shown.push(...underline(written, column, endLine === line ? endColumn : undefined, digits));
  }
  return shown;
}

/** Nothing where the place is not within what is shown, or where escapes have moved the columns. */
function underline(content: string, column: number, endColumn: number | undefined, digits: number): readonly string[] {
  if (!/^[\t -~]*$/.test(content)) return [];
  const end = Math.min(endColumn ?? content.length + 1, content.length + 1);
  const marks = "^".repeat(Math.max(1, end - column));
  return [`  ${" ".repeat(digits)} | ${" ".repeat(column - 1)}${marks}`];
}
