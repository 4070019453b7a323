import { type Config, UsageError, jsonText } from "@npa/core";
import { printable } from "@npa/core/internal";
import type { DiffOptions } from "@npa/core/diff";
import type { Command } from "commander";
import type { InputFlags } from "./input-flags.ts";
import type { Input } from "./input.ts";
import { gateCode, gateOf } from "./gate.ts";
import type { Io } from "./io.ts";
import { printNotices, worstExit } from "./notices.ts";
import { type Target, emit } from "./output-targets.ts";

/** The question of `npa analyze` what would be under other policies. */
export interface WhatIfFlags {
  readonly whatIf?: string;
}

/** Adds `--what-if`. */
export function addWhatIfFlag(command: Command): Command {
  return command.option(
    "--what-if <state>",
    "instead: what would change if these were in force; staged: the staged policies of Calico",
  );
}

const formats = ["text", "json", "markdown"] as const;

/** Prints what would change, and fails as the gate does on what would be found anew. Throws a UsageError for what it cannot tell. */
export async function printWhatIf(
  io: Io,
  inputs: readonly Input[],
  targets: readonly Target[],
  flags: InputFlags & WhatIfFlags,
  { options, config }: { readonly options: DiffOptions; readonly config: Config },
): Promise<number> {
  if (flags.whatIf !== "staged")
    throw new UsageError(`--what-if ${printable(flags.whatIf ?? "")}: there is one state to ask for, staged`);
  const strange = targets.find(({ format }) => !formats.some((each) => each === format));
  if (strange !== undefined)
    throw new UsageError(`--what-if prints ${formats.join(", ")}: there is no ${strange.format} of it`);
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0)
    throw new UsageError("--what-if looks at one state: name one chart or overlay");
  const { diffMarkdown, diffText, whatIfStaged } = await import("@npa/core/diff");
  const result = whatIfStaged(input.cluster, options);
  await printNotices(io, input, result.after.notEvaluated, flags);
  await emit(
    io,
    targets,
    {
      text: (shown) => diffText(result, shown),
      json: () => jsonText(result),
      markdown: () => diffMarkdown(result),
    },
    flags,
  );
  const { failOn } = gateOf(config);
  return worstExit(gateCode({ findings: result.newFindings }, { failOn, maxFindings: Infinity }), inputs, flags);
}
