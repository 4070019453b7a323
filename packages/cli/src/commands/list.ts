import {
  type Basis,
  type Cluster,
  type ConnectivityListing,
  type ConnectivityOptions,
  type ConnectivityStream,
  type Focus,
  type ListBound,
  type ListOptions,
  type MissingFact,
  type UncertainConnection,
  UsageError,
  apiVersion,
  connectivityCsv,
  connectivityMarkdown,
  connectivityText,
  connectivityWide,
  groupConnections,
  countConnectivity,
  countsCsv,
  countsMarkdown,
  countsText,
  jsonLines,
  jsonText,
  streamConnectivity,
  truncatedText,
} from "@npa/core";
import { basisOf, completeAssumptions, grouped, printable } from "@npa/core/internal";
import type { CommandModule } from "../command-module.ts";
import { type ConfigFlags, addConfigFlags } from "../config-flags.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpText } from "../help-text.ts";
import { type InputFlags, addInputFlags, repeated } from "../input-flags.ts";
import type { Io } from "../io.ts";
import { parseLabelSelector } from "../label-selector.ts";
import { exitCodeFor, printNotices, printUncertain } from "../notices.ts";
import { isMatrix, matrixFormatNames, matrixFormats } from "../list-matrix.ts";
import { type Format, type Target, addOutputFlag, emit, parseTargets } from "../output-targets.ts";
import { namespacesOf, readInput } from "../read-input.ts";
import { selectedEndpoints } from "../select-connections.ts";
import { connectivityOptions, printConfig, readSettings } from "../settings.ts";

interface ListFlags extends InputFlags, ConfigFlags {
  readonly output: readonly string[];
  readonly count: boolean;
  readonly all: boolean;
  readonly selector?: string;
  readonly focus: readonly string[];
  readonly peer: readonly string[];
  readonly direction?: string;
  readonly port?: string;
}

const connectionFormats = ["text", "wide", "json", "csv", "markdown"] as const;
const formatNames = [...connectionFormats, ...matrixFormatNames] as const;
type Formats = Readonly<Record<(typeof connectionFormats)[number], Format>>;

/** Where a list stops that is not to have all: a small input can have more connections than anybody reads. */
const mostListed: ListBound = { connections: 2_000_000, portSets: 50_000 };

/** `npa list`. */
export const listCommand: CommandModule = {
  define(command, run) {
    command.argument("[paths...]", "files and directories; - is stdin");
    addOutputFlag(command, formatNames)
      .option("--count", "exact figures only: nothing is listed", false)
      .option("--all", `list every connection, not the first ${grouped(mostListed.connections)} only`, false)
      .option("-l, --selector <query>", "only connections with an end whose pods have these labels, as kubectl's -l")
      .option("--focus <name>", "only connections with an end at this; repeatable", repeated, [])
      .option("--peer <name>", "with --focus: whose other end is this; repeatable", repeated, [])
      .option("--direction <direction>", "with --focus: ingress, what comes in, or egress, what goes out")
      .option("-p, --port <port>", "only what passes on this port, like 8080/TCP");
    addConfigFlags(addInputFlags(command, "only connections with an end in this namespace; repeatable"))
      .addHelpText("after", helpText(help))
      .action((paths: string[], flags: ListFlags) => run((io) => list(io, paths, flags)));
  },
};

const help = `
What is listed: every pair of workloads (or external addresses) between which some port is open, by policies of both ends.
What is not: pairs that no port allows; a bare Pod to itself; traffic between a pod and its own node, and replies, which
Kubernetes always allows. Uncertain connections come last: they depend on labels of namespaces that the input does not define.

The text is by target, and of several namespaces that are alike it has one; -o wide has one line for each connection.
"internet" is every public address.
-o matrix shows who reaches whom namespace by namespace; -o matrix-csv is the same for a spreadsheet.

Examples:
  npa list ./policies
  npa list ./policies -n shop -o csv=shop.csv
  npa list --cluster -n shop -l app=web
  kubectl get ns,deploy,sts,ds,netpol -A -o yaml | npa list -
  npa list ./policies --focus shop/web --direction ingress --port 8080
  npa list ./policies --count`;

