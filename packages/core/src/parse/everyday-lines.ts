/** Deeper documents are left to the YAML parser, which knows the bound. */
export const maxEverydayDepth = 60;

/** Characters that need a closer look: tabs, control and format characters, surrogates, a lone carriage return. */
const unusual = /[^\n\r -~\u00a0-\u2027\u202a-\ud7ff]|\r(?!\n)/;

const newline = 10;
const carriageReturn = 13;
const space = 32;
const hash = 35;
const dash = 45;

/** Whether a text has only characters whose meaning is plain. */
export function isEveryday(text: string): boolean {
  return !unusual.test(text);
}

/** From the start of a line the place of its content, or of that of the first line after it that has some; -1 where there is none. */
export function contentFrom(text: string, lineStart: number): number {
  let at = lineStart;
  for (;;) {
    while (text.charCodeAt(at) === space) at++;
    if (at >= text.length) return -1;
    const code = text.charCodeAt(at);
    if (code === hash) {
      const end = text.indexOf("\n", at);
      if (end === -1) return -1;
      at = end + 1;
    } else if (code === newline) at++;
    else if (code === carriageReturn) at += 2;
    else return at;
  }
}

/** How many characters of its line stand before a place. */
export function columnAt(text: string, at: number): number {
  return at === 0 ? 0 : at - text.lastIndexOf("\n", at - 1) - 1;
}

/**
 * From the start of the line below a key to the first line that is indented no deeper than the key, as far as the indentation
 * says: a list may be indented as its key is. Lines without content belong to what is before them.
 */
export function blockEnd(text: string, start: number, indent: number): number {
  let line = start;
  while (line < text.length) {
    let at = line;
    while (at <= line + indent && text.charCodeAt(at) === space) at++;
    if (at <= line + indent) {
      const code = text.charCodeAt(at);
      const isEmpty = code === newline || code === carriageReturn || code === hash || at === text.length;
      if (!isEmpty && !(code === dash && at === line + indent)) return line;
    }
    const end = text.indexOf("\n", at);
    if (end === -1) break;
    line = end + 1;
  }
  return text.length;
}
