import type { Location } from "../source/position.ts";
import { printable } from "./escape.ts";

/** The text of a file of the input, when it is at hand. */
export type TextOf = (file: string) => string | undefined;

const linesAround = 1;
const maxWidth = 120;

/** The lines about a place, the one that is meant marked, and what of it is meant underlined. None without a text. */
export function codeFrame({ file, line, column, endLine, endColumn }: Location, textOf: TextOf): readonly string[] {
  const text = textOf(file);
  if (text === undefined) return [];
  const lines = text.split(/\r\n|[\n\r]/);
  if (lines[line - 1] === undefined) return [];
  const first = Math.max(1, line - linesAround);
  const last = Math.min(lines.length, line + linesAround);
  const digits = String(last).length;
  const shown: string[] = [];
  for (let i = first; i <= last; i++) {
    const content = printable((lines[i - 1] ?? "").replaceAll("\t", " ")).slice(0, maxWidth);
    shown.push(`${i === line ? ">" : " "} ${String(i).padStart(digits)} | ${content}`.trimEnd());
    if (i === line)
      shown.push(...underline(lines[i - 1] ?? "", column, endLine === line ? endColumn : undefined, digits));
  }
  return shown;
}

/** Nothing where the place is not within what is shown, or where escapes have moved the columns. */
function underline(content: string, column: number, endColumn: number | undefined, digits: number): readonly string[] {
  if (column > maxWidth || !/^[\t -~]*$/.test(content)) return [];
  const end = Math.min(endColumn ?? content.length + 1, content.length + 1, maxWidth + 1);
  const marks = "^".repeat(Math.max(1, end - column));
  return [`  ${" ".repeat(digits)} | ${" ".repeat(column - 1)}${marks}`];
}
