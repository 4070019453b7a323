import type { RawValue } from "./document.ts";
import { plainKeyText } from "./key-text.ts";
import { newMapping, withoutPrototype } from "./mapping.ts";
import { typedPlainScalar } from "./plain-scalar.ts";

const newline = 10;
const carriageReturn = 13;
const space = 32;
const quote = 34;
const hash = 35;
const apostrophe = 39;
const comma = 44;
const dash = 45;
const colon = 58;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

/** A plain scalar in brackets, without anything that could mean something else there. */
const flowWord = /(?:[A-Za-z0-9_./]|-(?=[A-Za-z0-9-]))[A-Za-z0-9_./=@+-]*/y;
const maxFlowDepth = 20;

/**
 * Reads what stands on one line of everyday YAML: keys, scalars, short collections in brackets.
 * Every method gives undefined, and leaves `at` anywhere, when the line is not that simple.
 */
export class InlineReader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  skipSpaces(): void {
    while (this.text.charCodeAt(this.at) === space) this.at++;
  }

  /** Whether nothing but a comment follows. `at` must be after a blank or at the end of a line. */
  atLineEnd(): boolean {
    const code = this.text.charCodeAt(this.at);
    return code === newline || code === carriageReturn || code === hash || this.at >= this.text.length;
  }

  /** A key up to its colon, which is passed. */
  key(): string | undefined {
    const code = this.text.charCodeAt(this.at);
    if (code === quote || code === apostrophe) {
      const key = this.quoted(code);
      return key !== undefined && this.#passColon() ? key : undefined;
    }
    if (!isWordStart(code)) return undefined;
    const start = this.at;
    for (let i = start + 1; i < this.text.length; i++) {
      const next = this.text.charCodeAt(i);
      if (next === colon && isBlank(this.text.charCodeAt(i + 1), i + 1 >= this.text.length)) {
        this.at = i + 1;
        return plainKeyText(this.text.slice(start, i));
      }
      if (next === newline || next === space || next === hash) return undefined;
    }
    return undefined;
  }

  #passColon(): boolean {
    const passes =
      this.text.charCodeAt(this.at) === colon &&
      isBlank(this.text.charCodeAt(this.at + 1), this.at + 1 >= this.text.length);
    this.at++;
    return passes;
  }

  /** The value that fills the rest of the line. */
  value(): RawValue | undefined {
    const code = this.text.charCodeAt(this.at);
    if (code === quote || code === apostrophe) return this.#closed(this.quoted(code));
    if (code === openBrace || code === openBracket) return this.#closed(this.#flow(0));
    if (
      isWordStart(code) ||
      (code === dash && !isBlank(this.text.charCodeAt(this.at + 1), this.at + 1 >= this.text.length))
    )
      return this.#plain();
    return undefined;
  }

  /** A value with an end of its own may be followed by nothing but a comment. */
  #closed<T>(value: T | undefined): T | undefined {
    const end = this.at;
    this.skipSpaces();
    const isComment = this.text.charCodeAt(this.at) === hash;
    return this.atLineEnd() && (!isComment || this.at > end) ? value : undefined;
  }

  #plain(): RawValue | undefined {
    const text = this.text;
    const start = this.at;
    let end = start;
    let i = start;
    for (; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === newline) break;
      if (code === space || code === carriageReturn) continue;
      if (code === colon && isBlank(text.charCodeAt(i + 1), i + 1 >= text.length)) return undefined;
      if (code === hash && text.charCodeAt(i - 1) === space) break;
      end = i + 1;
    }
    this.at = i;
    const value = typedPlainScalar(text.slice(start, end));
    return typeof value === "number" && !Number.isFinite(value) ? undefined : value;
  }

  /** A text in quotes on one line, with escapes as JSON has them. Also passes the closing quote. */
  quoted(closing: number): string | undefined {
    const text = this.text;
    let escaped = false;
    for (let i = this.at + 1; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === newline) return undefined;
      if (code === backslash && closing === quote) {
        escaped = true;
        i++;
      } else if (code === closing) {
        const start = this.at;
        this.at = i + 1;
        if (closing === apostrophe && text.charCodeAt(i + 1) === apostrophe) return undefined;
        return escaped ? unescaped(text.slice(start, i + 1)) : text.slice(start + 1, i);
      }
    }
    return undefined;
  }

  #flow(depth: number): RawValue | undefined {
    const code = this.text.charCodeAt(this.at);
    if (code === quote || code === apostrophe) return this.quoted(code);
    if (code === openBracket) return depth < maxFlowDepth ? this.#flowSequence(depth) : undefined;
    if (code === openBrace) return depth < maxFlowDepth ? this.#flowMapping(depth) : undefined;
    const word = this.#flowWord();
    if (word === undefined) return undefined;
    const value = typedPlainScalar(word);
    return typeof value === "number" && !Number.isFinite(value) ? undefined : value;
  }

  #flowWord(): string | undefined {
    flowWord.lastIndex = this.at;
    const word = flowWord.exec(this.text)?.[0];
    if (word !== undefined) this.at += word.length;
    return word;
  }

  #flowSequence(depth: number): RawValue | undefined {
    const items: RawValue[] = [];
    if (this.#opensEmpty(closeBracket)) return items;
    for (;;) {
      const item = this.#flow(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
      const closes = this.#separates(closeBracket);
      if (closes !== false) return closes === true ? items : undefined;
    }
  }

  #flowMapping(depth: number): RawValue | undefined {
    const mapping = newMapping();
    if (this.#opensEmpty(closeBrace)) return withoutPrototype(mapping);
    for (;;) {
      const key = this.#flowKey();
      if (key === undefined || key in mapping) return undefined;
      const value = this.#flow(depth + 1);
      if (value === undefined) return undefined;
      mapping[key] = value;
      const closes = this.#separates(closeBrace);
      if (closes !== false) return closes === true ? withoutPrototype(mapping) : undefined;
    }
  }

  #flowKey(): string | undefined {
    const code = this.text.charCodeAt(this.at);
    const isQuoted = code === quote || code === apostrophe;
    const word = isQuoted ? this.quoted(code) : this.#flowWord();
    if (word === undefined || this.text.charCodeAt(this.at) !== colon || this.text.charCodeAt(this.at + 1) !== space)
      return undefined;
    this.at++;
    this.skipSpaces();
    return isQuoted ? word : plainKeyText(word);
  }

  #opensEmpty(closing: number): boolean {
    this.at++;
    this.skipSpaces();
    if (this.text.charCodeAt(this.at) !== closing) return false;
    this.at++;
    return true;
  }

  /** Past a comma: false. Past the closing bracket: true. Undefined for anything else. */
  #separates(closing: number): boolean | undefined {
    this.skipSpaces();
    const code = this.text.charCodeAt(this.at++);
    if (code === closing) return true;
    if (code !== comma) return undefined;
    this.skipSpaces();
    return false;
  }
}

/** Whether a plain scalar or key that starts so is one whatever follows. */
function isWordStart(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    (code >= 46 && code <= 47) ||
    code === 95 ||
    code === 36 ||
    code > 160
  );
}

function isBlank(code: number, isEnd: boolean): boolean {
  return isEnd || code === space || code === newline || code === carriageReturn;
}

/** Escapes that JSON has mean the same in YAML. The others are left to the YAML parser. */
function unescaped(literal: string): string | undefined {
  try {
    return JSON.parse(literal) as string; // a literal in quotes is a string
  } catch {
    return undefined;
  }
}
