import { UsageError, jsonText } from "@npa/core";
import {
  type ConnectivityDiff,
  diffClusters,
  diffCsv,
  diffDot,
  diffMarkdown,
  diffMermaid,
  diffText,
  overlayCluster,
} from "@npa/core/diff";
import { checkOut, loadGit } from "@npa/core/node";
import { withoutCluster } from "../cluster-flags.ts";
import type { CommandModule } from "../command-module.ts";
import { isConfig } from "../config-file.ts";
import { type ConfigFlags, addConfigFlags } from "../config-flags.ts";
import { type DiffSide, diffSides } from "../diff-sides.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpText } from "../help-text.ts";
import { type InputFlags, addInputFlags } from "../input-flags.ts";
import type { Io } from "../io.ts";
import { exitCodeFor, printNotices } from "../notices.ts";
import { addOutputFlag, emit, parseTargets } from "../output-targets.ts";
import { type Input, inputOf, readOptions } from "../input.ts";
import { namespacesOf, readInput } from "../read-input.ts";
import { renderedPaths } from "../render-flags.ts";
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
      .option("--all", "list every change in JSON and CSV, not the first 10,000", false)
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
  npa diff main ./policies -o markdown=comment.md --fail-on-opened`;

async function diff(io: Io, words: readonly string[], flags: DiffFlags): Promise<number> {
  const targets = parseTargets(flags.output, formatNames);
  const settings = readSettings(io, [], flags);
  if (flags.printConfig) return await printConfig(io, settings);
  if (renderedPaths(flags).length > 0)
    throw new UsageError("npa diff compares two inputs: npa diff OLD NEW --render renders what is in each");
  if (flags.filename.length > 0) throw new UsageError("npa diff names its two sides as arguments: leave -f out");
  const { before, after } = await readSides(io, words, flags, settings.config);
  const wanted = flags.namespace.filter((name) => !before.cluster.namespaces.has(name));
  namespacesOf(after.cluster, { ...flags, namespace: wanted });
  const result = diffClusters(before.cluster, after.cluster, {
    ...analysisOptions(io, settings),
    ...connectivityOptions(settings),
    namespaces: flags.namespace,
    findings: flags.findings,
    ...(flags.all ? { limit: Infinity } : {}),
  });
  await printNotices(io, before, result.before.notEvaluated, flags);
  await printNotices(io, after, result.after.notEvaluated, flags);
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

/** What may open counts as opened: a gate does not bet on facts that it does not know. */
function answerOf({ verdict, changeCount, uncertain }: ConnectivityDiff, flags: DiffFlags): number {
  if (flags.failOnOpened && verdict.unallowed > 0) return exitCodes.found;
  return flags.exitCode && changeCount + uncertain.length > 0 ? exitCodes.found : exitCodes.ok;
}

async function readSides(
  io: Io,
  words: readonly string[],
  flags: DiffFlags,
  config: Parameters<typeof readInput>[3],
): Promise<{ readonly before: Input; readonly after: Input }> {
  const fileFlags: InputFlags = { ...withoutCluster(flags), filename: [] };
  if (flags.cluster === true) {
    if (words.length === 0) throw new UsageError("--cluster compares the live cluster with files: name them");
    const before = await readInput(io, [], { ...flags, filename: [] }, config);
    const files = await readInput(io, words, fileFlags, config);
    return { before, after: { ...files, cluster: overlayCluster(before.cluster, files.cluster) } };
  }
  const [old, now] = await diffSides(words, io.cwd);
  const isStdin = [old, now].filter((side) => side.type === "paths" && side.paths.includes("-")).length;
  if (isStdin > 1) throw new UsageError("stdin can be OLD or NEW, not both");
  return {
    before: await readSide(io, old, fileFlags, config),
    after: await readSide(io, now, fileFlags, config),
  };
}

async function readSide(
  io: Io,
  side: DiffSide,
  flags: InputFlags,
  config: Parameters<typeof readInput>[3],
): Promise<Input> {
  if (side.type === "paths") return await readInput(io, side.paths, flags, config);
  if (flags.render === true) {
    const tree = await checkOut(side.commit, { cwd: io.cwd });
    try {
      return await readInput({ ...io, cwd: tree.cwd }, side.paths, flags, config);
    } finally {
      await tree.remove();
    }
  }
  const { sources: texts, problems } = await loadGit(side.commit, side.paths, { cwd: io.cwd });
  const sources = texts.filter((source) => !isConfig(source));
  return inputOf(sources, { ...readOptions(flags, config), problems });
}
