import { type Cluster, type Config, UsageError } from "@npa/core";
import { nearest, printable } from "@npa/core/internal";
import { loadPaths } from "@npa/core/node";
import { readsCluster } from "./cluster-flags.ts";
import { isConfig } from "./config-file.ts";
import { type Input, inputOf, readOptions } from "./input.ts";
import { isEmpty, refuseEmpty } from "./refuse-empty.ts";
import type { InputFlags } from "./input-flags.ts";
import { type Io, asStage } from "./io.ts";
import { renderedPaths, wantsRender } from "./render-flags.ts";

/**
 * Reads the manifests that the arguments and `-f` name, what the flags want rendered, or the live cluster. Throws a UsageError
 * when there is nothing to read, or more than one state.
 */
export async function readInput(
  io: Io,
  paths: readonly string[],
  flags: InputFlags,
  config: Config = {},
): Promise<Input> {
  return theOne(await readInputs(io, paths, flags, config));
}

/** The input of a question about one state. Throws a UsageError where there are several. */
export function theOne(inputs: readonly Input[]): Input {
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0) throw severalEnvironments(inputs);
  return input;
}

/** The same where several states may be rendered, each of which is an input by itself. */
export async function readInputs(
  io: Io,
  paths: readonly string[],
  flags: InputFlags,
  config: Config = {},
): Promise<readonly Input[]> {
  const named = [...paths, ...flags.filename];
  const isRendered = wantsRender(flags) && !readsCluster(io, [...named, ...renderedPaths(flags)], flags);
  const inputs = isRendered
    ? await (await import("./render-inputs.ts")).renderInputs(io, named, flags, config)
    : [await readFiles(io, paths, flags, config)];
  const full = inputs.filter(({ cluster, isLive = false }) => isLive || !isEmpty(cluster));
  if (full.length > 0) return full;
  const empty = inputs.slice(0, 1);
  for (const input of empty) await refuseEmpty(io, input, flags);
  return empty;
}

function severalEnvironments(inputs: readonly Input[]): UsageError {
  const roots = inputs.map(({ environment }) => printable(environment?.root ?? "."));
  return new UsageError(
    `there are ${inputs.length} environments (${roots.join(", ")}), and this question is about one: name one, with -k or --helm where it must be rendered`,
  );
}

async function readFiles(io: Io, paths: readonly string[], flags: InputFlags, config: Config): Promise<Input> {
  const named = [...paths, ...flags.filename];
  if (readsCluster(io, named, flags)) {
    const { readLiveCluster } = await import("./read-live-cluster.ts");
    return await readLiveCluster(io, flags);
  }
  if (named.length === 0) {
    throw new UsageError(
      "nothing to read: name a file or a directory, or write - to read stdin, or read the live cluster with --cluster (npa --help has examples)",
    );
  }
  if (named.includes("")) throw new UsageError("a path is empty: name a file or a directory, or write . for this one");
  const { sources: texts, problems, hints } = await asStage(io, "read", () => loadPaths(named, io));
  io.files?.add(io.cwd, texts);
  const sources = texts.filter((source) => !isConfig(source));
  if (sources.length === 0 && problems.length === 0 && !flags.allowEmpty) {
    throw new UsageError(`no .yaml, .yml or .json file in ${named.map((each) => printable(each)).join(", ")}`);
  }
  const options = { ...readOptions(io, flags, config), problems };
  return { ...inputOf(sources, options), hints };
}

/** The namespaces that `-n` names; none, which is all, with `-A`. Throws a UsageError for one that the input does not have. */
export function namespacesOf(cluster: Cluster, flags: InputFlags): readonly string[] {
  if (flags.allNamespaces === true) return [];
  for (const name of flags.namespace) if (!cluster.namespaces.has(name)) throw unknownNamespace(name, cluster);
  return flags.namespace;
}

function unknownNamespace(name: string, cluster: Cluster): UsageError {
  const hints = nearest(name, cluster.namespaces.keys());
  const advice = hints.length === 0 ? "" : `; did you mean ${hints.map(printable).join(" or ")}?`;
  return new UsageError(`there is no namespace "${printable(name)}" in the input${advice}`);
}
