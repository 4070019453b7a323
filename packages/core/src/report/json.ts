import { printableJson } from "./escape.ts";

/** Any answer as JSON text with a line end, indented for people. */
export function jsonText(answer: object): string {
  return `${printableJson(JSON.stringify(answer, null, 2))}\n`;
}

/** The same text piece by piece, each made when it is asked for: the whole of a big answer never exists as one string. */
export function* jsonPieces(answer: object): Generator<string> {
  yield* piecesOf(answer, "", objectsApart);
  yield "\n";
}

/** So deep objects are made field by field; what lies deeper, and each item of a list, is made at once. */
const objectsApart = 4;

function* piecesOf(value: unknown, margin: string, depth: number): Generator<string> {
  const inner = `${margin}  `;
  if (Array.isArray(value) && value.length > 0) {
    let separator = "[";
    for (const item of value) {
      yield `${separator}\n${inner}${whole(item, inner)}`;
      separator = ",";
    }
    yield `\n${margin}]`;
  } else if (depth > 0 && isFields(value)) {
    let separator = "{";
    for (const [key, field] of Object.entries(value)) {
      if (field === undefined) continue;
      yield `${separator}\n${inner}${printableJson(JSON.stringify(key))}: `;
      separator = ",";
      yield* piecesOf(field, inner, depth - 1);
    }
    yield separator === "{" ? "{}" : `\n${margin}}`;
  } else yield whole(value, margin);
}

function isFields(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function whole(value: unknown, margin: string): string {
  return printableJson(JSON.stringify(value ?? null, null, 2)).replaceAll("\n", `\n${margin}`);
}

/**
 * An answer as JSON text, piece by piece: the same value as `jsonText`, but every item of a top-level list is one line,
 * and a list may be any iterable, so that memory does not grow with it. A field that is a function is asked for its value
 * when the fields before it are written.
 */
export function* jsonLines(answer: object): Generator<string> {
  let separator = "{";
  for (const [key, given] of Object.entries(answer) as [string, unknown][]) {
    const value: unknown = typeof given === "function" ? given() : given;
    if (value === undefined) continue;
    yield `${separator}\n  ${printableJson(JSON.stringify(key))}: `;
    separator = ",";
    if (isIterable(value)) yield* listLines(value);
    else yield indented(value);
  }
  yield separator === "{" ? "{}\n" : "\n}\n";
}

function* listLines(items: Iterable<unknown>): Generator<string> {
  let separator = "[";
  for (const item of items) {
    yield `${separator}\n    ${printableJson(JSON.stringify(item))}`;
    separator = ",";
  }
  yield separator === "[" ? "[]" : "\n  ]";
}

function indented(value: unknown): string {
  return printableJson(JSON.stringify(value, null, 2)).replaceAll("\n", "\n  ");
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}
