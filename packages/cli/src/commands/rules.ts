import { UsageError, jsonText, ruleCatalog, rulePageText, rulesCsv, rulesMarkdown, rulesText } from "@npa/core";
import { nearest, printable } from "@npa/core/internal";
import type { CommandModule } from "../command-module.ts";
import { exitCodes } from "../exit-codes.ts";
import { type ToneFlags, addToneFlags } from "../input-flags.ts";
import type { Io } from "../io.ts";
import { addOutputFlag, emit, parseTargets } from "../output-targets.ts";

interface RulesFlags extends ToneFlags {
  readonly output: readonly string[];
}

const formatNames = ["text", "json", "csv", "markdown"] as const;

/** `npa rules`. */
export const rulesCommand: CommandModule = {
  define(command, run) {
    command.argument("[id]", "one rule: its page");
    addToneFlags(addOutputFlag(command, formatNames))
      .addHelpText("after", "\nExamples:\n  npa rules\n  npa rules missing-dns-egress\n  npa rules -o json")
      .action((id: string | undefined, flags: RulesFlags) => run((io) => printRules(io, id, flags)));
  },
};

async function printRules(io: Io, id: string | undefined, flags: RulesFlags): Promise<number> {
  const targets = parseTargets(flags.output, formatNames);
  const catalog = ruleCatalog();
  const one = id === undefined ? undefined : catalog.rules.find((rule) => rule.id === id);
  if (id !== undefined && one === undefined)
    throw unknownRule(
      id,
      catalog.rules.map((rule) => rule.id),
    );
  const rules = one === undefined ? catalog.rules : [one];
  const page = one === undefined ? "" : ((await import("@npa/core/rule-pages")).rulePages[one.id] ?? "");
  await emit(
    io,
    targets,
    {
      text: (options) => (one === undefined ? rulesText(rules, options) : rulePageText(one, page, options)),
      json: () => jsonText({ ...catalog, rules }),
      csv: () => rulesCsv(rules),
      markdown: () => (page === "" ? rulesMarkdown(rules) : page),
    },
    flags,
  );
  return exitCodes.ok;
}

function unknownRule(id: string, known: readonly string[]): UsageError {
  const hints = nearest(id, known);
  const advice = hints.length === 0 ? "npa rules lists them" : `did you mean ${hints.join(" or ")}?`;
  return new UsageError(`there is no rule "${printable(id)}"; ${advice}`);
}
