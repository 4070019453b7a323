import { setTimeout as timer } from "node:timers/promises";

/** Time and chance: what retries depend on. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Waits; rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** The machine's. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await timer(ms, undefined, { signal });
  },
  random: () => Math.random(),
};
