import type { KnownDocuments, Stage, StageTimes } from "@npa/core";
import type { Clock } from "@npa/core/cluster";
import type { ReadFiles } from "./read-files.ts";

/** Where text goes. */
export interface Output {
  /** Resolves when the text is taken; false when nobody reads any more (`npa list | head`). */
  write(text: string): Promise<boolean>;
  readonly isTTY: boolean;
  /** How wide the terminal is. */
  readonly columns?: number;
}

/** Everything of the process that npa touches: tests give their own. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: () => Date;
  /** How npa was called: as kubectl's plugin it reads the cluster unless files are named. Default `npa`. */
  readonly program?: "npa" | "kubectl npa";
  /** Calls `stop` on Ctrl-C in place of ending the process; the result ends that. */
  readonly onInterrupt?: (stop: () => void) => () => void;
  /** Time and chance while a cluster is read. */
  readonly clock?: Clock;
  /** What was parsed for the other state, where two are compared. */
  readonly known?: KnownDocuments;
  /** Where what was read is remembered. */
  readonly files?: ReadFiles;
  /** Takes the time of the run, when `--timing` asks for it. */
  readonly stopwatch?: StageTimes;
}

/** The same surroundings but for a change. By descriptors: reading a stream of the process would open it. */
export function changedIo(io: Io, change: Partial<Io>): Io {
  const all = { ...Object.getOwnPropertyDescriptors(io), ...Object.getOwnPropertyDescriptors(change) };
  return Object.create(null, all) as Io; // the properties of both
}

/** Narrower terminals get lines of this length. */
const narrowest = 40;

/** How long lines for people are: as the terminal is wide. Undefined where none is there, or none that says so. */
export function lineWidth({ isTTY, columns = 0 }: Output): number | undefined {
  return isTTY && columns > 0 ? Math.max(narrowest, columns) : undefined;
}

/** Waits for some work as a stage of the run. */
export async function asStage<T>({ stopwatch }: Io, stage: Stage, work: () => Promise<T>): Promise<T> {
  const stop = stopwatch?.start(stage);
  try {
    return await work();
  } finally {
    stop?.();
  }
}

const batchSize = 1 << 16;

/** Writes in pieces of a good size, one after the other, so that a long answer never exists as one string. */
export async function writeAll(output: Output, chunks: Iterable<string>): Promise<void> {
  for (const batch of batches(chunks)) if (!(await output.write(batch))) return;
}

/** The same text in pieces of at least 64 Ki characters (but for the last). */
export function* batches(chunks: Iterable<string>): Generator<string> {
  let batch = "";
  for (const chunk of chunks) {
    batch += chunk;
    if (batch.length < batchSize) continue;
    yield batch;
    batch = "";
  }
  if (batch !== "") yield batch;
}
