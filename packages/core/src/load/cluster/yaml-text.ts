import { isList, isMapping } from "../../lib/plain-values.ts";
import type { RawValue } from "../../parse/document.ts";

/** A scalar that no reader of YAML takes for anything but the text it is. */
const plain = /^[A-Za-z_][\w./-]*$/;
const notText = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
/** JSON lets them stand as they are; YAML does not. */
const unprintable = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** A value as a YAML document in block style, with a line break at its end. Every text reads back as the same text. */
export function yamlText(value: RawValue): string {
  const lines: string[] = [];
  write(value, "", "", lines);
  return `${lines.join("\n")}\n`;
}

/** Writes the value behind `head`, which ends its line unless the value is a scalar; deeper lines start with `indent`. */
function write(value: RawValue, head: string, indent: string, lines: string[]): void {
  if (isList(value) && value.length > 0) writeList(value, head, indent, lines);
  else if (isMapping(value) && Object.keys(value).length > 0) writeMapping(value, head, indent, lines);
  else lines.push(`${head}${head === "" || head.endsWith(" ") ? "" : " "}${scalar(value)}`);
}

function writeList(items: readonly RawValue[], head: string, indent: string, lines: string[]): void {
  if (head.endsWith("- "))
    return items.forEach((item, at) => write(item, `${at === 0 ? head : indent}- `, `${indent}  `, lines));
  if (head !== "") lines.push(head);
  for (const item of items) write(item, `${indent}- `, `${indent}  `, lines);
}

function writeMapping(
  mapping: { readonly [key: string]: RawValue },
  head: string,
  indent: string,
  lines: string[],
): void {
  const inItem = head.endsWith("- ");
  if (head !== "" && !inItem) lines.push(head);
  Object.entries(mapping).forEach(([key, value], at) => {
    const start = inItem && at === 0 ? head : indent;
    write(value, `${start}${scalar(key)}:`, `${indent}  `, lines);
  });
}

function scalar(value: RawValue): string {
  if (typeof value !== "string") return isList(value) ? "[]" : isMapping(value) ? "{}" : JSON.stringify(value);
  if (plain.test(value) && !notText.test(value)) return value;
  return JSON.stringify(value).replace(unprintable, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
