import { UsageError } from "@npa/core";
import { printable } from "@npa/core/internal";

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
/** The longest that a timer can wait: 24 days. */
const longest = 2 ** 31 - 1;

/**
 * The milliseconds of a duration as kubectl takes it: `30s`, `1m30s`, `500ms`; a bare number is seconds, 0 is no limit
 * (client-go's ParseTimeout). Throws a UsageError.
 */
export function parseDuration(flag: string, text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/gy)];
  const isWhole = parts.length > 0 && parts.map(([part]) => part).join("") === text;
  const ms = /^\d+$/.test(text)
    ? Number(text) * 1000
    : isWhole
      ? parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (units[unit] ?? 0), 0)
      : undefined;
  if (ms === undefined)
    throw new UsageError(`${flag} ${printable(text)}: write a duration like 30s or 1m, or 0 for no limit`);
  return ms > 0 ? Math.min(longest, Math.max(1, Math.round(ms))) : 0;
}
