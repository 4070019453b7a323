import { countStep } from "../lib/stoppable.ts";
import type { RawValue } from "../parse/document.ts";
import { CannotEdit, type DocumentChange, type Refusal, type Replacement } from "./change.ts";
import { changedValue, sameValue } from "./change-value.ts";
import { documentDeletions, losesComment } from "./delete-documents.ts";
import { SeenStyles } from "./layout.ts";
import { TextLines } from "./lines.ts";
import { planDocument } from "./plan-document.ts";
import type { DocumentSpan, TextReader } from "./text-reader.ts";
import { YamlTree } from "./yaml-tree.ts";

/** A text with all changes made, or the changes for which it cannot be: then none is made. */
export type EditedText =
  | { readonly status: "edited"; readonly text: string; readonly replacements: readonly Replacement[] }
  | { readonly status: "refused"; readonly refusals: readonly Refusal<DocumentChange>[] };

/**
 * Changes documents of a text and leaves all other characters as they are: comments, order, quotes, indentation, line
 * ends. The result is read again by `reader`, and given only if every document then has exactly the value it should.
 */
export function editText(text: string, changes: readonly DocumentChange[], reader: TextReader): EditedText {
  if (/^[ \t]*\{\{/m.test(text)) return refuseAll(changes, "it is a template");
  const spans = reader.documents(text);
  const edits = editsOf(text, spans, changes, reader);
  const refusals = edits.flatMap((edit) => edit.refusals);
  if (refusals.length > 0) return { status: "refused", refusals };
  const gone = new Set(edits.filter(({ after }) => after === undefined).map(({ index }) => index));
  if (gone.size === spans.length && changes.length > 0) {
    return refuseAll(changes, "no object would be left in the file: delete the file");
  }
  const replacements = [...documentDeletions(text, spans, gone), ...edits.flatMap((edit) => edit.replacements)];
  const sorted = replacements.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const edited = replaced(text, sorted);
  if (!readsAs(edited, text, spans, edits, reader)) return refuseAll(changes, "the result would not read as it should");
  return { status: "edited", text: edited, replacements: sorted };
}

/** The text after replacements in ascending order. */
function replaced(text: string, replacements: readonly Replacement[]): string {
  let result = "";
  let from = 0;
  for (const { start, end, newText } of replacements) {
    result += text.slice(from, start) + newText;
    from = end;
  }
  return result + text.slice(from);
}

interface DocumentEdit {
  readonly index: number;
  /** What the document is to say; undefined when it goes. */
  readonly after: RawValue | undefined;
  /** Offsets are those of the file. */
  readonly replacements: readonly Replacement[];
  readonly refusals: readonly Refusal<DocumentChange>[];
}

function editsOf(
  text: string,
  spans: readonly DocumentSpan[],
  changes: readonly DocumentChange[],
  reader: TextReader,
): readonly DocumentEdit[] {
  const lines = new TextLines(text);
  const byDocument = new Map<number, DocumentChange[]>();
  for (const change of changes) {
    const at = lines.offsetAt(change.document.line, change.document.column);
    const index = indexAt(spans, at);
    countStep();
    const known = byDocument.get(index);
    if (known === undefined) byDocument.set(index, [change]);
    else known.push(change);
  }
  let known: SeenStyles | undefined;
  const styles = (): SeenStyles => (known ??= stylesOf(text, spans));
  return [...byDocument].map(([index, ofDocument]) => {
    const edit = editDocument(text, spans[index], index, ofDocument, { reader, styles });
    if (edit.after !== undefined || !losesComment(text, spans, index)) return edit;
    const refusals = ofDocument.map((change) => ({ change, reason: "a comment would go with it" }));
    return { ...edit, after: null, refusals };
  });
}

/** So many characters of a file show how it is written. */
const mostForStyles = 50_000;

/** How the documents of a file are written, as far as they can be read. */
function stylesOf(text: string, spans: readonly DocumentSpan[]): SeenStyles {
  const seen = new SeenStyles();
  let left = mostForStyles;
  for (const { start, end } of spans) {
    if ((left -= end - start) < 0) break;
    const tree = attempt(() => new YamlTree(text.slice(start, end)));
    if (!(tree instanceof CannotEdit)) seen.add(tree);
  }
  return seen;
}

/** The last of the spans, which are in order, that starts at a place or before; -1 where none does. */
function indexAt(spans: readonly DocumentSpan[], at: number): number {
  let [from, to] = [0, spans.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((spans[middle]?.start ?? 0) <= at) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}

function editDocument(
  text: string,
  span: DocumentSpan | undefined,
  index: number,
  placed: readonly DocumentChange[],
  { reader, styles }: { readonly reader: TextReader; readonly styles: () => SeenStyles },
): DocumentEdit {
  const refuse = (reason: string): DocumentEdit => {
    const refusals = placed.map((change) => ({ change, reason }));
    return { index, after: null, replacements: [], refusals };
  };
  const changes = placed.map(({ change }) => change);
  const placedBy = new Map(placed.map((each) => [each.change, each]));
  const slice = text.slice(span?.start, span?.end);
  const before = reader.values(slice);
  const [value] = before.values;
  if (value === undefined || before.values.length !== 1) return refuse("the document cannot be told from others");
  if (slice.includes("{{")) return refuse("the document holds a template");
  const after = attempt(() => changedValue(value, changes));
  if (after instanceof CannotEdit) return refuse(after.message);
  if (after === undefined) return { index, after, replacements: [], refusals: [] };
  const plan = planDocument(slice, changes, styles);
  const edited = reader.values(replaced(slice, plan.replacements));
  if (plan.refusals.length === 0 && !isOnly(edited.values, after))
    return refuse("the result would not read as it should");
  const base = span?.start ?? 0;
  return {
    index,
    after,
    replacements: plan.replacements.map(({ start, end, newText }) => ({
      start: start + base,
      end: end + base,
      newText,
    })),
    refusals: plan.refusals.flatMap(({ change, reason }) => {
      const of = placedBy.get(change);
      return of === undefined ? [] : [{ change: of, reason }];
    }),
  };
}

function attempt<T>(make: () => T): T | CannotEdit {
  try {
    return make();
  } catch (error) {
    if (error instanceof CannotEdit) return error;
    throw error;
  }
}

function isOnly(values: readonly RawValue[], expected: RawValue): boolean {
  const [value] = values;
  return values.length === 1 && value !== undefined && sameValue(value, expected);
}

/** Whether the edited text says what the text said, but for what was to change; and nothing more is wrong with it. */
function readsAs(
  edited: string,
  text: string,
  spans: readonly DocumentSpan[],
  edits: readonly DocumentEdit[],
  reader: TextReader,
): boolean {
  const afterOf = new Map(edits.map(({ index, after }) => [index, after]));
  const before = reader.values(text);
  const { values, problems } = reader.values(edited);
  const read = spans.map(({ start, end }) => reader.values(text.slice(start, end)).values);
  const expected = read.flatMap((own, i): readonly RawValue[] => {
    if (!afterOf.has(i)) return own;
    const after = afterOf.get(i);
    return after === undefined ? [] : [after];
  });
  // Behind a document in JSON none in YAML is read: without the first they would be.
  return problems <= before.problems && areSame(before.values, read.flat()) && areSame(values, expected);
}

function areSame(values: readonly RawValue[], others: readonly RawValue[]): boolean {
  return values.length === others.length && values.every((value, i) => sameValue(value, others[i] ?? null));
}

function refuseAll(changes: readonly DocumentChange[], reason: string): EditedText {
  return { status: "refused", refusals: changes.map((change) => ({ change, reason })) };
}
