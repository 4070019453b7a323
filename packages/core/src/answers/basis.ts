import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { InputSummary } from "../model/input-summary.ts";

/** A kind or object that may change the answer but is not evaluated. */
export interface NotEvaluated {
  /** The kind of the objects. */
  readonly kind: string;
  /** How many objects. */
  readonly count: number;
  /** Why they are not evaluated. */
  readonly reason: string;
  /** The first few objects, as `namespace/name`, each name once. */
  readonly objects: readonly string[];
}

/** What was read, and what was wrong with it. */
export interface Inputs extends InputSummary {
  /** What was wrong with the input, in its order. The rest was read all the same. */
  readonly problems: readonly Diagnostic[];
}

/** Part of every answer: what it rests on. */
export interface Basis {
  /** How what Kubernetes leaves open was taken: defaults, and what was asked for. */
  readonly assumptions: Assumptions;
  /** What could change the answer and was not evaluated. */
  readonly notEvaluated: readonly NotEvaluated[];
  /** What was read, and what was wrong with it. */
  readonly inputs: Inputs;
}
