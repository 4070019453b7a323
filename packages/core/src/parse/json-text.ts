/*
 * Finds its way in JSON text without reading values. Everything here trusts that the text is JSON where it matters:
 * the syntax is judged by JSON.parse and, when that fails, by json-syntax.ts.
 */

const quote = 34;
const colon = 58;
const backslash = 92;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

/** The shape of a JSON array or object. */
export interface JsonShape {
  /** The offset after its closing bracket. */
  readonly end: number;
  readonly depth: number;
  /** How many members all its objects are written with: more than they have in memory means duplicate keys. */
  readonly members: number;
}

/** The shape of the array or object that starts at `start`, or undefined when it does not end before `limit`. */
export function jsonShape(text: string, start: number, limit: number): JsonShape | undefined {
  let open = 0;
  let depth = 0;
  let members = 0;
  for (let i = start; i < limit; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) {
      i = endOfString(text, i) - 1;
    } else if (code === openBrace || code === openBracket) {
      if (++open > depth) depth = open;
    } else if (code === closeBrace || code === closeBracket) {
      if (--open === 0) return { end: i + 1, depth, members };
    } else if (code === colon) members++;
  }
  return undefined;
}

/** The offset after the string whose opening quote is at `start`; the end of the text when it is not closed. */
export function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === backslash) i++;
    else if (code === quote) return i + 1;
  }
  return text.length;
}

/** The offset after the JSON value that starts at `start`. */
export function endOfValue(text: string, start: number, limit: number): number {
  const code = text.charCodeAt(start);
  if (code === quote) return endOfString(text, start);
  if (code === openBrace || code === openBracket) return jsonShape(text, start, limit)?.end ?? limit;
  let end = start;
  while (end < limit && !isStructural(text.charCodeAt(end))) end++;
  return end;
}

/** The first offset at or after `from` that is no JSON white space. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

function isStructural(code: number): boolean {
  return isSpace(code) || code === 44 || code === colon || code === closeBrace || code === closeBracket;
}
