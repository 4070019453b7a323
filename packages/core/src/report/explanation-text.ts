import { checkAnswer } from "../lib/check-argument.ts";
import type { AnswerChange, ExplainedDirection, ExplainedStep, Explanation } from "../answers/explanation.ts";
import { groupBy } from "../lib/group-by.ts";
import { changedPorts, changeSigns } from "./diff-words.ts";
import { printable } from "./escape.ts";
import {
  directionSentence,
  effectText,
  otherMisses,
  questionText,
  restsOnText,
  servicePortTexts,
  toldSteps,
} from "./explanation-words.ts";
import { type Palette, type TextOptions, paletteOf } from "./palette.ts";
import { verdictNotes } from "./verdict-notes.ts";
import { counted, isLimitedOnly, objectText, placeText } from "./words.ts";
import { brokenText } from "./wrap.ts";

const quotedLines = 12;
const shownConnections = 5;

/** The answer of `npa explain` for people: the answer, both ends step by step, and what would turn it. */
export function explanationText(explanation: Explanation, options: TextOptions = {}): string {
  checkAnswer("explanationText", explanation, "Explanation");
  const palette = paletteOf(options);
  const { answer, partial, source, target, egress, ingress, changes } = explanation;
  const { bold, green, red, yellow, dim } = palette;
  const yes = isLimitedOnly(explanation) ? "yes, some requests" : partial ? "yes, in part" : "yes";
  const shown = { yes: green(yes), no: red("no"), unknown: yellow("unknown") }[answer];
  const rests = restsOnText(explanation);
  const lines = [
    `${bold(shown)}  ${questionText(explanation)}`,
    ...servicePortTexts(explanation).map((text) => `  ${text}`),
    "",
    ...directionLines("egress", source, egress, palette),
    "",
    ...directionLines("ingress", target, ingress, palette),
    ...changeLines(changes, palette),
    "",
    ...verdictNotes(explanation).map((note) => dim(`note: ${note}`)),
    ...(rests === undefined ? [] : [dim(`note: ${rests}`)]),
    "",
  ];
  return brokenText(lines.join("\n").replace(/\n+$/, "\n"), options);
}

function directionLines(name: string, end: string, direction: ExplainedDirection, palette: Palette): string[] {
  const { bold, cyan } = palette;
  const { shown, others } = toldSteps(direction);
  const byPolicy = groupBy(shown, ({ tier, object }) => `${tier} ${objectText(object)}`);
  return [
    `${cyan(name)} of ${printable(end)}: ${bold(directionSentence(direction, name))}`,
    ...[...byPolicy.values()].flatMap((steps) => policyLines(steps, palette)),
    ...(others > 0 ? [`  and ${counted(others, "rule")} that do not match and come nowhere near`] : []),
    ...otherMisses(direction).map(
      ({ object, location, lacks }) =>
        `  near: ${objectText(object)} (${placeText(location)}): ${printable(lacks.join(", and "))}`,
    ),
  ];
}

const marks = { yes: "+", no: "-", unknown: "?" } as const;

function policyLines(steps: readonly ExplainedStep[], palette: Palette): string[] {
  const [first] = steps;
  if (first === undefined) return [];
  return [
    `  ${objectText(first.object)}${first.tier === "NetworkPolicy" ? "" : `, tier ${printable(first.tier)}`}`,
    ...steps.flatMap((step) => stepLines(step, palette)),
  ];
}

function stepLines(step: ExplainedStep, { dim, green, red, yellow }: Palette): string[] {
  const { action, matches, decides, rule, because, location, quote } = step;
  const paint = !decides ? dim : action === "allow" ? green : action === "pass" ? yellow : red;
  const mark = action === "isolate" ? (decides ? "!" : "-") : marks[matches];
  const text = action === "isolate" ? because : `${printable(rule)}: ${because}`;
  return [
    `    ${paint(`${mark} ${printable(text)}`)}  ${dim(placeText(location))}`,
    ...(action === "isolate" || quote === undefined ? [] : quoteLines(quote, dim)),
  ];
}

function quoteLines(quote: string, dim: (text: string) => string): string[] {
  const lines = quote.split("\n");
  const shown = lines.slice(0, quotedLines).map((line) => dim(`        ${printable(line)}`));
  return lines.length > quotedLines ? [...shown, dim("        ...")] : shown;
}

function changeLines(changes: readonly AnswerChange[], palette: Palette): string[] {
  const [first] = changes;
  if (first === undefined) return [];
  const title = first.effect === "allow" ? "To allow it, any of" : "To block it, any of";
  return [
    "",
    palette.bold(changes.length === 1 ? title.replace(", any of", "") : title),
    ...changes.flatMap((change, i) => [
      `  ${i + 1}. ${printable(change.description)}; ${effectText(change)}`,
      ...effectLines(change, palette),
      ...change.patch
        .trimEnd()
        .split("\n")
        .map((line) => `       ${printable(line)}`),
    ]),
  ];
}

function effectLines({ opens, openCount, closes, closeCount }: AnswerChange, { dim }: Palette): string[] {
  const shown = [...opens, ...closes].slice(0, shownConnections);
  const rest = openCount + closeCount - shown.length;
  return [
    ...shown.map((change) =>
      dim(
        `       ${changeSigns[change.type]} ${printable(`${change.source} => ${change.target}`)} : ${changedPorts(change)}`,
      ),
    ),
    ...(rest > 0 ? [dim(`       ... and ${rest} more; -o json has them`)] : []),
  ];
}
