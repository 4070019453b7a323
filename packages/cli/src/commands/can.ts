import { can, verdictJson, verdictMarkdown, verdictText } from "@npa/core";
import { basisOf, completeAssumptions } from "@npa/core/internal";
import type { Command } from "commander";
import type { CommandModule } from "../command-module.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpText } from "../help-text.ts";
import type { Io } from "../io.ts";
import { exitCodeFor, printNotices } from "../notices.ts";
import { addOutputFlag, emit, parseTargets } from "../output-targets.ts";
import {
  addQuestionArguments,
  addQuestionFlags,
  endsHelp,
  onlyTwoEnds,
  type QuestionFlags,
  readAskedInput,
} from "../question.ts";
import { connectivityOptions, printConfig, readSettings } from "../settings.ts";

const formatNames = ["text", "json", "markdown"] as const;

/** `npa can`. */
export const canCommand: CommandModule = {
  define(command, run) {
    addOutputFlag(addQuestionArguments(command), formatNames);
    addQuestionFlags(command)
      .addHelpText("after", helpText(help))
      .action((source: string, target: string, flags: QuestionFlags, { args }: Command) =>
        run((io) => {
          onlyTwoEnds("can", args);
          return answer(io, source, target, flags);
        }),
      );
  },
};

const help = `${endsHelp}
Exit code 0 is yes, 1 is no or unknown: unknown depends on a fact that the input
does not give, and names it.

Examples:
  npa can shop/web shop/db --port 5432/TCP -f ./policies
  npa can internet shop/web -f ./policies
  npa can shop/web svc/db -n shop --port 5432 -f ./policies
  npa can 'app=web in shop' 'app=db in shop' -p 5432 -f ./policies   no pods yet
  npa can web db -n shop -f ./policies -o json`;

async function answer(io: Io, source: string, target: string, flags: QuestionFlags): Promise<number> {
  const targets = parseTargets(flags.output, formatNames);
  const settings = readSettings(io, [], flags);
  if (flags.printConfig) return await printConfig(io, settings);
  const { input, question } = await readAskedInput(io, source, target, flags, settings);
  const { cluster } = input;
  const options = connectivityOptions(settings);
  // Before the question: where an end is missing, it may be in what was not read.
  await printNotices(io, input, basisOf(cluster, completeAssumptions(options, cluster)).notEvaluated, flags);
  const verdict = can(cluster, question, options);
  await emit(
    io,
    targets,
    {
      text: (style) => verdictText(verdict, style),
      json: () => verdictJson(verdict),
      markdown: () => verdictMarkdown(verdict),
    },
    flags,
  );
  return exitCodeFor(verdict.answer === "yes" ? exitCodes.ok : exitCodes.found, cluster, flags);
}
