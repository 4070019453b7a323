import { type Stage, type Stopwatch, stages } from "../lib/stopwatch.ts";
import type { Timing } from "../answers/timing.ts";

interface Running {
  readonly stage: Stage;
  readonly since: number;
  /** What stages within it took. */
  inner: number;
}

/** Adds up how long stages take, by a clock that gives milliseconds since the process started. */
export class StageTimes implements Stopwatch {
  readonly #now: () => number;
  readonly #stages: Map<Stage, number>;
  readonly #rules = new Map<string, number>();
  readonly #running: Running[] = [];

  constructor(now: () => number) {
    this.#now = now;
    this.#stages = new Map([["start", now()]]);
  }

  /** Begins a stage, or a piece of one as a rule by its id. What it gives ends it. */
  start(stage: Stage, piece?: string): () => void {
    const running: Running = { stage, since: this.#now(), inner: 0 };
    this.#running.push(running);
    return () => {
      if (this.#running.pop() !== running) throw new Error(`the stage ${stage} does not end where it began`);
      const took = this.#now() - running.since;
      add(this.#stages, stage, took - running.inner);
      if (stage === "rules" && piece !== undefined) add(this.#rules, piece, took);
      const outer = this.#running.at(-1);
      if (outer !== undefined) outer.inner += took;
    };
  }

  /** What was taken so far. */
  timing(): Timing {
    const totalMs = this.#now();
    const known = [...this.#stages.values()].reduce((sum, ms) => sum + ms, 0);
    const all = new Map([...this.#stages, ["other", totalMs - known] as const]);
    return {
      totalMs: rounded(totalMs),
      stages: stages.flatMap((stage) => {
        const ms = all.get(stage);
        return ms === undefined ? [] : [{ stage, ms: rounded(ms) }];
      }),
      rules: [...this.#rules]
        .map(([ruleId, ms]) => ({ ruleId, ms: rounded(ms) }))
        .toSorted((a, b) => b.ms - a.ms || (a.ruleId < b.ruleId ? -1 : 1)),
    };
  }
}

function add<K>(sums: Map<K, number>, key: K, ms: number): void {
  sums.set(key, (sums.get(key) ?? 0) + ms);
}

/** A tenth of a millisecond is what one run tells. */
function rounded(ms: number): number {
  return Math.max(0, Math.round(ms * 10) / 10);
}
