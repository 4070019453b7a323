import { DocumentFault } from "./document-fault.ts";
import { scanBlockText } from "./yaml-block-text.ts";
import { isLongerKey, scanName, scanTag, startsPlain } from "./yaml-words.ts";
import { YamlCursor, isBlankOrEnd, isBreak } from "./yaml-cursor.ts";
import { scanPlain, scanQuoted } from "./yaml-scalars.ts";
import type { SimpleKey } from "./yaml-simple-key.ts";
import { noColon, noKey } from "./yaml-simple-key.ts";
import type { MarkType, YamlToken } from "./yaml-token.ts";

/** Nothing in a Kubernetes object is nested so deep; the events have the bound that users are told of. */
const maxLevels = 1000;

/**
 * The tokens of one YAML document, one at a time and no further than asked: what follows the document is not looked at.
 * It reads what kubectl's YAML reader (go-yaml 2, after libyaml) reads: the test holds the two together. Where that one
 * is odd, so is this: a tab is refused where a key may begin, quoted texts may go back to column 0, comments need no blank.
 */
export class YamlScanner {
  readonly #cursor: YamlCursor;
  readonly #tokens: YamlToken[] = [];
  #head = 0;
  /** How many tokens were taken. */
  #taken = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  #flowLevel = 0;
  #keyAllowed = true;
  readonly #keys: SimpleKey[] = [noKey];
  /** Where in `#keys` the key that a token may become was put. */
  readonly #keysByToken = new Map<number, number>();
  #ended = false;

  constructor(text: string) {
    this.#cursor = new YamlCursor(text, text.startsWith("\ufeff") ? 1 : 0);
  }

  /** The next token, which stays the next one. */
  peek(): YamlToken {
    while (this.#needsMore()) this.#fetch();
    const token = this.#tokens[this.#head];
    if (token === undefined) throw new DocumentFault(this.#cursor.at, "unexpected end of the document");
    return token;
  }

  /** The next token, which is passed. */
  take(): YamlToken {
    const token = this.peek();
    this.#taken++;
    this.#head++;
    if (this.#head === this.#tokens.length) {
      this.#tokens.length = 0;
      this.#head = 0;
    }
    return token;
  }

  /** A token that may still become a key cannot be given away: a key's token would come before it. */
  #needsMore(): boolean {
    if (this.#head === this.#tokens.length) return !this.#ended;
    const level = this.#keysByToken.get(this.#taken);
    return level !== undefined && this.#isValid(this.#keys[level] ?? noKey);
  }

  #fetch(): void {
    const cursor = this.#cursor;
    this.#toNextToken();
    this.#unroll(cursor.column);
    if (cursor.atEnd()) return this.#streamEnd();
    if (cursor.column === 0 && cursor.code() === 37) {
      // `%{` is one of a template of Terraform.
      const isDirective = cursor.code(1) !== 123;
      throw new DocumentFault(cursor.at, "a % directive is refused: remove the line", "yaml-syntax", {
        kubectlMayRead: isDirective,
        isDirective,
      });
    }
    if (cursor.atDocumentMarker()) return this.#documentMarker(cursor.text.charAt(cursor.at) === "-");
    this.#content(cursor.text.charAt(cursor.at));
  }

  #content(char: string): void {
    const endsWord = isBlankOrEnd(this.#cursor.code(1));
    const inFlow = this.#flowLevel > 0;
    if (char === "[" || char === "{") this.#openFlow(char === "[" ? "flow-sequence" : "flow-mapping");
    else if (char === "]" || char === "}") this.#closeFlow(char === "]" ? "flow-sequence-end" : "flow-mapping-end");
    else if (char === ",") this.#flowEntry();
    else if (char === "-" && endsWord) this.#blockEntry();
    else if (char === "?" && (inFlow || endsWord)) this.#explicitKey();
    else if (char === ":" && (inFlow || endsWord)) this.#value();
    else if (char === "*" || char === "&") this.#name(char === "*" ? "alias" : "anchor");
    else if (char === "!") this.#tag();
    else if ((char === "|" || char === ">") && !inFlow) this.#blockText();
    else if (char === "'" || char === '"') this.#quoted(char);
    else if (startsPlain(char, this.#cursor.code(1), inFlow)) this.#plain();
    else throw new DocumentFault(this.#cursor.at, `${JSON.stringify(char)} cannot begin a value: quote it`);
  }

  #toNextToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      cursor.passSpaces(this.#flowLevel > 0 || !this.#keyAllowed);
      cursor.passComment();
      if (!isBreak(cursor.code())) return;
      cursor.passBreak();
      if (this.#flowLevel === 0) this.#keyAllowed = true;
    }
  }

  #push(token: YamlToken): void {
    this.#tokens.push(token);
  }

  #mark(type: MarkType, width = 1): void {
    const start = this.#cursor.at;
    this.#cursor.at += width;
    this.#push({ type, start, end: this.#cursor.at });
  }

  /** Puts a token before the one with this number. */
  #insert(number: number, type: MarkType, at: number): void {
    const token: YamlToken = { type, start: at, end: at };
    const index = this.#head + number - this.#taken;
    if (number < this.#taken) this.#tokens.push(token);
    else this.#tokens.splice(index, 0, token);
  }

  #roll(column: number, number: number, type: MarkType, at: number): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return;
    if (this.#indents.length >= maxLevels) throw tooDeep(at);
    this.#indents.push(this.#indent);
    this.#indent = column;
    this.#insert(number, type, at);
  }

  #unroll(column: number): void {
    if (this.#flowLevel > 0) return;
    while (this.#indent > column) {
      this.#mark("block-end", 0);
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  get #nextNumber(): number {
    return this.#taken + this.#tokens.length - this.#head;
  }

  #isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    const { line, at } = this.#cursor;
    if (key.line === line && !isLongerKey(this.#cursor.text, key.at, at)) return true;
    if (key.required) throw noColon(key);
    key.possible = false;
    return false;
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    const { at, line, column } = this.#cursor;
    const required = this.#flowLevel === 0 && this.#indent === column;
    const key: SimpleKey = { possible: true, required, number: this.#nextNumber, at, line, column };
    this.#dropKey();
    this.#keys[this.#keys.length - 1] = key;
    this.#keysByToken.set(key.number, this.#keys.length - 1);
  }

  #dropKey(): void {
    const key = this.#keys.at(-1);
    if (key?.possible !== true) return;
    if (key.required) throw noColon(key);
    key.possible = false;
    this.#keysByToken.delete(key.number);
  }

  #streamEnd(): void {
    this.#unroll(-1);
    this.#dropKey();
    this.#keyAllowed = false;
    this.#ended = true;
    this.#mark("stream-end", 0);
  }

  #documentMarker(isStart: boolean): void {
    this.#unroll(-1);
    this.#dropKey();
    this.#keyAllowed = false;
    this.#mark(isStart ? "document-start" : "document-end", 3);
  }

  #openFlow(type: MarkType): void {
    this.#saveKey();
    if (this.#keys.length > maxLevels) throw tooDeep(this.#cursor.at);
    this.#keys.push({ ...noKey, number: this.#nextNumber });
    this.#flowLevel++;
    this.#keyAllowed = true;
    this.#mark(type);
  }

  #closeFlow(type: MarkType): void {
    this.#dropKey();
    if (this.#flowLevel > 0) {
      this.#flowLevel--;
      this.#keysByToken.delete(this.#keys.pop()?.number ?? -1);
    }
    this.#keyAllowed = false;
    this.#mark(type);
  }

