import { can, verdictJson, verdictMarkdown, verdictText } from "@npa/core";
import type { Command } from "commander";
import { answerQuestion } from "../answer-question.ts";
import type { CommandModule } from "../command-module.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpText } from "../help-text.ts";
import { addOutputFlag } from "../output-targets.ts";
import { addQuestionArguments, addQuestionFlags, endsHelp, onlyTwoEnds, type QuestionFlags } from "../question.ts";

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
          return answerQuestion(io, source, target, flags, {
            formatNames,
            ask: can,
            formats: (verdict) => ({
              text: (style) => verdictText(verdict, style),
              json: () => verdictJson(verdict),
              markdown: () => verdictMarkdown(verdict),
            }),
            exitCode: (verdict) => (verdict.answer === "yes" ? exitCodes.ok : exitCodes.found),
          });
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
