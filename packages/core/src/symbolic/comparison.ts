import type { Counterexample } from "./counterexample.ts";

/**
 * How the second of two policy sets stands to the first, for every pod that could ever exist. "Allows" is meant per
 * direction: a subject that no policy isolates is allowed everything, an isolated one what the rules admit.
 *
 * - `equivalent`: the same subjects are isolated and the rules admit the same (subject, peer, packet). It stays true
 *   whatever other policies are added to both.
 * - `stricter`: after isolates every subject that before isolates, and on those admits nothing that before does not, so
 *   after allows no more than before; and the two are not equivalent.
 * - `looser`: the same with the sides exchanged.
 * - `same-traffic`: only where policies are compared as tiers of rules that allow and deny. What passes in the end is the same, but a tier decides
 *   otherwise than before, so another policy may take effect differently.
 * - `incomparable`: each side allows, or leaves open, something that the other does not.
 * - `undecided`: the budget ended, or a policy is not understood. Never a guess.
 */
export type Verdict = "equivalent" | "same-traffic" | "stricter" | "looser" | "incomparable" | "undecided";

/** A comparison of two policy sets. */
export interface Comparison {
  /** What the second set is to the first. */
  readonly verdict: Verdict;
  /** What after allows or leaves open and before does not. */
  readonly loosened: readonly Counterexample[];
  /** What before allows or leaves open and after does not. */
  readonly tightened: readonly Counterexample[];
  /** Why the verdict, or the completeness of the examples, is open. */
  readonly undecided: readonly string[];
}

/** The verdict on sets that were compared part by part. A difference that was found stays one, whatever the undecided parts hold. */
export function combinedVerdict(verdicts: readonly Verdict[]): Verdict {
  const found = new Set(verdicts);
  if (found.has("incomparable") || (found.has("looser") && found.has("stricter"))) return "incomparable";
  for (const verdict of ["undecided", "looser", "stricter", "same-traffic"] as const)
    if (found.has(verdict)) return verdict;
  return "equivalent";
}
