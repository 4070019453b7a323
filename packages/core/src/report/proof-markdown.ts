import { checkAnswer } from "../lib/check-argument.ts";
import type { Proof, RedundancyReport, SpecificationReport } from "../answers/proof.ts";
import { markdownCode, markdownHead, markdownRow, markdownText } from "./escape.ts";
import { basisNotes, claimText, firstNotes, sideNotes, undecidedNotes, verdictSentences } from "./proof-words.ts";
import { counted, grouped, placeText } from "./words.ts";

/** A pull request comment has a limit of 65,536 characters. */
const maxRows = 100;

/** The answer of `npa prove OLD NEW` as Markdown. */
export function proofMarkdown(proof: Proof): string {
  checkAnswer("proofMarkdown", proof, "Proof");
  const { counterexamples, before, after } = proof;
  const rows = counterexamples.map(({ effect, direction, sentence }) =>
    markdownRow([effect, direction, markdownText(sentence)]),
  );
  return [
    `**${proof.verdict}**: ${verdictSentences[proof.verdict]}\n`,
    ...(rows.length === 0 ? [] : ["\n", markdownHead(["Effect", "Direction", "For example"]), ...rows]),
    ...notes([
      ...undecidedNotes(proof.undecided),
      ...basisNotes(proof),
      ...sideNotes("the first", before),
      ...sideNotes("the second", after),
    ]),
  ].join("");
}

/** The answer of `npa prove --redundant` as Markdown. */
export function redundancyMarkdown(report: RedundancyReport): string {
  const { redundancies, undecidedParts } = report;
  const rest = redundancies.length - maxRows;
  const rows = redundancies
    .slice(0, maxRows)
    .map(({ part, sentence }) => markdownRow([markdownCode(placeText(part.location)), markdownText(sentence)]));
  return [
    `**${counted(redundancies.length, "part")}** can be taken out, all at once\n`,
    ...(rows.length === 0 ? [] : ["\n", markdownHead(["Place", "Redundant"]), ...rows]),
    ...(rest > 0 ? [`\nand ${grouped(rest)} more\n`] : []),
    ...notes([
      ...(undecidedParts.length === 0 ? [] : [`${counted(undecidedParts.length, "part")} not decided`]),
      ...basisNotes(report),
      ...sideNotes("the input", { notEvaluated: report.notEvaluated, refusedPolicies: [] }),
    ]),
  ].join("");
}

/** The answer about claims as Markdown. */
export function specificationMarkdown(report: SpecificationReport): string {
  const rows = report.claims.map((answer) =>
    markdownRow([
      markdownText(claimText(answer)),
      `**${answer.status}**`,
      markdownText([answer.sentence, ...firstNotes(answer.undecided)].join("; ")),
    ]),
  );
  return [
    markdownHead(["Claim", "Answer", "Why"]),
    ...rows,
    ...notes([
      ...basisNotes(report),
      ...sideNotes("the input", { notEvaluated: report.notEvaluated, refusedPolicies: [] }),
    ]),
  ].join("");
}

function notes(texts: readonly string[]): string[] {
  return texts.length === 0 ? [] : ["\n", ...texts.map((text) => `- ${markdownText(text)}\n`)];
}