  #flowEntry(): void {
    this.#dropKey();
    this.#keyAllowed = true;
    this.#mark("flow-entry");
  }

  #blockEntry(): void {
    if (this.#flowLevel === 0) this.#openBlock("block-sequence", "a sequence item (-) cannot stand here");
    this.#dropKey();
    this.#keyAllowed = true;
    this.#mark("block-entry");
  }

  #explicitKey(): void {
    if (this.#flowLevel === 0) this.#openBlock("block-mapping", "a key (?) cannot stand here");
    this.#dropKey();
    this.#keyAllowed = this.#flowLevel === 0;
    this.#mark("key");
  }

  #openBlock(type: MarkType, refusal: string): void {
    if (!this.#keyAllowed) throw new DocumentFault(this.#cursor.at, refusal);
    this.#roll(this.#cursor.column, this.#nextNumber, type, this.#cursor.at);
  }

  #value(): void {
    const key = this.#keys.at(-1) ?? noKey;
    if (this.#isValid(key)) {
      this.#insert(key.number, "key", key.at);
      this.#roll(key.column, key.number, "block-mapping", key.at);
      key.possible = false;
      this.#keysByToken.delete(key.number);
      this.#keyAllowed = false;
    } else {
      if (this.#flowLevel === 0)
        this.#openBlock("block-mapping", "a value cannot stand here: is a text with a colon not quoted?");
      this.#keyAllowed = this.#flowLevel === 0;
    }
    this.#mark("value");
  }

  #name(type: "alias" | "anchor"): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const start = this.#cursor.at;
    const text = scanName(this.#cursor, type);
    this.#push({ type, start, end: this.#cursor.at, text });
  }

  #tag(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const start = this.#cursor.at;
    const text = scanTag(this.#cursor);
    this.#push({ type: "tag", start, end: this.#cursor.at, text });
  }

  #blockText(): void {
    this.#dropKey();
    this.#keyAllowed = true;
    const start = this.#cursor.at;
    const style = this.#cursor.text.charAt(start) === "|" ? "literal" : "folded";
    const { text, end } = scanBlockText(this.#cursor, this.#indent);
    this.#push({ type: "scalar", start, end, style, text });
  }

  #quoted(char: string): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const start = this.#cursor.at;
    const text = scanQuoted(this.#cursor);
    const style = char === "'" ? "single-quoted" : "double-quoted";
    this.#push({ type: "scalar", start, end: this.#cursor.at, style, text });
  }

  #plain(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const start = this.#cursor.at;
    const { text, end, endsInBreak } = scanPlain(this.#cursor, this.#indent, this.#flowLevel > 0);
    if (endsInBreak) this.#keyAllowed = true;
    this.#push({ type: "scalar", start, end, style: "plain", text });
  }
}

function tooDeep(at: number): DocumentFault {
  return new DocumentFault(at, "nested too deep", "input-too-large");
}
