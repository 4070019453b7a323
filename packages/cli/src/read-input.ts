import { type Cluster, type Config, type ReadOptions, type SourceText, UsageError, readManifests } from "@npa/core";
import { nearest, printable } from "@npa/core/internal";
import { type LoadedSources, loadPaths } from "@npa/core/node";
import { readsCluster } from "./cluster-flags.ts";
import { isConfigName } from "./config-file.ts";
import { refuseEmpty } from "./refuse-empty.ts";
import type { InputFlags } from "./input-flags.ts";
import type { Io } from "./io.ts";
import { parseVariables } from "./variables.ts";

/** What was read, and what is worth saying about where it was read from. */
export interface Input {
  readonly cluster: Cluster;
  /** The namespace of bare names: of the context, or `--default-namespace`. */
  readonly defaultNamespace: string;
  readonly hints: LoadedSources["hints"];
  /** The files, and how they were read; absent for a live cluster. */
  readonly texts?: { readonly sources: readonly SourceText[]; readonly options: Partial<ReadOptions> };
  /** It comes from an API server, not from files. */
  readonly isLive?: boolean;
}

/** Reads the manifests that the arguments and `-f` name, or the live cluster. Throws a UsageError when there is nothing to read. */
export async function readInput(
  io: Io,
  paths: readonly string[],
  flags: InputFlags,
  config: Config = {},
): Promise<Input> {
  const input = await readAny(io, paths, flags, config);
  await refuseEmpty(io, input, flags);
  return input;
}

async function readAny(io: Io, paths: readonly string[], flags: InputFlags, config: Config): Promise<Input> {
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
  const { sources: texts, problems, hints } = await loadPaths(named, { cwd: io.cwd, stdin: io.stdin });
  const sources = texts.filter(({ name }) => !isConfigName(name));
  if (sources.length === 0 && problems.length === 0 && !flags.allowEmpty) {
    throw new UsageError(`no .yaml, .yml or .json file in ${named.map((each) => printable(each)).join(", ")}`);
  }
  const options = { ...readOptions(flags, config), problems };
  return { ...inputOf(sources, options), hints };
}

/** How the flags and the configuration want texts to be read. Throws a UsageError for values that make no sense. */
export function readOptions(
  flags: InputFlags,
  config: Config = {},
): Pick<ReadOptions, "defaultNamespace" | "variables"> {
  const defaultNamespace = flags.defaultNamespace ?? config.defaultNamespace ?? "default";
  if (!/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(defaultNamespace)) {
    throw new UsageError(`${printable(JSON.stringify(defaultNamespace))} is not the name of a namespace`);
  }
  return { defaultNamespace, variables: parseVariables(flags.setVar) };
}

/** Texts as input. */
export function inputOf(
  sources: readonly SourceText[],
  options: Partial<ReadOptions> & Pick<ReadOptions, "defaultNamespace">,
): Input {
  const { defaultNamespace } = options;
  return { cluster: readManifests(sources, options), hints: [], defaultNamespace, texts: { sources, options } };
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
