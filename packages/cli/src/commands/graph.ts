import { UsageError, jsonLines } from "@npa/core";
import { printable } from "@npa/core/internal";
import { type Fold, type ReachabilityGraph, reachabilityGraph, toDot, toGexf, toMermaid } from "@npa/core/graph";
import type { CommandModule } from "../command-module.ts";
import { type ConfigFlags, addConfigFlags } from "../config-flags.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpText } from "../help-text.ts";
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
  readonly fold?: string;
}

const formatNames = ["dot", "mermaid", "svg", "json", "gexf"] as const;
/** Formats for the eye are folded to what it takes in, those for machines not unless asked. */
const pictures: ReadonlySet<string> = new Set(["dot", "mermaid", "svg"]);
/** What GitHub draws of a Mermaid picture. */
const mostMermaidEdges = 500;

/** `npa graph`. */
export const graphCommand: CommandModule = {
  define(command, run) {
    command
      .argument("[paths...]", "files and directories; - is stdin")
      .option("--from <name>", "only what this workload can reach (its blast radius); repeatable", repeated, [])
      .option("--hops <n>", "how many connections to follow from there (default: all)")
      .option("--by <what>", "one node per workload or per namespace", "workload")
      .option("--fold <how>", "what becomes one node: none, same (alike), namespace, auto (default for pictures)");
    addOutputFlag(command, formatNames);
    addConfigFlags(addInputFlags(command, "only connections with an end in this namespace; repeatable"))
      .addHelpText("after", helpText(help))
      .action((paths: string[], flags: GraphFlags) => run((io) => graph(io, paths, flags)));
  },
};

const help = `
Pictures are folded so that the eye can follow: workloads that reach and are reached alike become one node,
more than 40 nodes become namespaces, and namespaces that are alike one node. --fold none draws each workload,
--fold namespace each kind of namespace. json and gexf hold every workload, unless --fold says otherwise.
A graph that would be too big to draw is folded per namespace, and npa says so.

Examples:
  npa graph ./policies -o svg=graph.svg
  npa graph ./policies -o mermaid >> comment.md
  npa graph ./policies --from shop/web --hops 2 -o json
  npa graph ./policies --by namespace | dot -Tpng > graph.png`;

async function graph(io: Io, paths: readonly string[], flags: GraphFlags): Promise<number> {
  const targets = parseTargets(flags.output, formatNames);
  const settings = readSettings(io, paths, flags);
  if (flags.printConfig) return await printConfig(io, settings);
  const request = { ...parseShape(flags), from: flags.from, hops: parseHops(flags) };
  const input = await readInput(io, paths, flags, settings.config);
  const { cluster } = input;
  const [namespace, ...others] = flags.namespace;
  // As in questions: one -n says where bare names are.
  const defaultNamespace = namespace !== undefined && others.length === 0 ? namespace : input.defaultNamespace;
  const build = (fold: Fold, maxEdges?: number): ReachabilityGraph =>
    reachabilityGraph(cluster, {
      ...connectivityOptions(settings),
      defaultNamespace,
      by: request.by,
      fold,
      namespaces: namespacesOf(cluster, flags),
      ...(maxEdges === undefined ? {} : { maxEdges }),
      ...(request.from.length === 0 ? {} : { from: request.from }),
      ...(request.hops === undefined ? {} : { hops: request.hops }),
    });
  const graphs = new Map(
    targets.map(({ format }) => {
      const fold = request.fold ?? (pictures.has(format) ? "auto" : "none");
      return [format, build(fold, format === "mermaid" ? mostMermaidEdges : undefined)];
    }),
  );
  const graphFor = (format: string): ReachabilityGraph => graphs.get(format) ?? build("none");
  const [first = build("none")] = graphs.values();
  await printNotices(io, input, first.notEvaluated, flags);
  const notes = new Set([...graphs.values()].flatMap(({ note }) => (note === undefined ? [] : [note])));
  if (!flags.quiet) for (const note of notes) await io.stderr.write(`note: ${printable(note)}\n`);
  const svg = graphs.has("svg") ? await drawSvg(graphFor("svg")) : "";
  await emit(
    io,
    targets,
    {
      dot: () => toDot(graphFor("dot")),
      mermaid: () => toMermaid(graphFor("mermaid")),
      svg: () => svg,
      json: () => jsonLines(graphFor("json")),
      gexf: () => toGexf(graphFor("gexf")),
    },
    flags,
  );
  return exitCodeFor(exitCodes.ok, cluster, flags);
}

/** Graphviz in WebAssembly is loaded only where somebody asks for its image. */
async function drawSvg(graph: ReachabilityGraph): Promise<string> {
  const { toSvg } = await import("@npa/core/svg");
  return await toSvg(graph);
}

/** `--fold namespace` is one node per kind of namespace. */
function parseShape(flags: GraphFlags): { readonly by: "workload" | "namespace"; readonly fold?: Fold } {
  const by = parseBy(flags.by);
  const { fold } = flags;
  if (fold === undefined) return { by };
  if (fold === "namespace") return { by: "namespace", fold: "same" };
  if (fold === "none" || fold === "same" || fold === "auto") return { by, fold };
  throw new UsageError(`--fold ${printable(fold)}: it is none, same, namespace or auto`);
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
