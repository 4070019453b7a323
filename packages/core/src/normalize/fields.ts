import type { RawValue } from "../parse/document.ts";
import type { PathStep } from "../source/position.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import { quote, shownPath } from "./quote.ts";
import type { RawMapping } from "./raw-object.ts";
import { emptyMapping, isList, isMapping } from "./raw-object.ts";

/*
 * Typed access to the fields of the mapping a cursor stands on. A field that is absent or null is undefined, as it is
 * for the API server ("null" leaves a Go field at its zero value). One of the wrong type is reported and undefined.
 */

/** A field that holds a text. */
export function textField(at: ObjectCursor, map: RawMapping, key: string): string | undefined {
  const value = map[key];
  if (typeof value === "string") return value;
  return value === undefined || value === null ? undefined : wrongType(at, [key], "a string", value);
}

/** A field that holds a mapping. */
export function mappingField(at: ObjectCursor, map: RawMapping, key: string): RawMapping | undefined {
  const value = map[key];
  if (value === undefined || value === null) return undefined;
  return isMapping(value) ? value : wrongType(at, [key], "a mapping", value);
}

const noItems: readonly RawValue[] = [];

/** The items of a field that holds a list; none when it is absent. */
export function listField(at: ObjectCursor, map: RawMapping, key: string): readonly RawValue[] {
  const value = map[key];
  if (value === undefined || value === null) return noItems;
  return isList(value) ? value : (wrongType(at, [key], "a list", value) ?? noItems);
}

/** A field that holds true or false. */
export function booleanField(at: ObjectCursor, map: RawMapping, key: string): boolean | undefined {
  const value = map[key];
  if (typeof value === "boolean") return value;
  return value === undefined || value === null ? undefined : wrongType(at, [key], "true or false", value);
}

/** A field that holds a whole number. */
export function integerField(at: ObjectCursor, map: RawMapping, key: string): number | undefined {
  const value = map[key];
  if (typeof value === "number" && Number.isInteger(value)) return value;
  return value === undefined || value === null ? undefined : wrongType(at, [key], "a whole number", value);
}

/** Visits the items of a field that holds a list of structs, the cursor standing on each: null is the struct without fields set. */
export function forEachItem(
  at: ObjectCursor,
  map: RawMapping,
  key: string,
  visit: (item: RawMapping, index: number) => void,
): void {
  const items = listField(at, map, key);
  for (let index = 0; index < items.length; index++) {
    const item = items[index] ?? emptyMapping;
    if (!isMapping(item)) {
      wrongType(at, [key, index], "a mapping", item);
      continue;
    }
    at.enter(key);
    at.enter(index);
    visit(item, index);
    at.leave();
    at.leave();
  }
}

/** A field that holds a list of texts; null items are empty texts. */
export function textListField(at: ObjectCursor, map: RawMapping, key: string): readonly string[] {
  const items = listField(at, map, key);
  if (items.every((item) => typeof item === "string")) return items;
  const texts: string[] = [];
  for (const [index, item] of items.entries()) {
    if (typeof item === "string" || item === null) texts.push(item ?? "");
    else wrongType(at, [key, index], "a string", item);
  }
  return texts;
}

/** Reports a value of the wrong type. */
export function wrongType(
  at: ObjectCursor,
  steps: readonly PathStep[],
  expected: string,
  value: RawValue | undefined,
): undefined {
  const quoteIt =
    expected !== "a string" || typeof value === "object"
      ? ""
      : `: quote it${typeof value === "boolean" ? " (in YAML true, yes, on, y and false, no, off, n without quotes are booleans)" : ""}`;
  at.refuse("wrong-type", steps, `${shownPath(steps)} is ${describe(value)} but must be ${expected}${quoteIt}`);
  return undefined;
}

function describe(value: RawValue | undefined): string {
  if (value === null || value === undefined) return "null";
  if (isList(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value === "string") return `the string ${quote(value)}`;
  return `the ${typeof value} ${String(value)}`;
}
