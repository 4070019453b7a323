/**
 * What may ask work to stop: an AbortSignal, or anything that knows when. Synchronous work looks at `aborted` again and
 * again, and as no timer fires meanwhile, something that reads a clock (`deadline` of `@npa/core/node`) or memory that it
 * shares with another thread is what can stop it.
 */
export interface StopSignal {
  /** Once it is true, work that looks at it ends by throwing `reason`. */
  readonly aborted: boolean;
  /** What is thrown. Default: an `Error` with the name `AbortError`. */
  readonly reason?: unknown;
}

/** The signal of the work that is being done: that is synchronous, so there is only one at a time. */
let current: StopSignal | undefined;

/** Does some work, which throws the signal's reason soon after it is aborted. Work within it stops with it. */
export function stoppable<T>(signal: StopSignal | undefined, work: () => T): T {
  if (signal === undefined || signal === current) return work();
  checkSignal(signal);
  const outer = current;
  current = outer === undefined ? signal : either(signal, outer);
  try {
    checkStopped();
    return work();
  } finally {
    current = outer;
  }
}

/** The items, each of them made under the signal: between two of them other work is done. */
export function* stoppableItems<T>(signal: StopSignal | undefined, items: Iterable<T>): Generator<T> {
  const iterator = stoppable(signal, () => items[Symbol.iterator]());
  try {
    for (;;) {
      const { done, value } = stoppable(signal, () => iterator.next());
      if (done === true) return;
      yield value;
    }
  } finally {
    iterator.return?.();
  }
}

/** Throws when the work that is being done is to stop. To be called where some milliseconds have been spent. */
export function checkStopped(): void {
  if (current?.aborted === true) throw current.reason ?? abortError();
}

const stepsBetweenChecks = 64;
let steps = 0;

/** The same for loops whose rounds are short: it looks only now and then. */
export function countStep(): void {
  if (current === undefined || ++steps < stepsBetweenChecks) return;
  steps = 0;
  checkStopped();
}

function either(one: StopSignal, other: StopSignal): StopSignal {
  const first = (): StopSignal => (one.aborted ? one : other);
  return {
    get aborted() {
      return first().aborted;
    },
    get reason() {
      return first().reason;
    },
  };
}

function abortError(): Error {
  const error = new Error("This operation was aborted");
  error.name = "AbortError";
  return error;
}

function checkSignal(signal: unknown): void {
  if (typeof signal !== "object" || signal === null || !("aborted" in signal))
    throw new TypeError("signal takes an AbortSignal, or an object that has `aborted`");
}
