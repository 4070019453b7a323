import type { JsonValue } from "../answers/finding.ts";
import type { Policy } from "../model/policy.ts";
import type { NodePath } from "../source/position.ts";
import type { PlannedStep, StepBasis } from "./step.ts";

/** What of a policy that is not Kubernetes' NetworkPolicy can go, or be written shorter. */
export interface Candidate extends Pick<PlannedStep, "type" | "description" | "reason" | "proof"> {
  readonly object: PolicyObject;
  /** Where; empty for the whole object. */
  readonly path: NodePath;
  /** What does the same, beside the object itself. */
  readonly covers: readonly Policy[];
  /** The operations, on the object as it is by then: not all that was found may have gone. */
  readonly patch: (now: Policy) => PlannedStep["patch"];
  /** The object without it; undefined when it goes. */
  readonly change: (policy: Policy) => Policy | undefined;
  /** What covers it says more: which of the two is meant is not known. */
  readonly saysLess?: boolean;
  /** Where rules tell of it as well. */
  readonly basis?: StepBasis;
  /** Why it cannot be proved together with the rest. */
  readonly unproved?: string | undefined;
}

/** The parts of one object: each selects pods of its own. */
export interface PolicyObject {
  readonly first: Policy;
  readonly parts: readonly Policy[];
  /** As it is written. */
  readonly value: JsonValue;
}
