import type { RawValue } from "../parse/document.ts";
import type { Layout } from "./yaml-tree.ts";

/** A value on one line, as YAML in brackets or as JSON. */
export function flowText(value: RawValue, json: boolean): string {
  if (typeof value !== "object" || value === null) return scalarText(value, json);
  if (isList(value)) return `[${value.map((item) => flowText(item, json)).join(", ")}]`;
  const entries = Object.entries(value).map(([key, item]) => `${scalarText(key, json)}: ${flowText(item, json)}`);
  if (entries.length === 0) return "{}";
  return json ? `{${entries.join(", ")}}` : `{ ${entries.join(", ")} }`;
}

/** The lines of `key: value`, the first without indentation. */
export function entryLines(key: string, value: RawValue, layout: Layout): readonly string[] {
  const name = scalarText(key, false);
  if (isFlat(value) || (isList(value) && !layout.dashes && value.every(isFlat)))
    return [`${name}: ${flowText(value, false)}`];
  const [below, indent] = isList(value)
    ? [value.flatMap((item) => itemLines(item, layout)), layout.dash]
    : [mappingLines(value, layout), layout.step];
  return [`${name}:`, ...below.map((line) => " ".repeat(indent) + line)];
}

/** The lines of `- value`, the first without indentation. */
export function itemLines(value: RawValue, layout: Layout): readonly string[] {
  if (isFlat(value) || isList(value)) return [`- ${flowText(value, false)}`];
  return mappingLines(value, layout).map((line, i) => (i === 0 ? `- ${line}` : `  ${line}`));
}

/** The lines of the entries of a mapping. */
export function mappingLines(value: RawMapping, layout: Layout): readonly string[] {
  return Object.entries(value).flatMap(([key, item]) => entryLines(key, item, layout));
}

type RawMapping = { readonly [key: string]: RawValue };

function isList(value: RawValue): value is readonly RawValue[] {
  return Array.isArray(value);
}

/** Whether a value is written on one line in any case. */
function isFlat(value: RawValue): value is null | boolean | number | string {
  return typeof value !== "object" || value === null || Object.keys(value).length === 0;
}

const plain = /^(?:[A-Za-z][\w./-]*|\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2})$/;
/** Words that YAML 1.1, and so kubectl, reads as something else than a text. */
const typedWord = /^(?:true|false|yes|no|on|off|y|n|null)$/i;

/** A scalar that reads back as itself, in YAML 1.1 and in brackets, too. */
export function scalarText(value: null | boolean | number | string, json: boolean): string {
  if (typeof value !== "string") return String(value);
  return !json && plain.test(value) && !typedWord.test(value) ? value : JSON.stringify(value);
}
