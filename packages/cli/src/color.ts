import type { ToneFlags } from "./input-flags.ts";
import type { Io, Output } from "./io.ts";

/** Whether to colour what goes to `output`: on a terminal, unless somebody says otherwise. */
export function wantsColor(output: Output, { env }: Io, flags: ToneFlags): boolean {
  if (!flags.color) return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  return output.isTTY && env["TERM"] !== "dumb";
}
