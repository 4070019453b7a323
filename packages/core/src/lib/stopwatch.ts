/** What a run does, in the order in which it does it. */
export const stages = [
  "start",
  "read",
  "parse",
  "model",
  "engine",
  "rules",
  "symbolic",
  "advice",
  "findings",
  "assess",
  "report",
  "other",
] as const;

/**
 * A part of a run: `start` is loading the program, `read` files or the API server, `parse` texts to raw documents, `model`
 * those to a cluster, `engine` the relation, `rules` what rules do beside proofs, `symbolic` all proofs, `advice` following
 * what findings suggest, `findings` which of them are told, `assess` scores, `report` printing, `other` the rest.
 */
export type Stage = (typeof stages)[number];

/** Takes the time of the stages of a run. The library reads no clock: who wants to know passes one of these. */
export interface Stopwatch {
  /**
   * Begins a stage, or a named piece of it; the result ends it. Stages lie within each other and end in reverse order: the
   * time of an inner one is not that of the outer one, too.
   */
  start(stage: Stage, piece?: string): () => void;
}

/** Does some work as a stage. */
export function timed<T>(stopwatch: Stopwatch | undefined, stage: Stage, work: () => T, piece?: string): T {
  if (stopwatch === undefined) return work();
  const stop = stopwatch.start(stage, piece);
  try {
    return work();
  } finally {
    stop();
  }
}
