import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Origin } from "../source/position.ts";

/** A policy that is not in force, as a later one of its name is. It would be in force without that one. */
export interface OverwrittenPolicy {
  /** The object, as the input names both. */
  readonly ref: ObjectRef;
  /** Where the earlier one is written. */
  readonly origin: Origin;
}
