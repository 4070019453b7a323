import { checkAnswer } from "../lib/check-argument.ts";
import type {
  Proof,
  ProofCounterexample,
  RedundancyReport,
  RedundantPart,
  SpecificationReport,
} from "../answers/proof.ts";
import { printable } from "./escape.ts";
import { type Palette, type TextOptions, paletteOf } from "./palette.ts";
import { basisNotes, claimText, firstNotes, sideNotes, undecidedNotes, verdictSentences } from "./proof-words.ts";
import { counted, grouped, placeText, shortened } from "./words.ts";
import { brokenText } from "./wrap.ts";

const shownNamespaces = 10;
const shownRedundancies = 100;

/** The answer of `npa prove OLD NEW` for a person. */
export function proofText(proof: Proof, options: TextOptions = {}): string {
  checkAnswer("proofText", proof, "Proof");
  const palette = paletteOf(options);
  const { before, after, namespaces } = proof;
  const paint = { equivalent: palette.green, undecided: palette.yellow };
  const painted = paint[proof.verdict as keyof typeof paint] ?? palette.red;
  const differing = namespaces.filter(({ verdict }) => verdict !== "equivalent");
  return linesText(
    [
      `${palette.bold(painted(proof.verdict))}  ${verdictSentences[proof.verdict]}`,
      palette.dim(
        `before: ${counted(before.policies, "policy", "policies")}, after: ${counted(after.policies, "policy", "policies")}`,
      ),
      ...differenceLines("looser", "allowed or left open after, not before", proof.counterexamples, palette),
      ...differenceLines("stricter", "allowed or left open before, not after", proof.counterexamples, palette),
      ...(differing.length > 0 && namespaces.length > 1
        ? [
            "",
            `${palette.bold("Namespaces")}   ${grouped(differing.length)} of ${grouped(namespaces.length)} differ or are undecided`,
            ...differing
              .slice(0, shownNamespaces)
              .map(({ namespace, verdict }) => `  ${verdict.padEnd(13)}${printable(namespace)}`),
            ...more(differing.length - shownNamespaces, palette),
          ]
        : []),
      ...noteLines(
        [
          ...undecidedNotes(proof.undecided).map(printable),
          ...basisNotes(proof),
          ...sideNotes("the first", before),
          ...sideNotes("the second", after),
        ],
        palette,
      ),
    ],
    options,
  );
}

function differenceLines(
  effect: ProofCounterexample["effect"],
  title: string,
  examples: readonly ProofCounterexample[],
  { bold }: Palette,
): string[] {
  const found = examples.filter((example) => example.effect === effect);
  if (found.length === 0) return [];
  return [
    "",
    `${bold(effect === "looser" ? "Looser" : "Stricter")}   ${title}, for example`,
    ...found.map(({ sentence }) => `  ${printable(sentence)}`),
  ];
}

/** The answer of `npa prove --redundant` for a person. */
export function redundancyText(report: RedundancyReport, options: TextOptions = {}): string {
  const palette = paletteOf(options);
  const { redundancies, undecidedParts } = report;
  const isWhole = undecidedParts.length === 0;
  const head =
    redundancies.length > 0
      ? `${palette.bold(palette.yellow(counted(redundancies.length, "part")))} can be taken out, all at once`
      : !isWhole
        ? `${palette.bold(palette.yellow("undecided"))}  nothing redundant was found`
        : `${palette.bold(palette.green("irredundant"))}  every policy, rule, peer and port adds something`;
  return linesText(
    [
      head,
      palette.dim(
        `${counted(report.policies, "policy", "policies")}: what stays does the same for every pod that could exist`,
      ),
      ...(redundancies.length === 0 ? [] : [""]),
      ...redundancies.slice(0, shownRedundancies).flatMap((one) => redundancyLines(one, palette)),
      ...more(redundancies.length - shownRedundancies, palette),
      ...noteLines(
        [
          ...(undecidedParts.length === 0
            ? []
            : [
                `${counted(undecidedParts.length, "part")} not decided: ${printable(firstNotes(report.undecided).join("; "))}`,
              ]),
          ...basisNotes(report),
          ...sideNotes("the input", { notEvaluated: report.notEvaluated, refusedPolicies: [] }),
        ],
        palette,
      ),
    ],
    options,
  );
}

function redundancyLines({ part, sentence, coveredBy }: RedundantPart, { dim }: Palette): string[] {
  const places = coveredBy.map(({ location }) => placeText(location));
  return [
    `${placeText(part.location)}  ${printable(sentence)}`,
    ...(places.length === 0 ? [] : [dim(`    ${shortened([...new Set(places)], new Set(places).size, 3)}`)]),
  ];
}

/** The answer about claims for a person. */
export function specificationText(report: SpecificationReport, options: TextOptions = {}): string {
  const palette = paletteOf(options);
  const paint = { holds: palette.green, fails: palette.red, undecided: palette.yellow };
  return linesText(
    [
      ...report.claims.flatMap((answer) => [
        `${palette.bold(paint[answer.status](answer.status))}  ${claimText(answer)}: ${printable(answer.sentence)}`,
        ...firstNotes(answer.undecided).map((reason) => `    ${printable(reason)}`),
      ]),
      palette.dim(`${counted(report.policies, "policy", "policies")}, for every pod that could exist`),
      ...noteLines(
        [...basisNotes(report), ...sideNotes("the input", { notEvaluated: report.notEvaluated, refusedPolicies: [] })],
        palette,
      ),
    ],
    options,
  );
}

function noteLines(notes: readonly string[], { dim }: Palette): string[] {
  return notes.length === 0 ? [] : ["", ...notes.map((note) => dim(`note: ${note}`))];
}

function more(rest: number, { dim }: Palette): string[] {
  return rest > 0 ? [dim(`  and ${grouped(rest)} more; -o json has all`)] : [];
}

function linesText(parts: readonly string[], options: TextOptions): string {
  return brokenText(`${parts.join("\n")}\n`, options);
}
