import type { StopSignal } from "../lib/stoppable.ts";

/**
 * A signal that is aborted so many milliseconds from now, also where `AbortSignal.timeout` is not: no timer fires while
 * synchronous code runs, and this looks at the clock itself. Its reason is that of `AbortSignal.timeout`.
 */
export function deadline(milliseconds: number): StopSignal {
  if (!(milliseconds >= 0)) throw new TypeError(`deadline takes milliseconds, not ${String(milliseconds)}`);
  const end = performance.now() + milliseconds;
  return {
    get aborted() {
      return performance.now() >= end;
    },
    get reason() {
      return new DOMException(`The operation took more than ${milliseconds} ms`, "TimeoutError");
    },
  };
}
