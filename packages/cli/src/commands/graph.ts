import { UsageError, jsonLines } from "@npa/core";
import { printable } from "@npa/core/internal";
import { reachabilityGraph, toDot } from "@npa/core/graph";
import type { CommandModule } from "../command-module.ts";
import { type ConfigFlags, addConfigFlags } from "../config-flags.ts";
import { exitCodes } from "../exit-codes.ts";
import { type InputFlags, addInputFlags, repeated } from "../input-flags.ts";
import type { Io } from "../io.ts";
import { exitCodeFor, printNotices } from "../notices.ts";
import { addOutputFlag, emit, parseTargets } from "../output-targets.ts";
import { namespacesOf, readInput } from "../read-input.ts";
import { connectivityOptions, printConfig, readSettings } from "../settings.ts";

interface GraphFlags extends InputFlags, ConfigFlags {
  readonly output: readonly string[];
  readonly from: readonly string[];
  readonly hops?: string;
  readonly by: string;
}

const formatNames = ["dot", "json"] as const;

/** `npa graph`. */
export const graphCommand: CommandModule = {
  define(command, run) {
    command
      .argument("[paths...]", "files and directories; - is stdin")
      .option("--from <name>", "only what this workload can reach (its blast radius); repeatable", repeated, [])
      .option("--hops <n>", "how many connections to follow from there (default: all)")
      .option("--by <what>", "one node per workload or per namespace", "workload");
    addOutputFlag(command, formatNames);
    addConfigFlags(addInputFlags(command, "only connections with an end in this namespace; repeatable"))
      .addHelpText("after", help)
      .action((paths: string[], flags: GraphFlags) => run((io) => graph(io, paths, flags)));
  },
};

const help = `
A graph that would be too big to draw is folded per namespace, and npa says so.

Examples:
  npa graph ./policies | dot -Tsvg > graph.svg
  npa graph ./policies --from shop/web --hops 2 -o json
  npa graph ./policies --by namespace`;

async function graph(io: Io, paths: readonly string[], flags: GraphFlags): Promise<number> {
  const targets = parseTargets(flags.output, formatNames);
  const settings = readSettings(io, paths, flags);
  if (flags.printConfig) return await printConfig(io, settings);
  const by = parseBy(flags.by);
  const hops = parseHops(flags);
  const input = await readInput(io, paths, flags, settings.config);
  const { cluster } = input;
  const answer = reachabilityGraph(cluster, {
    ...connectivityOptions(settings),
    by,
    namespaces: namespacesOf(cluster, flags),
    ...(flags.from.length === 0 ? {} : { from: flags.from }),
    ...(hops === undefined ? {} : { hops }),
  });
  await printNotices(io, input, answer.notEvaluated, flags);
  if (answer.note !== undefined && !flags.quiet) await io.stderr.write(`note: ${printable(answer.note)}\n`);
  await emit(io, targets, { dot: () => toDot(answer), json: () => jsonLines(answer) }, flags);
  return exitCodeFor(exitCodes.ok, cluster, flags);
}

function parseBy(text: string): "workload" | "namespace" {
  if (text === "workload" || text === "namespace") return text;
  throw new UsageError(`--by ${printable(text)}: it is workload or namespace`);
}

function parseHops({ hops, from }: GraphFlags): number | undefined {
  if (hops === undefined) return undefined;
  if (!/^\d{1,9}$/.test(hops)) throw new UsageError(`--hops ${printable(hops)}: write a whole number, 0 or more`);
  if (from.length === 0) throw new UsageError("--hops counts from somewhere: say where with --from");
  return Number(hops);
}
