import type { ClaimAnswer, ProofBasis, ProofSide, ProofVerdict } from "../answers/proof.ts";
import { groupBy } from "../lib/group-by.ts";
import { printable } from "./escape.ts";
import { counted, grouped, objectText, shortened } from "./words.ts";

const shownNames = 5;
const shownReasons = 10;

/** What each verdict says. */
export const verdictSentences: Readonly<Record<ProofVerdict, string>> = {
  equivalent: "the same pods are isolated and the same traffic is admitted, whatever pods there are",
  "same-traffic":
    "the same traffic passes in the end, but a tier decides otherwise than before: another policy may take effect differently",
  stricter: "the second allows no more than the first, and less",
  looser: "the second allows no less than the first, and more",
  incomparable: "each allows something that the other does not",
  undecided: "the proof was not completed",
};

/** What a claim says, before its answer. */
export function claimText({ claim, specification = "" }: ClaimAnswer): string {
  return claim === "denies-nothing" ? "denies nothing" : printable(`${claim} ${specification}`);
}

/** What a proof did not decide, one sentence for each reason; the rest of many is counted. */
export function undecidedNotes(reasons: readonly string[]): readonly string[] {
  return firstNotes(reasons.map((reason) => `not decided: ${reason}`));
}

/** The first of many sentences, and how many more there are. */
export function firstNotes(notes: readonly string[]): readonly string[] {
  const rest = notes.length - shownReasons;
  return rest > 0 ? [...notes.slice(0, shownReasons), `and ${grouped(rest)} more like these; -o json has all`] : notes;
}

/** What a reader must know beside a proof, one sentence each. */
export function basisNotes({ factsOf, limitedTo }: Omit<ProofBasis, "undecided">): readonly string[] {
  const notes: string[] = [];
  if (factsOf.length > 0) {
    const which = shortened(factsOf, factsOf.length, shownNames);
    notes.push(`assumed namespaceLabels=fixed: the labels of ${which} are taken as they are today`);
  }
  if (limitedTo.length > 0)
    notes.push(`only policies of ${shortened(limitedTo, limitedTo.length, shownNames)} were looked at`);
  return notes;
}

/** What of one side's input is not in the proof. */
export function sideNotes(
  name: string,
  { notEvaluated, refusedPolicies }: Omit<ProofSide, "policies" | "inputs">,
): readonly string[] {
  const kinds = [...groupBy(notEvaluated, ({ kind }) => kind)];
  const notes = kinds.map(([kind, each]) => {
    const count = each.reduce((sum, { count: ofReason }) => sum + ofReason, 0);
    return `${name} has ${counted(count, `${printable(kind)} object`)}: not in the proof`;
  });
  if (refusedPolicies.length > 0) {
    const names = shortened(refusedPolicies.map(objectText), refusedPolicies.length, shownNames);
    notes.push(`${name} has policies that the API server would refuse, so they are not in the proof: ${names}`);
  }
  return notes;
}
