import { UsageError, jsonText } from "@npa/core";
import {
  type ConnectivityDiff,
  diffClusters,
  diffCsv,
  diffDot,
  diffMarkdown,
  diffMermaid,
  diffText,
} from "@npa/core/diff";
import type { CommandModule } from "../command-module.ts";
import { type ConfigFlags, addConfigFlags } from "../config-flags.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpText } from "../help-text.ts";
import { type InputFlags, addInputFlags } from "../input-flags.ts";
import type { Io } from "../io.ts";
import { exitCodeFor, printNoticesOfBoth } from "../notices.ts";
import { addOutputFlag, emit, parseTargets } from "../output-targets.ts";
import { readDiff } from "../read-diff.ts";
import { namespacesOf } from "../read-input.ts";
import { analysisOptions, connectivityOptions, printConfig, readSettings } from "../settings.ts";

interface DiffFlags extends InputFlags, ConfigFlags {
  readonly output: readonly string[];
  readonly exitCode: boolean;
  readonly failOnOpened: boolean;
  readonly findings: boolean;
  readonly all: boolean;
  readonly commentName?: string;
}

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
  npa diff main ./policies -o markdown=comment.md --fail-on-opened`;

async function diff(io: Io, words: readonly string[], flags: DiffFlags): Promise<number> {
  const targets = parseTargets(flags.output, formatNames);
  const settings = readSettings(io, [], flags);
  if (flags.printConfig) return await printConfig(io, settings);
  if (flags.filename.length > 0) throw new UsageError("npa diff names its two sides as arguments: leave -f out");
  const { before, after } = await readDiff(io, "diff", words, flags, settings.config);
  const wanted = flags.namespace.filter((name) => !before.cluster.namespaces.has(name));
  namespacesOf(after.cluster, { ...flags, namespace: wanted });
  const result = diffClusters(before.cluster, after.cluster, {
    ...analysisOptions(io, settings),
    ...connectivityOptions(settings),
    namespaces: flags.namespace,
    findings: flags.findings,
    ...(flags.all ? { limit: Infinity } : {}),
  });
  const [old, now] = [
    { input: before, notEvaluated: result.before.notEvaluated },
    { input: after, notEvaluated: result.after.notEvaluated },
  ];
  await printNoticesOfBoth(io, old, now, flags);
  if (flags.failOnOpened && !flags.allowEmpty && result.before.workloads + result.after.workloads === 0)
    throw new UsageError(
      "--fail-on-opened compares connections, and neither side has a workload: add what runs there, or compare the policies with npa prove OLD NEW (--allow-empty passes all the same)",
    );
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
  const answer = answerOf(result, flags);
  return Math.max(...[before, after].map(({ cluster }) => exitCodeFor(answer, cluster, flags)));
}

/** What may open counts as opened: a gate does not bet on facts that it does not know, nor on changes that it did not look at. */
function answerOf({ verdict, changeCount, uncertain, truncated = false }: ConnectivityDiff, flags: DiffFlags): number {
  if (flags.failOnOpened && (verdict.unallowed > 0 || truncated)) return exitCodes.found;
  return flags.exitCode && changeCount + uncertain.length > 0 ? exitCodes.found : exitCodes.ok;
}
