import { type Cluster, UsageError, nearest, printable, readCluster } from "@npa/core";
import { type LoadedSources, loadPaths } from "@npa/core/node";
import type { InputFlags } from "./input-flags.ts";
import type { Io } from "./io.ts";

/** What was read, and what is worth saying about where it was read from. */
export interface Input {
  readonly cluster: Cluster;
  readonly hints: LoadedSources["hints"];
}

/** Reads the manifests that the arguments and `-f` name. Throws a UsageError when there are none. */
export async function readInput(io: Io, paths: readonly string[], flags: InputFlags): Promise<Input> {
  const named = [...paths, ...flags.filename];
  if (named.length === 0) {
    throw new UsageError(
      "nothing to read: name a file or a directory, or write - to read stdin (npa --help has examples)",
    );
  }
  const { sources, problems, hints } = await loadPaths(named, { cwd: io.cwd, stdin: io.stdin });
  if (sources.length === 0 && problems.length === 0) {
    throw new UsageError(`no .yaml, .yml or .json file in ${named.map((each) => printable(each)).join(", ")}`);
  }
  const { defaultNamespace } = flags;
  return { cluster: readCluster(sources, { defaultNamespace, problems }), hints };
}

/** The namespaces that `-n` names. Throws a UsageError for one that the input does not have. */
export function namespacesOf(cluster: Cluster, flags: InputFlags): readonly string[] {
  for (const name of flags.namespace) if (!cluster.namespaces.has(name)) throw unknownNamespace(name, cluster);
  return flags.namespace;
}

function unknownNamespace(name: string, cluster: Cluster): UsageError {
  const hints = nearest(name, cluster.namespaces.keys());
  const advice = hints.length === 0 ? "" : `; did you mean ${hints.map(printable).join(" or ")}?`;
  return new UsageError(`there is no namespace "${printable(name)}" in the input${advice}`);
}
