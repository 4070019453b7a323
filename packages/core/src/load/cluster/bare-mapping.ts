import type { RawValue } from "../../parse/document.ts";

/** A mapping while it is being filled. */
export interface OpenMapping {
  [key: string]: RawValue;
}

/** Makes mappings without inherited keys but with fast properties, as the parser's are (its room is not ours to import). */
const Bare = function (): void {} as unknown as new () => OpenMapping; // a function is the only constructor whose prototype may have none itself
Bare.prototype = Object.create(null) as OpenMapping; // Object.create is typed as any

/** A new mapping in which `__proto__` and `constructor` are ordinary keys. */
export function bareMapping(): OpenMapping {
  return new Bare();
}
