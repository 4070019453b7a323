import type { Labels } from "../model/selector.ts";
import type { RawValue } from "../parse/document.ts";
import { mappingField, wrongType } from "./fields.ts";
import { isLabelValue, isQualifiedName } from "../semantics/names.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import { quote } from "./quote.ts";
import type { RawMapping } from "./raw-object.ts";
import type { ReadOnce } from "./read-once.ts";

/** No labels, no annotations. */
export const noLabels: Labels = Object.freeze(newStringMap());

/** A map of strings without inherited keys, so that `__proto__` is an ordinary label key. */
export function newStringMap(): Record<string, string> {
  return Object.create(null) as Record<string, string>; // Object.create is typed as any
}

type Check = (at: ObjectCursor, field: string, key: string, value: string) => void;

/** The labels that a field holds. Keys and values are checked as the API server does. */
export function readLabels(at: ObjectCursor, map: RawMapping, field: string): Labels {
  return readStringMap(at, map, field, checkLabel, at.read.labels);
}

/**
 * What a selector asks of labels, under `matchLabels`. Where an API server stores selectors as they are written, what a label cannot
 * be is looked for in stored objects, too.
 */
export function readMatchLabels(at: ObjectCursor, map: RawMapping): Labels {
  const field = "matchLabels";
  if (!at.storesSelectors) return readLabels(at, map, field);
  const entries = mappingField(at, map, field);
  return entries === undefined ? noLabels : readEntries(at, entries, field, checkRequired, true);
}

/** The annotations that a field holds: any value, the key is a qualified name in either case. */
export function readAnnotations(at: ObjectCursor, map: RawMapping, field: string): Labels {
  const wasTolerant = at.tolerant;
  // No answer hangs on an annotation. A policy is not in force with a wrong one, and that is an answer.
  at.tolerant ||= !at.isPolicy;
  const annotations = readStringMap(at, map, field, checkAnnotation, at.read.annotations);
  at.tolerant = wasTolerant;
  return annotations;
}

function readStringMap(
  at: ObjectCursor,
  map: RawMapping,
  field: string,
  check: Check,
  known: ReadOnce<Labels>,
): Labels {
  const entries = mappingField(at, map, field);
  if (entries === undefined) return noLabels;
  return known.of(at, entries, () => readEntries(at, entries, field, check));
}

function readEntries(
  at: ObjectCursor,
  entries: RawMapping,
  field: string,
  check: Check,
  isChecked: boolean = !at.live,
): Labels {
  let plain = true;
  for (const key in entries) {
    const value = entries[key];
    if (typeof value !== "string") plain = false;
    else if (isChecked) check(at, field, key, value);
  }
  return plain ? (entries as Labels) : textEntries(at, entries, field, check); // every value was just seen to be a string
}

/** The same where some values are no strings: null is the empty string, as in Go; others are reported. */
function textEntries(at: ObjectCursor, entries: RawMapping, field: string, check: Check): Labels {
  const texts = newStringMap();
  for (const key in entries) {
    const value: RawValue | undefined = entries[key];
    if (typeof value === "string") texts[key] = value;
    else if (value !== null) wrongType(at, [field, key], "a string", value);
    else {
      texts[key] = "";
      if (!at.live) check(at, field, key, "");
    }
  }
  return texts;
}

function checkLabel(at: ObjectCursor, field: string, key: string, value: string): void {
  if (!isQualifiedName(key))
    at.refuse("invalid-name", [field, key], `${quote(key)} cannot be a label key: ${keySyntax}`, "key");
  if (!isLabelValue(value))
    at.refuse("invalid-name", [field, key], `${quote(value)} cannot be a label value: ${valueSyntax}`);
}

function checkRequired(at: ObjectCursor, field: string, key: string, value: string): void {
  if (!isQualifiedName(key))
    at.refuseRequirement("invalid-name", [field, key], `${quote(key)} cannot be a label key: ${keySyntax}`, "key");
  if (!isLabelValue(value))
    at.refuseRequirement("invalid-name", [field, key], `${quote(value)} cannot be a label value: ${valueSyntax}`);
}

function checkAnnotation(at: ObjectCursor, field: string, key: string): void {
  if (!isQualifiedName(key) && !isQualifiedName(key.toLowerCase())) {
    at.refuse("invalid-name", [field, key], `${quote(key)} cannot be an annotation key: ${keySyntax}`, "key");
  }
}

/** How a label key is written, for messages. */
export const keySyntax = "write letters, digits, '-', '_' and '.', at most 63, after an optional domain and '/'";

/** How a label value is written, for messages. */
const valueSyntax = "write letters, digits, '-', '_' and '.', at most 63, a letter or digit first and last";
