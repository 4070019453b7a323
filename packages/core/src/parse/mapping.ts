import type { RawValue } from "./document.ts";

/** A mapping while it is being filled. */
export interface OpenMapping {
  [key: string]: RawValue;
}

/**
 * The start of every mapping: no key is inherited, so `__proto__` and `constructor` are ordinary keys.
 * A constructor makes objects with fast properties, which `Object.create(null)` does not (2.5 times slower here).
 */
const Bare = function (): void {} as unknown as new () => OpenMapping; // a function is the only constructor whose prototype may have none itself
Bare.prototype = Object.create(null) as OpenMapping; // Object.create is typed as any

/** A new mapping without inherited keys. */
export function newMapping(): OpenMapping {
  return new Bare();
}

/** Takes the last prototype off a mapping, or any prototype off an object that JSON.parse made. */
export function withoutPrototype<T extends object>(mapping: T): T {
  return Object.setPrototypeOf(mapping, null) as T; // setPrototypeOf is typed as any; it returns its argument
}
