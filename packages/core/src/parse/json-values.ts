import { DocumentFault } from "./document-fault.ts";
import type { RawValue } from "./document.ts";
import { checkJson } from "./json-syntax.ts";
import { jsonShape, skipSpace } from "./json-text.ts";
import { withoutPrototype } from "./mapping.ts";
import { maxDepth } from "./yaml-events.ts";
import type { DuplicateKey } from "./yaml-values.ts";

/** One of the JSON values that stand in a row. */
export interface JsonValue {
  readonly value: RawValue;
  readonly start: number;
  readonly end: number;
}

/** How far into a text kubectl looks for a brace. */
const guessLength = 4096;

/**
 * Whether kubectl takes the text for JSON, and for nothing else: its first character that is no blank is a brace.
 * Braces with bare keys are no JSON: kubectl refuses them, and they are read as the YAML that they are.
 */
export function isJsonStream(text: string): boolean {
  return /^[\s\u0085]*\{\s*["}]/.test(text.slice(0, guessLength)) && !text.startsWith("\ufeff");
}

/** Reads the JSON values of a text, one after the other, into `found`. Gives the fault where it stops being JSON, if it does. */
export function readJsonValues(text: string, found: JsonValue[], onDuplicate: DuplicateKey): DocumentFault | undefined {
  try {
    for (let at = skipSpace(text, 0); at < text.length;) {
      const json = jsonValueAt(text, at, text.length, onDuplicate);
      found.push(json);
      at = skipSpace(text, json.end);
    }
    return undefined;
  } catch (error) {
    if (error instanceof DocumentFault) return error;
    throw error;
  }
}

function jsonValueAt(text: string, start: number, limit: number, onDuplicate: DuplicateKey): JsonValue {
  const char = text.charAt(start);
  if (char !== "{" && char !== "[") throw new DocumentFault(start, "expected another JSON object");
  const shape = jsonShape(text, start, limit);
  if (shape === undefined) throw faultOf(text, start, limit);
  if (shape.depth > maxDepth) {
    throw new DocumentFault(start, `nested deeper than ${maxDepth} levels`, "input-too-large");
  }
  const value = tryParse(text.slice(start, shape.end));
  if (value === undefined) throw faultOf(text, start, limit);
  const members = bareMembers(value, start);
  if (members < shape.members) checkJson(text, start, shape.end, onDuplicate);
  return { value, start, end: shape.end };
}

function tryParse(text: string): RawValue | undefined {
  try {
    return JSON.parse(text) as RawValue; // JSON.parse gives exactly these values
  } catch {
    return undefined;
  }
}

/** Takes the prototype off every object, in place, and counts the members. */
function bareMembers(value: RawValue, offset: number): number {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new DocumentFault(offset, "a number that does not fit 64 bits");
  }
  if (typeof value !== "object" || value === null) return 0;
  let members = 0;
  const children: readonly RawValue[] = Object.values(value);
  for (const child of children) members += bareMembers(child, offset);
  if (Array.isArray(value)) return members;
  withoutPrototype(value);
  return members + children.length;
}

function faultOf(text: string, start: number, limit: number): DocumentFault {
  try {
    checkJson(text, start, limit, () => undefined);
  } catch (error) {
    if (error instanceof DocumentFault) return error;
    throw error;
  }
  return new DocumentFault(start, "not valid JSON");
}
