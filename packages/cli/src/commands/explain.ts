import { explain, explanationJson, explanationMarkdown, explanationMermaid, explanationText } from "@npa/core/explain";
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

interface ExplainFlags extends QuestionFlags {
  readonly changes: boolean;
}

const formatNames = ["text", "json", "markdown", "mermaid"] as const;

/** `npa explain`. */
export const explainCommand: CommandModule = {
  define(command, run) {
    addOutputFlag(addQuestionArguments(command), formatNames).option(
      "--no-changes",
      "do not look for edits that would turn the answer",
    );
    addQuestionFlags(command)
      .addHelpText("after", helpText(help))
      .action((source: string, target: string, flags: ExplainFlags, { args }: Command) =>
        run((io) => {
          onlyTwoEnds("explain", args);
          return answer(io, source, target, flags);
        }),
      );
  },
};

const help = `${endsHelp}
Every policy that selects an end is told, rule by rule: what matches (+), what does
not and why (-), what depends on facts that the input does not give (?), what
isolates (!). Then edits that would turn the answer; each was made and the cluster
analysed again, so what it would open or close beside is known.
The exit code is 0 whatever the answer is: ask npa can for a gate.

Examples:
  npa explain shop/web shop/db --port 5432 -f ./policies
  npa explain shop/web svc/db --port 80 -n shop -f ./policies
  npa explain internet shop/web -f ./policies -o markdown
  npa explain shop/web shop/db -f ./policies -o mermaid`;

async function answer(io: Io, source: string, target: string, flags: ExplainFlags): Promise<number> {
  const targets = parseTargets(flags.output, formatNames);
  const settings = readSettings(io, [], flags);
  if (flags.printConfig) return await printConfig(io, settings);
  const { input, question } = await readAskedInput(io, source, target, flags, settings);
  const { cluster } = input;
  const options = connectivityOptions(settings);
  // Before the question: where an end is missing, it may be in what was not read.
  await printNotices(io, input, basisOf(cluster, completeAssumptions(options, cluster)).notEvaluated, flags);
  const explanation = explain(cluster, question, { ...options, changes: flags.changes });
  await emit(
    io,
    targets,
    {
      text: (style) => explanationText(explanation, style),
      json: () => explanationJson(explanation),
      markdown: () => explanationMarkdown(explanation),
      mermaid: () => explanationMermaid(explanation),
    },
    flags,
  );
  return exitCodeFor(exitCodes.ok, input.cluster, flags);
}
