import type { Policy } from "../model/policy.ts";
import type { Budget } from "./budget.ts";
import type { TieAssumptions } from "../semantics/tiers.ts";
import type { SpaceOptions } from "./policy-space.ts";

/** What every proof takes. */
export interface ProofOptions extends SpaceOptions {
  /** Ends the work: what is not decided by then is "undecided". Default: about two seconds. */
  readonly budget?: Budget;
  /** Which of two policies of one priority is asked first. Default: not known. */
  readonly ties?: TieAssumptions;
  /** What the data plane does without a policy. Default: nothing. */
  readonly implied?: readonly Policy[];
  /** How many examples to give of each kind of difference. Default 10. */
  readonly limit?: number;
}

/** The order of policies of one priority is not known. */
export const unknownTies: TieAssumptions = { equalPriority: "unknown", calicoTies: "unknown" };
/** It is that of their names. */
export const tiesByName: TieAssumptions = { equalPriority: "name", calicoTies: "name" };
