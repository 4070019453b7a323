import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Origin } from "../source/position.ts";
import type { Assumptions } from "./assumptions.ts";
import type { Selector } from "./selector.ts";

/** A policy that the API server would refuse: not in force. What could be read of it is kept to say whom it leaves open. */
export interface RefusedPolicy {
  /** The object, as the input names it. */
  readonly ref: ObjectRef;
  /** Why it is refused, each as a sentence; at least one. */
  readonly reasons: readonly string[];
  /** Up to this version Cilium accepts it. */
  readonly until?: Assumptions["ciliumVersion"];
  /** The subject, when at least that could be read. */
  readonly namespace?: string;
  /** Absent: it could not be read, or selects by more than labels of pods. */
  readonly podSelector?: Selector;
  /** Where the object is written. */
  readonly origin: Origin;
}
