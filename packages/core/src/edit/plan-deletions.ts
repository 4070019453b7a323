import type { YAMLMap, YAMLSeq } from "yaml";
import { isSeq } from "yaml";
import { CannotEdit, type Replacement } from "./change.ts";
import { lineEnd, lineStart, mayHoldComment, nextLine } from "./lines.ts";
import { type Entry, isFlow } from "./yaml-entries.ts";
import type { Found, YamlTree } from "./yaml-tree.ts";

/** Entries of one collection that are to go. */
export interface Deletion {
  readonly collection: YAMLMap | YAMLSeq;
  /** What holds the collection; undefined for the root. */
  readonly holder: Found["holder"];
  readonly gone: ReadonlySet<number>;
}

/** The replacements that take entries out. Where a comment inside or right above would go with one, it is refused. */
export function deletionReplacements(tree: YamlTree, deletion: Deletion): readonly Replacement[] {
  const entries = tree.entries(deletion.collection);
  if (deletion.gone.size === entries.length) return emptied(tree, deletion, entries);
  const runs = runsOf(entries.length, deletion.gone);
  return isFlow(deletion.collection)
    ? runs.map((run) => flowRun(tree.text, entries, run))
    : runs.flatMap((run) => blockRun(tree.text, entries, run));
}

/** Neighbours that all go: from, up to and not with. */
type Run = readonly [number, number];

function runsOf(count: number, gone: ReadonlySet<number>): readonly Run[] {
  const runs: Run[] = [];
  for (let at = 0; at < count; at++) {
    if (!gone.has(at)) continue;
    const from = at;
    while (gone.has(at)) at++;
    runs.push([from, at]);
  }
  return runs;
}

function flowRun(text: string, entries: readonly Entry[], [from, to]: Run): Replacement {
  const next = entries[to];
  const before = entries[from - 1];
  const range =
    next !== undefined
      ? { start: startOf(entries[from]), end: next.start }
      : { start: before?.end ?? 0, end: entries[to - 1]?.end ?? 0 };
  refuseComment(text, range);
  return { ...range, newText: "" };
}

/** A comment says why: it is not taken out, and may be about what stays. */
function refuseComment(text: string, { start, end }: { readonly start: number; readonly end: number }): void {
  if (mayHoldComment(text.slice(start, end))) throw new CannotEdit("a comment would go with it");
}

function blockRun(text: string, entries: readonly Entry[], [from, to]: Run): readonly Replacement[] {
  const first = entries[from];
  const next = entries[to];
  if (first === undefined) return [];
  if (isFirstOnLine(text, first.start)) {
    return entries.slice(from, to).map((entry) => ({ ...wholeLines(text, entry), newText: "" }));
  }
  // `- from: ...` with `ports` on the next line: what comes next takes its place behind the dash.
  if (next === undefined) throw new CannotEdit("what is left would be empty");
  for (const entry of entries.slice(from, to)) wholeLines(text, entry);
  refuseComment(text, { start: lineStart(text, first.start), end: next.start });
  return [{ start: first.start, end: next.start, newText: "" }];
}

/** The lines of an entry. */
function wholeLines(text: string, { start, end }: Entry): { readonly start: number; readonly end: number } {
  if (!/^[ \t]*(?:#|$)/.test(text.slice(end, lineEnd(text, end)))) {
    throw new CannotEdit("something else is written on the same line");
  }
  const range = { start: lineStart(text, start), end: nextLine(text, end) };
  refuseComment(text, { start: commentStart(text, start), end: range.end });
  return range;
}

function commentStart(text: string, start: number): number {
  let from = lineStart(text, start);
  const comment = `${text.slice(from, start)}#`;
  while (from > 0) {
    const above = lineStart(text, from - (text.startsWith("\r\n", from - 2) ? 2 : 1));
    if (!text.startsWith(comment, above)) break;
    from = above;
  }
  return from;
}

function isFirstOnLine(text: string, at: number): boolean {
  return text.slice(lineStart(text, at), at).trim() === "";
}

/** All entries go: `[]` or `{}` is left. */
function emptied(tree: YamlTree, { collection, holder }: Deletion, entries: readonly Entry[]): readonly Replacement[] {
  const { text } = tree;
  const brackets = isSeq(collection) ? "[]" : "{}";
  const [start = 0, end = 0] = collection.range ?? [];
  if (isFlow(collection)) return [{ start, end, newText: brackets }];
  const indicatorEnd = holder?.entry.indicatorEnd;
  if (indicatorEnd === undefined || !entries.every((entry) => isFirstOnLine(text, entry.start))) {
    throw new CannotEdit("what is left would be empty");
  }
  return [
    { start: indicatorEnd, end: indicatorEnd, newText: ` ${brackets}` },
    ...entries.map((entry) => ({ ...wholeLines(text, entry), newText: "" })),
  ];
}

function startOf(entry: Entry | undefined): number {
  return entry?.start ?? 0;
}
