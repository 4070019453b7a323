import { matchLines } from "./match-lines.ts";

const context = 3;

/** A stretch of lines that goes, and what comes instead: half-open, in lines from 0. */
interface Change {
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
}

/** The difference of a file as `git apply` and `patch -p1` read it. `before` is undefined for a new file, `after` for one that goes. */
export function unifiedDiff(name: string, before: string | undefined, after: string | undefined): string {
  const a = linesOf(before ?? "");
  const b = linesOf(after ?? "");
  const hunks = grouped(changesBetween(a, b)).map((changes) => hunkText(a, b, changes));
  if (hunks.length === 0) return "";
  const from = before === undefined ? "/dev/null" : `a/${name}`;
  const to = after === undefined ? "/dev/null" : `b/${name}`;
  return `--- ${from}\n+++ ${to}\n${hunks.join("")}`;
}

/** Lines with their ends. A lone carriage return ends none, as for git. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function changesBetween(a: readonly string[], b: readonly string[]): readonly Change[] {
  const changes: Change[] = [];
  let [fromA, fromB] = [0, 0];
  for (const [i, j] of [...matchLines(a, b), [a.length, b.length] as const]) {
    if (i > fromA || j > fromB) changes.push({ a: [fromA, i], b: [fromB, j] });
    [fromA, fromB] = [i + 1, j + 1];
  }
  return changes;
}

/** Changes whose context would touch are told together. */
function grouped(changes: readonly Change[]): readonly (readonly Change[])[] {
  const groups: Change[][] = [];
  let end = -Infinity;
  for (const change of changes) {
    if (change.a[0] - end <= 2 * context) groups.at(-1)?.push(change);
    else groups.push([change]);
    end = change.a[1];
  }
  return groups;
}

function hunkText(a: readonly string[], b: readonly string[], changes: readonly Change[]): string {
  const first = changes[0];
  const last = changes.at(-1);
  if (first === undefined || last === undefined) return "";
  const lead = Math.min(context, first.a[0]);
  const trail = Math.min(context, a.length - last.a[1]);
  const start = first.a[0] - lead;
  let body = "";
  let at = start;
  for (const { a: gone, b: come } of changes) {
    body += marked(" ", a.slice(at, gone[0])) + marked("-", a.slice(...gone)) + marked("+", b.slice(...come));
    at = gone[1];
  }
  body += marked(" ", a.slice(at, at + trail));
  const oldRange = rangeText(start, last.a[1] + trail);
  const newRange = rangeText(first.b[0] - lead, last.b[1] + trail);
  return `@@ -${oldRange} +${newRange} @@\n${body}`;
}

function rangeText(from: number, to: number): string {
  return `${to === from ? from : from + 1},${to - from}`;
}

function marked(mark: string, lines: readonly string[]): string {
  return lines
    .map((line) => (line.endsWith("\n") ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`))
    .join("");
}
