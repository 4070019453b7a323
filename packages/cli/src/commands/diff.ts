import { type Environment, UsageError, jsonText } from "@npa/core";
import {
  type ConnectivityDiff,
  type DiffOptions,
  type EnvironmentDiff,
  type EnvironmentsDiff,
  diffClusters,
  diffCsv,
  diffDot,
  diffEnvironments,
  diffMarkdown,
  diffMermaid,
  diffText,
} from "@npa/core/diff";
import { printable } from "@npa/core/internal";
import { namespacesIn } from "../analyze-inputs.ts";
import type { CommandModule } from "../command-module.ts";
import { type ConfigFlags, addConfigFlags } from "../config-flags.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpText } from "../help-text.ts";
import { type InputFlags, addInputFlags } from "../input-flags.ts";
import type { Input } from "../input.ts";
import type { Io } from "../io.ts";
import { type NoticedSide, printNoticesOfSides, worstExit } from "../notices.ts";
import { addOutputFlag, emit, parseTargets } from "../output-targets.ts";
import { readDiff } from "../read-diff.ts";
import { analysisOptions, connectivityOptions, printConfig, readSettings } from "../settings.ts";

interface DiffFlags extends InputFlags, ConfigFlags {
  readonly output: readonly string[];
  readonly exitCode: boolean;
  readonly failOnOpened: boolean;
  readonly findings: boolean;
  readonly all: boolean;
  readonly commentName?: string;
}

type Answer = ConnectivityDiff | EnvironmentsDiff;

const formatNames = ["text", "json", "markdown", "csv", "dot", "mermaid"] as const;

/** `npa diff`. */
export const diffCommand: CommandModule = {
  define(command, run) {
    command.argument("[sides...]", "OLD and NEW: paths, - or git commits, and with commits the paths to look at");
    addOutputFlag(command, formatNames)
      .option("--exit-code", "exit 1 when a connection changes", false)
      .option(
        "--fail-on-opened",
        "exit 1 when a connection opens, or may open, that allowOpened of the configuration does not allow",
        false,
      )
      .option("--no-findings", "compare connections only, which is faster")
      .option("--all", "compare and list every change, however many", false)
      .option("--comment-name <name>", "tells the Markdown comments of several runs apart");
    addConfigFlags(addInputFlags(command, "only connections with an end in this namespace; repeatable"))
      .addHelpText("after", helpText(help))
      .action((sides: string[], flags: DiffFlags) => run((io) => diff(io, sides, flags)));
  },
};

const help = `
What changes between two states of a cluster: connections that open and close, by the policies that cause it, workloads
that come and go, findings that are new or fixed. A path wins over a commit of the same name; commits are read from git's
object database, the working tree is not touched.

Examples:
  npa diff ./before ./after
  npa diff main ./policies                      what the working tree changes
  npa diff v1..v2 -- ./policies
  npa diff --cluster ./policies                 what applying would change
  npa diff main -k overlays/production          both rendered: in main, and here
  npa diff main ./overlays --render             each overlay with its old state
  npa diff main ./policies -o markdown=comment.md --fail-on-opened`;

async function diff(io: Io, words: readonly string[], flags: DiffFlags): Promise<number> {
  const targets = parseTargets(flags.output, formatNames);
  const settings = readSettings(io, [], flags);
  if (flags.printConfig) return await printConfig(io, settings);
  if (flags.filename.length > 0) throw new UsageError("npa diff names its two sides as arguments: leave -f out");
  const { before, after } = await readDiff(io, "diff", words, flags, settings.config);
  const options: DiffOptions = {
    ...analysisOptions(io, settings),
    ...connectivityOptions(settings),
    namespaces: namespacesIn([...before, ...after], flags),
    findings: flags.findings,
    ...(flags.all ? { limit: Infinity } : {}),
  };
  const result = compared(before, after, options);
  const sides = sidesOf(result, before, after);
  await printNoticesOfSides(io, sides, flags);
  if (flags.failOnOpened && !flags.allowEmpty) refuseUncompared(result);
  const comment = flags.commentName === undefined ? {} : { name: flags.commentName };
  await emit(
    io,
    targets,
    {
      text: (options) => diffText(result, options),
      json: () => jsonText(result),
      markdown: () => diffMarkdown(result, comment),
      csv: () => diffCsv(result),
      dot: () => diffDot(result),
      mermaid: () => diffMermaid(result),
    },
    flags,
  );
  return worstExit(answerOf(result, flags), [...before, ...after], flags);
}

function compared(before: readonly Input[], after: readonly Input[], options: DiffOptions): Answer {
  const [[old, ...moreOld], [now, ...moreNow]] = [before, after];
  if (old !== undefined && now !== undefined && moreOld.length + moreNow.length === 0)
    return diffClusters(old.cluster, now.cluster, options);
  return diffEnvironments(environmentsOf(before), environmentsOf(after), options);
}

function environmentsOf(inputs: readonly Input[]): readonly Environment[] {
  return inputs.flatMap(({ cluster, environment }) => (environment === undefined ? [] : [{ ...environment, cluster }]));
}

/** The answers of a comparison, one by one. */
function diffsOf(result: Answer): readonly (Partial<EnvironmentDiff> & Pick<EnvironmentDiff, "diff">)[] {
  return result.kind === "ConnectivityDiff" ? [{ diff: result }] : result.environments;
}

/** What there is to say of the inputs, by the names that the reader knows them by. */
function sidesOf(result: Answer, before: readonly Input[], after: readonly Input[]): readonly NoticedSide[] {
  const of = (inputs: readonly Input[], side: "before" | "after", title: string): readonly NoticedSide[] =>
    diffsOf(result).flatMap(({ name, diff: { [side]: basis } }) => {
      const input = name === undefined ? inputs[0] : inputs.find(({ environment }) => environment?.name === name);
      const { notEvaluated } = basis;
      return input === undefined
        ? []
        : [{ name: name === undefined ? title : `${title} ${name}`, input, notEvaluated }];
    });
  return [...of(before, "before", "OLD"), ...of(after, "after", "NEW")];
}

/** A gate must not pass because there was nothing to look at. Throws a UsageError. */
function refuseUncompared(result: Answer): void {
  const diffs = diffsOf(result);
  const isBlind = ({ diff }: (typeof diffs)[number]): boolean => diff.before.workloads + diff.after.workloads === 0;
  const blind = diffs.filter((each) => isBlind(each) && (each.diff.changedPolicies.length > 0 || diffs.every(isBlind)));
  if (blind.length === 0) return;
  const names = blind.flatMap(({ name }) => (name === undefined ? [] : [printable(name)]));
  throw new UsageError(
    `--fail-on-opened compares connections, and neither side${names.length === 0 ? "" : ` of ${names.join(", ")}`} has a workload: add what runs there, or compare the policies with npa prove OLD NEW (--allow-empty passes all the same)`,
  );
}

/** What may open counts as opened: a gate does not bet on facts that it does not know, nor on changes that it did not look at. */
function answerOf(result: Answer, flags: DiffFlags): number {
  const diffs = diffsOf(result).map(({ diff: each }) => each);
  const isOpened = ({ verdict, truncated = false }: ConnectivityDiff): boolean => verdict.unallowed > 0 || truncated;
  if (flags.failOnOpened && diffs.some(isOpened)) return exitCodes.found;
  const isChanged = ({ changeCount, uncertain }: ConnectivityDiff): boolean => changeCount + uncertain.length > 0;
  return flags.exitCode && diffs.some(isChanged) ? exitCodes.found : exitCodes.ok;
}
