import { DocumentFault } from "./document-fault.ts";
import type { YamlCursor } from "./yaml-cursor.ts";
import { isBlank, isBlankOrEnd, isBreak } from "./yaml-cursor.ts";

const quote = 34;
const hash = 35;
const apostrophe = 39;
const colon = 58;
const backslash = 92;

/** What a text is folded from: its lines as they come, with the breaks between them. */
class Folder {
  text = "";
  #blanks = "";
  #firstBreak = "";
  #breaks = "";
  #folds = false;

  /** Text of a line, after whatever came before it. */
  add(text: string): void {
    this.#join();
    this.text += text;
  }

  addBlank(blank: string): void {
    if (!this.#folds) this.#blanks += blank;
  }

  addBreak(text: string): void {
    if (this.#folds) this.#breaks += text;
    else {
      this.#folds = true;
      this.#blanks = "";
      this.#firstBreak = text;
    }
  }

  /** A line that goes on in the next one: the break is nothing, and so are the blanks that follow. */
  escapeBreak(): void {
    this.#join();
    this.#folds = true;
  }

  get endsInBreak(): boolean {
    return this.#folds;
  }

  /** One line break is a blank, more are one less. */
  #join(): void {
    if (!this.#folds) this.text += this.#blanks;
    else if (this.#firstBreak === "\n") this.text += this.#breaks === "" ? " " : this.#breaks;
    else this.text += this.#firstBreak + this.#breaks;
    this.#blanks = "";
    this.#firstBreak = "";
    this.#breaks = "";
    this.#folds = false;
  }

  /** The text up to a closing quote. */
  close(): string {
    this.#join();
    return this.text;
  }
}

/** Reads a plain scalar. `indent` is that of the block it stands in; `end` is past its last character. */
export function scanPlain(
  cursor: YamlCursor,
  indent: number,
  inFlow: boolean,
): { readonly text: string; readonly end: number; readonly endsInBreak: boolean } {
  const start = cursor.at;
  const folder = new Folder();
  let end = start;
  while (!cursor.atDocumentMarker() && cursor.code() !== hash) {
    const from = cursor.at;
    while (!endsPlainRun(cursor, inFlow)) cursor.at++;
    if (cursor.at > from) folder.add(cursor.text.slice(from, cursor.at));
    if (cursor.at > from) end = cursor.at;
    if (!isBlank(cursor.code()) && !isBreak(cursor.code())) break;
    passPlainSpace(cursor, folder, indent);
    if (!inFlow && cursor.column <= indent) break;
  }
  return { text: folder.text, end, endsInBreak: folder.endsInBreak };
}

function endsPlainRun(cursor: YamlCursor, inFlow: boolean): boolean {
  const code = cursor.code();
  if (isBlankOrEnd(code)) return true;
  if (code === colon && isBlankOrEnd(cursor.code(1))) return true;
  return inFlow && ",?[]{}".includes(cursor.text.charAt(cursor.at));
}

function passPlainSpace(cursor: YamlCursor, folder: Folder, indent: number): void {
  for (;;) {
    const code = cursor.code();
    if (isBreak(code)) folder.addBreak(cursor.passBreak());
    else if (!isBlank(code)) return;
    else {
      if (folder.endsInBreak && code === 9 && cursor.column <= indent) {
        throw new DocumentFault(cursor.at, "a tab where the indentation must be made of spaces");
      }
      folder.addBlank(cursor.text.charAt(cursor.at));
      cursor.at++;
    }
  }
}

/** Reads a quoted scalar, its quotes included. */
export function scanQuoted(cursor: YamlCursor): string {
  const start = cursor.at;
  const closing = cursor.code();
  const folder = new Folder();
  cursor.at++;
  for (;;) {
    if (cursor.atDocumentMarker()) throw new DocumentFault(cursor.at, "a document ends inside quotes");
    if (cursor.atEnd()) throw new DocumentFault(start, "the closing quote is missing");
    if (closing === quote) passDouble(cursor, folder);
    else passSingle(cursor, folder);
    if (cursor.code() === closing) break;
    passQuotedSpace(cursor, folder);
  }
  cursor.at++;
  return folder.close();
}

/** Passes the text of a line up to a blank, a break or the closing quote. */
function passSingle(cursor: YamlCursor, folder: Folder): void {
  for (;;) {
    const from = cursor.at;
    while (!isBlankOrEnd(cursor.code()) && cursor.code() !== apostrophe) cursor.at++;
    if (cursor.at > from) folder.add(cursor.text.slice(from, cursor.at));
    if (cursor.code() !== apostrophe || cursor.code(1) !== apostrophe) return;
    folder.add("'");
    cursor.at += 2;
  }
}

/** The same for double quotes. An escaped line break is passed and ends the line. */
function passDouble(cursor: YamlCursor, folder: Folder): void {
  for (;;) {
    const from = cursor.at;
    while (!isBlankOrEnd(cursor.code()) && cursor.code() !== quote && cursor.code() !== backslash) cursor.at++;
    if (cursor.at > from) folder.add(cursor.text.slice(from, cursor.at));
    if (cursor.code() !== backslash) return;
    if (isBreak(cursor.code(1))) {
      cursor.at++;
      folder.escapeBreak();
      cursor.passBreak();
      return;
    }
    folder.add(escaped(cursor));
  }
}

function passQuotedSpace(cursor: YamlCursor, folder: Folder): void {
  for (;;) {
    if (isBreak(cursor.code())) folder.addBreak(cursor.passBreak());
    else if (isBlank(cursor.code())) {
      folder.addBlank(cursor.text.charAt(cursor.at));
      cursor.at++;
    } else return;
  }
}

/** What a character after a backslash stands for. */
const escapes: ReadonlyMap<string, string> = new Map([
  ["0", "\0"],
  ["a", "\u0007"],
  ["b", "\b"],
  ["t", "\t"],
  ["\t", "\t"],
  ["n", "\n"],
  ["v", "\v"],
  ["f", "\f"],
  ["r", "\r"],
  ["e", "\u001b"],
  [" ", " "],
  ['"', '"'],
  ["'", "'"],
  ["\\", "\\"],
  ["N", "\u0085"],
  ["_", "\u00a0"],
  ["L", "\u2028"],
  ["P", "\u2029"],
]);
const hexLengths: ReadonlyMap<string, number> = new Map([
  ["x", 2],
  ["u", 4],
  ["U", 8],
]);

/** Reads an escape. */
function escaped(cursor: YamlCursor): string {
  const mark = cursor.text.charAt(cursor.at + 1);
  const simple = escapes.get(mark);
  if (simple !== undefined) {
    cursor.at += 2;
    return simple;
  }
  const length = hexLengths.get(mark);
  if (length === undefined) throw new DocumentFault(cursor.at, "an escape that YAML does not have");
  const digits = cursor.text.slice(cursor.at + 2, cursor.at + 2 + length);
  const value = /^[0-9a-fA-F]+$/.test(digits) && digits.length === length ? Number.parseInt(digits, 16) : -1;
  if (value < 0 || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
    throw new DocumentFault(cursor.at, "an escape that names no character");
  }
  cursor.at += 2 + length;
  return String.fromCodePoint(value);
}
