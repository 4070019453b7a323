import type { Budget } from "./budget.ts";
import type { NamespaceFacts } from "./policy-space.ts";

/** What every proof takes. */
export interface ProofOptions {
  /** Ends the work: what is not decided by then is "undecided". Default: about two seconds. */
  readonly budget?: Budget;
  /** Labels of namespaces to take as facts (the assumption `namespaceLabels=fixed`). Default: all labels but the name are free. */
  readonly facts?: NamespaceFacts;
  /** Which of two cluster-wide policies of one priority is asked first (the assumption of this name). Default: not known. */
  readonly equalPriority?: "unknown" | "name";
  /** How many examples to give of each kind of difference. Default 10. */
  readonly limit?: number;
}
