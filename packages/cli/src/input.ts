import {
  type Cluster,
  type Config,
  type ReadOptions,
  type SourceText,
  type StoredObjects,
  UsageError,
  readManifests,
} from "@npa/core";
import { isDnsLabel, printable } from "@npa/core/internal";
import type { LoadedSources } from "@npa/core/node";
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
  /** What a cluster is after these objects were applied to it; absent for a live cluster. */
  readonly appliedTo?: (stored: StoredObjects) => Cluster;
  /** The objects of a live cluster; absent for files. */
  readonly stored?: StoredObjects;
  /** What it was rendered from; absent when nothing was. */
  readonly environment?: { readonly name: string; readonly root: string };
  /** Paths that were named and that this state does not have, while the other one does. */
  readonly missing?: readonly string[];
  /** Everything that it was made from: two of the same texts are one state. Absent for a live cluster. */
  readonly from?: readonly SourceText[];
  /** What was found beside it and could not be rendered: its problems say why. */
  readonly notRendered?: readonly string[];
  /** The rules of a ClusterRole that would let npa read what RBAC forbids. */
  readonly missingRules?: readonly string[];
  /** It comes from an API server, not from files. */
  readonly isLive?: boolean;
}

/** How the flags and the configuration want texts to be read. Throws a UsageError for values that make no sense. */
export function readOptions(
  io: Pick<Io, "stopwatch" | "known">,
  flags: InputFlags,
  config: Config = {},
): Pick<ReadOptions, "defaultNamespace" | "variables" | "snapshots"> &
  Partial<Pick<ReadOptions, "stopwatch" | "known">> {
  const defaultNamespace = flags.defaultNamespace ?? config.defaultNamespace ?? "default";
  if (!isDnsLabel(defaultNamespace)) {
    throw new UsageError(`${printable(JSON.stringify(defaultNamespace))} is not the name of a namespace`);
  }
  if (flags.untrusted === true && flags.fromSnapshot === true)
    throw new UsageError("--untrusted honours no snapshot header, and --from-snapshot does: pass one of them");
  const snapshots = flags.untrusted === true ? "never" : flags.fromSnapshot === true ? "always" : "alone";
  const { stopwatch, known } = io;
  const variables = parseVariables(flags.setVar ?? []);
  return { defaultNamespace, variables, snapshots, stopwatch, ...(known === undefined ? {} : { known }) };
}

/** Texts as input. */
export function inputOf(
  sources: readonly SourceText[],
  options: Partial<ReadOptions> & Pick<ReadOptions, "defaultNamespace">,
): Input {
  const { defaultNamespace } = options;
  return {
    cluster: readManifests(sources, options),
    hints: [],
    defaultNamespace,
    texts: { sources, options },
    appliedTo: (onto) => readManifests(sources, { ...options, onto }),
    from: sources,
  };
}
