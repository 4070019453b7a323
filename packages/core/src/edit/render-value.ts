import { isList } from "../lib/plain-values.ts";
import type { RawValue } from "../parse/document.ts";
import type { Layout } from "./layout.ts";

/** What is longer is not written in brackets where there is a choice. */
export const longestLine = 100;

/** A value on one line, as YAML in brackets or as JSON. `key`: whose value it is. */
export function flowText(value: RawValue, layout: Layout, key?: string): string {
  if (typeof value !== "object" || value === null) return scalarText(value, layout, key);
  if (isList(value)) return `[${value.map((item) => flowText(item, layout, key)).join(", ")}]`;
  const entries = Object.entries(value).map(
    ([name, item]) => `${scalarText(name, layout)}: ${flowText(item, layout, name)}`,
  );
  if (entries.length === 0) return "{}";
  return !layout.json && layout.padded ? `{ ${entries.join(", ")} }` : `{${entries.join(", ")}}`;
}

/** The lines of `key: value`, the first without indentation. */
export function entryLines(key: string, value: RawValue, layout: Layout): readonly string[] {
  const name = scalarText(key, blockOf(layout));
  if (isOneLine(key, value, layout)) return [`${name}: ${flowText(value, blockOf(layout), key)}`];
  const [below, indent] = isList(value)
    ? [value.flatMap((item) => itemLines(item, layout, key)), layout.dash]
    : [mappingLines(value as RawMapping, layout), layout.step];
  return [`${name}:`, ...below.map((line) => " ".repeat(indent) + line)];
}

function isOneLine(key: string, value: RawValue, layout: Layout): boolean {
  if (isFlat(value) || (isList(value) && !layout.dashes && value.every(isFlat))) return true;
  return layout.inBrackets.has(key) && flowText(value, blockOf(layout), key).length <= longestLine;
}

/** The lines of `- value`, the first without indentation. `key`: whose list it is in. */
export function itemLines(value: RawValue, layout: Layout, key?: string): readonly string[] {
  const inline = flowText(value, blockOf(layout), key);
  const isInBrackets = key !== undefined && layout.itemsInBrackets.has(key) && inline.length <= longestLine;
  const dash = `-${" ".repeat(layout.gap - 1)}`;
  if (isFlat(value) || isList(value) || isInBrackets) return [dash + inline];
  return mappingLines(value, layout).map((line, i) => (i === 0 ? dash : " ".repeat(layout.gap)) + line);
}

/** The lines of the entries of a mapping. */
export function mappingLines(value: RawMapping, layout: Layout): readonly string[] {
  return Object.entries(value).flatMap(([key, item]) => entryLines(key, item, layout));
}

type RawMapping = { readonly [key: string]: RawValue };

/** Lines are never those of JSON. */
function blockOf(layout: Layout): Layout {
  return layout.json ? { ...layout, json: false } : layout;
}

/** Whether a value is written on one line in any case. */
function isFlat(value: RawValue): value is null | boolean | number | string {
  return typeof value !== "object" || value === null || Object.keys(value).length === 0;
}

const plain = /^(?:[A-Za-z][\w./-]*|\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2})$/;
/** Words that YAML 1.1, and so kubectl, reads as something else than a text. */
const typedWord = /^(?:true|false|yes|no|on|off|y|n|null)$/i;

/** A scalar that reads back as itself, in YAML 1.1 and in brackets, too: as others of its key are written. */
export function scalarText(value: null | boolean | number | string, layout: Layout, key?: string): string {
  if (typeof value !== "string") return String(value);
  if (layout.json) return JSON.stringify(value);
  const quote = key === undefined ? undefined : layout.quotes.get(key);
  if (quote === undefined && plain.test(value) && !typedWord.test(value)) return value;
  return (quote ?? layout.quote) === "'" ? singleQuoted(value) : JSON.stringify(value);
}

/** In single quotes, which know no escapes; else in double ones. */
export function singleQuoted(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
}
