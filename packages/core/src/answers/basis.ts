import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { InputSummary } from "../model/input-summary.ts";

/** A kind or object that may change the answer but is not evaluated. */
export interface NotEvaluated {
  readonly kind: string;
  /** How many objects. */
  readonly count: number;
  readonly reason: string;
  /** The first few objects, as `namespace/name`, each name once. */
  readonly objects: readonly string[];
}

/** What was read, and what was wrong with it. */
export interface Inputs extends InputSummary {
  readonly problems: readonly Diagnostic[];
}

/** Part of every answer: what it rests on. */
export interface Basis {
  readonly assumptions: Assumptions;
  readonly notEvaluated: readonly NotEvaluated[];
  readonly inputs: Inputs;
}
