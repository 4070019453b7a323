import { lineBreakOf } from "./lines.ts";
import { sameValue } from "./change-value.ts";
import type { TextReader } from "./text-reader.ts";

/** A file with more at its end, or why it cannot be added there. */
export type Appended =
  | { readonly status: "edited"; readonly text: string; readonly newText: string }
  | { readonly status: "refused"; readonly reason: string };

/** Adds documents, given as YAML text with `\n`, to the end of a text. What is there is not touched. */
export function appendDocuments(text: string, documents: string, reader: TextReader): Appended {
  if (/^[\s\ufeff]*\{/.test(text)) return { status: "refused", reason: "it is JSON" };
  const lineBreak = lineBreakOf(text);
  const end = text === "" || /[\r\n]$/.test(text) ? "" : lineBreak;
  const body = documents.endsWith("\n") ? documents : `${documents}\n`;
  const separator = reader.documents(text).length === 0 ? "" : "---\n";
  const newText = end + `${separator}${body}`.replaceAll("\n", lineBreak);
  const before = reader.values(text);
  const after = reader.values(text + newText);
  const expected = [...before.values, ...reader.values(documents).values];
  const isRight =
    after.problems <= before.problems &&
    after.values.length === expected.length &&
    after.values.every((value, i) => sameValue(value, expected[i] ?? null));
  if (!isRight) return { status: "refused", reason: "a document at its end would not read as it should" };
  return { status: "edited", text: text + newText, newText };
}
