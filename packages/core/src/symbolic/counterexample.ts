import type { Direction } from "../model/policy.ts";
import type { PodExample, TrafficExample } from "./example.ts";

/** The two sets of a comparison. */
export type Side = "before" | "after";

/** A pod that is isolated by one side only: the other side leaves it open in that direction. */
export interface IsolationCounterexample {
  readonly about: "isolation";
  readonly onlyIn: Side;
  readonly direction: Direction;
  readonly subject: PodExample;
}

/** A packet that the rules of one side admit, while the other side isolates the subject and admits it by no rule. */
export interface AdmissionCounterexample extends TrafficExample {
  readonly about: "admission";
  readonly onlyIn: Side;
}

/** Something concrete in which two policy sets differ. */
export type Counterexample = IsolationCounterexample | AdmissionCounterexample;
