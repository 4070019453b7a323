import { UsageError, readDocuments } from "@npa/core";
import { type ClusterRead, loadCluster } from "@npa/core/cluster";
import type { ClusterFlags } from "./cluster-flags.ts";
import { Interrupted } from "./interrupted.ts";
import { type Io, asStage } from "./io.ts";
import { parseDuration } from "./parse-duration.ts";
import type { Input } from "./input.ts";
import { ReadingProgress } from "./reading-progress.ts";

/** What of the options is about a live cluster. */
export interface LiveFlags extends Partial<ClusterFlags> {
  readonly namespace: readonly string[];
  readonly quiet: boolean;
}

/** The live cluster as input: everything that RBAC lets npa list. */
export async function readLiveCluster(io: Io, flags: LiveFlags): Promise<Input> {
  const read = await asStage(io, "read", () => loadLiveCluster(io, flags));
  return {
    cluster: readDocuments(read.sources, {
      ...read,
      stopwatch: io.stopwatch,
    }),
    hints: [],
    isLive: true,
    stored: read,
    missingRules: read.forbidden.map(({ rule }) => rule),
    defaultNamespace: read.defaultNamespace,
  };
}

/** Reads the cluster that the options choose. Throws a UsageError when there is no complete answer, and `Interrupted` on Ctrl-C. */
export async function loadLiveCluster(io: Io, flags: LiveFlags): Promise<ClusterRead> {
  const interrupted = new AbortController();
  const progress = new ReadingProgress(io, flags.quiet);
  const unlisten = io.onInterrupt?.(() => interrupted.abort());
  try {
    return await loadCluster({
      ...chosen(flags),
      namespaces: flags.namespace,
      env: io.env,
      signal: interrupted.signal,
      onProgress: progress.onProgress,
      ...(io.clock === undefined ? {} : { clock: io.clock }),
    });
  } catch (error) {
    const isInterrupted = interrupted.signal.aborted && error instanceof UsageError;
    throw isInterrupted ? new Interrupted(error.message) : error;
  } finally {
    unlisten?.();
    await progress.end();
  }
}

function chosen(flags: LiveFlags): Parameters<typeof loadCluster>[0] {
  const { kubeconfig, context, as, asGroup, requestTimeout, insecureSkipTlsVerify } = flags;
  return {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
    ...(as === undefined ? {} : { as }),
    ...(asGroup === undefined ? {} : { asGroups: asGroup }),
    ...(insecureSkipTlsVerify === true ? { insecureSkipTlsVerify } : {}),
    ...(requestTimeout === undefined ? {} : { requestTimeoutMs: parseDuration("--request-timeout", requestTimeout) }),
  };
}
