import { isBreak } from "./yaml-cursor.ts";

/** Where a document lies in its stream. */
export interface DocumentText {
  /** Where the YAML parser starts. */
  readonly start: number;
  /** The first character of the content, past a `---` without content, blanks and comments. */
  readonly body: number;
  readonly end: number;
  /** There is more on the `---` line before the document than a comment: kubectl refuses the rest of the file. */
  readonly followsBadSeparator?: boolean;
}

const marker = "---";

/**
 * Splits a stream as kubectl does, which is textual: at every line that begins with `---`, and nowhere else. A line ends
 * at a line feed only. What is between two such lines is one document at most: what follows the first is dropped by kubectl.
 * Documents with nothing but blanks and comments are left out.
 */
export function splitDocuments(text: string): readonly DocumentText[] {
  const documents: DocumentText[] = [];
  let start = 0;
  let isBad = false;
  const add = (end: number): void => {
    const body = bodyOf(text, start, end);
    if (body < end) documents.push({ start, body, end, ...(isBad ? { followsBadSeparator: true } : {}) });
  };
  for (const at of markerLines(text)) {
    const lineEnd = endOfLine(text, at);
    const isSeparator = /^\s*(?:#|$)/.test(text.slice(at + marker.length, lineEnd));
    // The first line of a document is no separator: `---` after `---` begins it.
    if (isSeparator && at === start) continue;
    add(at);
    isBad = !isSeparator;
    start = isSeparator ? Math.min(lineEnd + 1, text.length) : at;
  }
  add(text.length);
  return documents;
}

function* markerLines(text: string): Generator<number> {
  if (text.startsWith(marker)) yield 0;
  for (let at = text.indexOf("\n---"); at !== -1; at = text.indexOf("\n---", at + 1)) yield at + 1;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

/** The first content of a document, past the `---` that it may begin with. */
function bodyOf(text: string, start: number, end: number): number {
  const mark = text.startsWith("\ufeff", start) ? 1 : 0;
  const from = /^---[ \t]*(?:[#\r\n]|$)/.test(text.slice(start + mark, start + mark + 200)) ? start + mark + 3 : start;
  return Math.min(firstContent(text, from), end);
}

/** The first character at or after `from` that is no blank, line break, byte order mark or comment. */
export function firstContent(text: string, from: number): number {
  let inComment = false;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isBreak(code)) inComment = false;
    else if (inComment || code === 32 || code === 9 || code === 0xfeff) continue;
    else if (code === 35) inComment = true;
    else return i;
  }
  return text.length;
}
