import { printableJson } from "./escape.ts";

/** Any answer as JSON text with a line end, indented for people. */
export function jsonText(answer: object): string {
  return `${printableJson(JSON.stringify(answer, null, 2))}\n`;
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
