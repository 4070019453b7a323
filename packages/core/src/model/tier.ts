/**
 * A stage of the decision: all policies of a tier that select a pod decide before the next tier is asked. Each kind of
 * policy brings its tiers; those of Kubernetes stand in `semantics/tiers`.
 */
export interface Tier {
  /** What messages call it. */
  readonly name: string;
  /** The lowest is asked first; tiers of equal order by name. */
  readonly order: number;
  /** The input does not have it: it stands behind those that it has. */
  readonly isMissing?: true;
  /** How rules that match the same traffic decide: the first in order; or an allow, unless some rule denies. */
  readonly decides: "first-match" | "deny-wins";
  /** When traffic of an isolated pod that no rule of the tier matches is denied: at the end of the tier, or once all tiers are asked. */
  readonly denies: "at-end" | "after-all";
  /** The assumption that says which of two policies of equal priority is asked first. Absent: `equalPriority`. */
  readonly ties?: "calicoTies";
}
