import { UsageError } from "@npa/core";
import { printable } from "@npa/core/internal";
import type { Io } from "./io.ts";

/** The time of the report: now, or what SOURCE_DATE_EPOCH says (reproducible-builds.org). */
export function reportTime({ env, now }: Io): string {
  const epoch = env["SOURCE_DATE_EPOCH"];
  if (epoch === undefined || epoch === "") return now().toISOString();
  const seconds = /^\d{1,11}$/.test(epoch) ? Number(epoch) : Number.NaN;
  if (Number.isNaN(seconds)) throw new UsageError(`SOURCE_DATE_EPOCH=${printable(epoch)} is no count of seconds`);
  return new Date(seconds * 1000).toISOString();
}
