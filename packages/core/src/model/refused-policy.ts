import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Origin } from "../source/position.ts";
import type { Assumptions } from "./assumptions.ts";
import type { Selector } from "./selector.ts";

/** A policy that the API server would refuse, or the agents of the data plane do: not in force. What could be read of it is kept to say whom it leaves open. */
export interface RefusedPolicy {
  /** The object, as the input names it. */
  readonly ref: ObjectRef;
  /** Why it is refused, each as a sentence; at least one. */
  readonly reasons: readonly string[];
  /** `agent`: the API server stores it, and the agents that should enforce it refuse it or do not read it. Absent: the API server refuses it. */
  readonly by?: "agent";
  /** Up to this version Cilium accepts it. */
  readonly until?: Assumptions["ciliumVersion"];
  /** The subject, when at least that could be read. */
  readonly namespace?: string;
  /** Absent: it could not be read, or selects by more than labels of pods. */
  readonly podSelector?: Selector;
  /** Where the object is written. */
  readonly origin: Origin;
}
