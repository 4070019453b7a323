import { countStep } from "./stoppable.ts";
/** Compares by UTF-16 code units: a total order that no locale changes. */
export function compareStrings(a: string, b: string): number {
  countStep();
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Orders by a string key. */
export function by<T>(key: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => compareStrings(key(a), key(b));
}
