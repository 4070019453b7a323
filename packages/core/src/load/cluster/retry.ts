import { ApiFault, type Fault } from "./api-fault.ts";
import type { Clock } from "./clock.ts";

const maxAttempts = 6;
/** A server that did not answer in time seldom does the next time. */
const maxTimeouts = 2;
const firstDelayMs = 500;
const longestDelayMs = 15_000;
/** Who is told to wait longer would think that npa hangs. */
const longestRetryAfterMs = 60_000;

const transientStatus: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
/** What happens while an API server restarts behind its address. */
const transientCodes: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ERR_STREAM_PREMATURE_CLOSE",
  "Z_BUF_ERROR",
  "Z_DATA_ERROR",
]);
/** The same, once the server has been reached; before that, the address is wrong. */
const transientLater: ReadonlySet<string> = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND"]);

/** What is known where it is decided whether to try again. */
export interface RetryContext {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether the server has answered before. */
  readonly reached: () => boolean;
}

/**
 * Calls `attempt` until it succeeds, fails for good, or has failed too often.
 * Waits between the attempts as long as the server's Retry-After says, otherwise twice as long each time, less a random part.
 */
export async function withRetries<T>(attempt: () => Promise<T>, context: RetryContext): Promise<T> {
  let timeouts = 0;
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error;
      if (error.fault.kind === "timeout") timeouts++;
      const isLast = failures >= maxAttempts || timeouts >= maxTimeouts;
      if (isLast || !isTransient(error.fault, context.reached())) throw error;
      await pause(delayMs(error.fault, failures, context.clock), context);
    }
  }
}

async function pause(ms: number, { clock, signal }: RetryContext): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch {
    throw new ApiFault({ kind: "aborted" });
  }
}

function isTransient(fault: Fault, reached: boolean): boolean {
  switch (fault.kind) {
    case "status":
      return transientStatus.has(fault.status) && (fault.retryAfterMs ?? 0) <= longestRetryAfterMs;
    case "network":
      return transientCodes.has(fault.code) || (reached && transientLater.has(fault.code));
    case "malformed":
      return fault.final !== true;
    case "timeout":
      return true;
    case "too-large":
    case "endless":
    case "credentials":
    case "aborted":
      return false;
  }
}

/** Many clients that failed at the same moment must not come back at the same moment: hence the random part. */
function delayMs(fault: Fault, failures: number, clock: Clock): number {
  const backoff = Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1));
  const jittered = (backoff / 2) * (1 + clock.random());
  const asked = fault.kind === "status" ? (fault.retryAfterMs ?? 0) : 0;
  return asked > 0 ? asked + clock.random() * firstDelayMs : jittered;
}

/** The milliseconds of a Retry-After header: seconds, or a date. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
