import type { PathStep } from "../source/position.ts";
import { DocumentFault } from "./document-fault.ts";
import { endOfString, skipSpace } from "./json-text.ts";
import { maxDepth } from "./yaml-events.ts";
import type { DuplicateKey } from "./yaml-values.ts";

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const literal = /true|false|null/y;
const badInString = /[^ -\uffff]|\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/;

/**
 * Reads the JSON value at `start` key by key and throws a DocumentFault where it is not JSON. Slower than JSON.parse by
 * far: it is for a text that JSON.parse refused (to say where), and for one with duplicate keys (to say which).
 */
export function checkJson(text: string, start: number, limit: number, onDuplicate: DuplicateKey): void {
  new JsonChecker(text, start, limit, onDuplicate).value(0);
}

/** A cursor over JSON text. */
class JsonChecker {
  readonly #text: string;
  readonly #limit: number;
  readonly #onDuplicate: DuplicateKey;
  readonly #path: PathStep[] = [];
  #at: number;

  constructor(text: string, start: number, limit: number, onDuplicate: DuplicateKey) {
    this.#text = text;
    this.#at = start;
    this.#limit = limit;
    this.#onDuplicate = onDuplicate;
  }

  value(depth: number): void {
    if (depth > maxDepth) throw new DocumentFault(this.#at, `nested deeper than ${maxDepth} levels`, "input-too-large");
    const char = this.#peek();
    if (char === "{") this.#object(depth);
    else if (char === "[") this.#array(depth);
    else if (char === '"') this.#string();
    else this.#atom(char === "-" || (char >= "0" && char <= "9") ? number : literal);
  }

  #peek(): string {
    this.#at = skipSpace(this.#text, this.#at);
    return this.#at < this.#limit ? this.#text.charAt(this.#at) : "";
  }

  #object(depth: number): void {
    const keys = new Set<string>();
    this.#at++;
    if (this.#closes("}")) return;
    do {
      if (this.#peek() !== '"') throw this.#fault("expected a key in double quotes");
      const start = this.#at;
      const key = this.#string();
      this.#path[depth] = key;
      if (keys.has(key)) this.#onDuplicate(this.#path.slice(0, depth + 1), start, this.#at);
      keys.add(key);
      if (this.#peek() !== ":") throw this.#fault("expected ':' after a key");
      this.#at++;
      this.value(depth + 1);
    } while (this.#continues("}"));
  }

  #array(depth: number): void {
    this.#at++;
    if (this.#closes("]")) return;
    let index = 0;
    do {
      this.#path[depth] = index++;
      this.value(depth + 1);
    } while (this.#continues("]"));
  }

  #closes(bracket: string): boolean {
    if (this.#peek() !== bracket) return false;
    this.#at++;
    return true;
  }

  /** Past a comma: true. Past the closing bracket: false. */
  #continues(bracket: string): boolean {
    if (this.#closes(bracket)) return false;
    if (this.#peek() !== ",") throw this.#fault(`expected ',' or '${bracket}'`);
    this.#at++;
    return true;
  }

  #string(): string {
    const start = this.#at;
    const end = endOfString(this.#text, start);
    const raw = this.#text.slice(start, end);
    const bad = badInString.exec(raw);
    if (bad !== null) throw new DocumentFault(start + bad.index, "a character or escape that a string must not have");
    if (end > this.#limit || raw.length < 2 || !raw.endsWith('"')) throw this.#fault("a string that is not closed");
    this.#at = end;
    return JSON.parse(raw) as string; // checked above: it is a JSON string
  }

  #atom(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    const length = this.#at < this.#limit ? (pattern.exec(this.#text)?.[0].length ?? 0) : 0;
    if (length === 0)
      throw this.#fault(this.#at < this.#limit ? "expected a JSON value" : "unexpected end of the text");
    this.#at += length;
  }

  #fault(message: string): DocumentFault {
    return new DocumentFault(Math.min(this.#at, this.#limit), message);
  }
}
