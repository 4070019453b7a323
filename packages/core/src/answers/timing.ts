import type { Stage } from "../lib/stopwatch.ts";

/** Where the time of a run went. */
export interface Timing {
  /** Milliseconds from the start of the process. */
  readonly totalMs: number;
  /** The stages there were, in the order of a run; together they are the total. */
  readonly stages: readonly { readonly stage: Stage; readonly ms: number }[];
  /**
   * What each rule took, proofs included, longest first. What several rules need is made once and counts for the rule that
   * asked first.
   */
  readonly rules: readonly { readonly ruleId: string; readonly ms: number }[];
}