async function list(io: Io, paths: readonly string[], flags: ListFlags): Promise<number> {
  const targets = parseTargets(flags.output, formatNames);
  const settings = readSettings(io, paths, flags);
  if (flags.printConfig) return await printConfig(io, settings);
  if (flags.count && flags.selector !== undefined) throw new UsageError("--count counts everything: leave -l out");
  if (targets.some(isMatrix) && (flags.count || flags.selector !== undefined))
    throw new UsageError("a matrix is of whole namespaces: leave --count and -l out");
  const focus = focusOf(flags);
  if (focus !== undefined && (flags.count || targets.some(isMatrix)))
    throw new UsageError("figures and matrices are of everything: leave --focus, --peer, --direction and --port out");
  const matches = flags.selector === undefined ? undefined : parseLabelSelector(flags.selector);
  const input = await readInput(io, paths, flags, settings.config);
  const { cluster } = input;
  const namespaces = namespacesOf(cluster, flags);
  const options: ListOptions = {
    ...connectivityOptions(settings),
    namespaces,
    ...(matches === undefined ? {} : { select: selectedEndpoints(cluster, matches, namespaces) }),
    ...(flags.all ? {} : { atMost: mostListed }),
    ...(focus === undefined ? {} : { focus: { ...focus, defaultNamespace: input.defaultNamespace } }),
  };
  const basis = basisOf(cluster, completeAssumptions(options, cluster));
  await printNotices(io, input, basis.notEvaluated, flags);
  const [matrices, others] = [targets.filter(isMatrix), targets.filter((target) => !isMatrix(target))];
  if (flags.count) await emit(io, others, countFormats(cluster, options), flags);
  else await listAll(io, others, () => streamConnectivity(cluster, options), basis, flags);
  if (matrices.length > 0) await emit(io, matrices, await matrixFormats(cluster, options), flags);
  return exitCodeFor(exitCodes.ok, cluster, flags);
}

/** What the flags want of the list; undefined for all of it. */
function focusOf({ focus, peer, direction, port }: ListFlags): Focus | undefined {
  if (direction !== undefined && direction !== "ingress" && direction !== "egress")
    throw new UsageError(`--direction is ingress or egress, not ${printable(direction)}`);
  if (focus.length + peer.length === 0 && direction === undefined && port === undefined) return undefined;
  return {
    ...(focus.length === 0 ? {} : { workloads: focus }),
    ...(peer.length === 0 ? {} : { peers: peer }),
    ...(direction === undefined ? {} : { direction }),
    ...(port === undefined ? {} : { port }),
  };
}

/** Every format reads the connections anew, while they are made: the list never exists as a whole. */
async function listAll(
  io: Io,
  targets: readonly Target[],
  stream: () => ConnectivityStream,
  basis: Basis,
  flags: ListFlags,
): Promise<void> {
  for (const target of targets) {
    const { endpoints, connections, uncertain, truncated } = stream();
    const watched = new Watched(uncertain);
    const listing: ConnectivityListing = { endpoints, connections, uncertain: watched, truncated };
    await emit(io, [target], listFormats(listing, basis), flags);
    if (target !== targets.at(-1)) continue;
    const cut = truncatedText(truncated);
    if (cut !== undefined && !flags.quiet) await io.stderr.write(`note: ${cut}\n`);
    if (watched.count === 0) continue;
    const what = watched.count === 1 ? "1 connection depends" : `${watched.count} connections depend`;
    await printUncertain(io, what, watched.facts, flags);
  }
}

function listFormats(listing: ConnectivityListing, basis: Basis): Formats {
  return {
    text: (options) => connectivityText(groupConnections(listing), options),
    wide: (options) => connectivityWide(listing, options),
    json: () => {
      const { endpoints, connections, uncertain, truncated } = listing;
      return jsonLines({
        apiVersion,
        kind: "ConnectivityList",
        endpoints,
        connections,
        uncertain,
        truncated,
        ...basis,
      });
    },
    csv: () => connectivityCsv(listing),
    markdown: () => connectivityMarkdown(listing),
  };
}

function countFormats(cluster: Cluster, options: ConnectivityOptions): Formats {
  const counts = countConnectivity(cluster, options);
  return {
    text: () => countsText(counts),
    wide: () => countsText(counts),
    json: () => jsonText(counts),
    csv: () => countsCsv(counts),
    markdown: () => countsMarkdown(counts),
  };
}

/** Passes the uncertain connections on and remembers how many there were, and the first facts they hang on. */
class Watched implements Iterable<UncertainConnection> {
  count = 0;
  readonly facts: MissingFact[] = [];
  readonly #connections: Iterable<UncertainConnection>;

  constructor(connections: Iterable<UncertainConnection>) {
    this.#connections = connections;
  }

  *[Symbol.iterator](): Generator<UncertainConnection> {
    for (const connection of this.#connections) {
      this.count++;
      if (this.facts.length < 1000) this.facts.push(...connection.because);
      yield connection;
    }
  }
}
