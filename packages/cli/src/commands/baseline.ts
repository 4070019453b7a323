import { baselineOf, jsonText } from "@npa/core";
import { writeBaseline } from "../baseline-file.ts";
import type { CommandModule } from "../command-module.ts";
import { type ConfigFlags, addConfigFlags } from "../config-flags.ts";
import { exitCodes } from "../exit-codes.ts";
import { type InputFlags, addInputFlags } from "../input-flags.ts";
import type { Io } from "../io.ts";
import { printNotices, worstExit } from "../notices.ts";
import { analyzeInputs, namespacesIn, noticedInput } from "../analyze-inputs.ts";
import { helpText } from "../help-text.ts";
import { readInputs } from "../read-input.ts";
import { reportTime } from "../report-time.ts";
import { analysisOptions, printConfig, readSettings } from "../settings.ts";

interface BaselineFlags extends InputFlags, ConfigFlags {
  readonly output: string;
}

/** `npa baseline`. */
export const baselineCommand: CommandModule = {
  define(command, run) {
    command
      .argument("[paths...]", "files and directories; - is stdin")
      .option("-o, --output <file>", "the file to write, over the one that is there; - is stdout", "-");
    addConfigFlags(addInputFlags(command, "only findings in or about this namespace; repeatable"))
      .addHelpText("after", helpText(help))
      .action((paths: string[], flags: BaselineFlags) => run((io) => baseline(io, paths, flags)));
  },
};

const help = `
A baseline holds the findings of today. npa analyze --baseline tells only of those that came after, so that a repository
with old findings can have a gate. What is suppressed is not in it. The same findings give the same file.

Examples:
  npa baseline ./policies -o npa-baseline.json
  npa analyze ./policies --baseline npa-baseline.json`;

async function baseline(io: Io, paths: readonly string[], flags: BaselineFlags): Promise<number> {
  const settings = readSettings(io, paths, flags);
  if (flags.printConfig) return await printConfig(io, settings);
  const timestamp = reportTime(io);
  const inputs = await readInputs(io, paths, flags, settings.config);
  const namespaces = namespacesIn(inputs, flags);
  const report = analyzeInputs(inputs, { ...analysisOptions(io, settings), namespaces, timestamp });
  await printNotices(io, noticedInput(inputs, report), report.notEvaluated, flags);
  const made = baselineOf(report.findings);
  if (flags.output === "-") await io.stdout.write(jsonText(made));
  else writeBaseline(io, flags.output, made);
  return worstExit(exitCodes.ok, inputs, flags);
}
