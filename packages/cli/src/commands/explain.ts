import { explain, explanationJson, explanationMarkdown, explanationMermaid, explanationText } from "@npa/core/explain";
import type { Command } from "commander";
import { answerQuestion } from "../answer-question.ts";
import type { CommandModule } from "../command-module.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpText } from "../help-text.ts";
import { addOutputFlag } from "../output-targets.ts";
import { addQuestionArguments, addQuestionFlags, endsHelp, onlyTwoEnds, type QuestionFlags } from "../question.ts";

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
          return answerQuestion(io, source, target, flags, {
            formatNames,
            ask: (cluster, question, options) => explain(cluster, question, { ...options, changes: flags.changes }),
            formats: (explanation) => ({
              text: (style) => explanationText(explanation, style),
              json: () => explanationJson(explanation),
              markdown: () => explanationMarkdown(explanation),
              mermaid: () => explanationMermaid(explanation),
            }),
            exitCode: () => exitCodes.ok,
          });
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
