import type { PathStep } from "../source/position.ts";
import { endOfString, endOfValue, skipSpace } from "./json-text.ts";
import type { Place, Span } from "./place.ts";

/** The places of a JSON value, whose text has been parsed before. Only the containers on a path asked for are read. */
export function jsonPlaces(text: string, start: number, end: number): Place {
  return new JsonPlace(text, start, end, undefined);
}

/** A JSON value. Remembers where its children are, once somebody asked for one. */
class JsonPlace implements Place {
  readonly start: number;
  readonly end: number;
  readonly key: Span | undefined;
  readonly #text: string;
  #members: Map<string, Place> | undefined;
  /** Start and end of every item, flat. */
  #items: readonly number[] | undefined;

  constructor(text: string, start: number, end: number, key: Span | undefined) {
    this.#text = text;
    this.start = start;
    this.end = end;
    this.key = key;
  }

  child(step: PathStep): Place | undefined {
    const bracket = this.#text.charAt(this.start);
    if (bracket === "{") {
      this.#members ??= this.#readMembers();
      return this.#members.get(String(step));
    }
    if (bracket !== "[" || typeof step !== "number") return undefined;
    this.#items ??= this.#readItems();
    const start = this.#items[2 * step];
    const end = this.#items[2 * step + 1];
    return start === undefined || end === undefined ? undefined : new JsonPlace(this.#text, start, end, undefined);
  }

  #readMembers(): Map<string, Place> {
    const text = this.#text;
    const members = new Map<string, Place>();
    let at = skipSpace(text, this.start + 1);
    while (at < this.end && text.charAt(at) === '"') {
      const key = { start: at, end: endOfString(text, at) };
      const start = skipSpace(text, skipSpace(text, key.end) + 1);
      const end = endOfValue(text, start, this.end);
      members.set(keyText(text.slice(key.start, key.end)), new JsonPlace(text, start, end, key));
      at = skipSpace(text, skipSpace(text, end) + 1);
    }
    return members;
  }

  #readItems(): readonly number[] {
    const text = this.#text;
    const items: number[] = [];
    let at = skipSpace(text, this.start + 1);
    while (at < this.end - 1) {
      const end = endOfValue(text, at, this.end);
      items.push(at, end);
      at = skipSpace(text, skipSpace(text, end) + 1);
    }
    return items;
  }
}

function keyText(literal: string): string {
  return literal.includes("\\") ? (JSON.parse(literal) as string) : literal.slice(1, -1); // a JSON string is a string
}
