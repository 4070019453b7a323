import { checkAnswer } from "../lib/check-argument.ts";
import type { AnswerChange, ExplainedDirection, Explanation } from "../answers/explanation.ts";
import { changedPorts } from "./diff-words.ts";
import { markdownCode, markdownHead, markdownRow, markdownText, printable } from "./escape.ts";
import {
  directionSentence,
  effectText,
  otherMisses,
  restsOnText,
  servicePortTexts,
  toldSteps,
} from "./explanation-words.ts";
import { verdictNotes } from "./verdict-notes.ts";
import { counted, objectText, placeText, portsText } from "./words.ts";

const shownConnections = 10;

/** The answer of `npa explain` as Markdown, to be put into an issue. */
export function explanationMarkdown(explanation: Explanation): string {
  checkAnswer("explanationMarkdown", explanation, "Explanation");
  const { answer, port, source, target } = explanation;
  const ports = answer === "yes" && port === undefined ? `: ${portsText(explanation)}` : "";
  const rests = restsOnText(explanation);
  const notes = [
    ...servicePortTexts(explanation),
    ...verdictNotes(explanation),
    ...(rests === undefined ? [] : [rests]),
  ].map((note) => `- ${markdownText(note)}\n`);
  return [
    `**${answer}** ${markdownCode(source)} to ${markdownCode(target)}${port === undefined ? "" : ` on ${markdownCode(port)}`}${ports}\n`,
    ...(notes.length === 0 ? [] : ["\n", ...notes]),
    directionSection("Egress", source, explanation.egress),
    directionSection("Ingress", target, explanation.ingress),
    ...explanation.changes.map((change, i) => changeSection(change, i)),
  ].join("");
}

function directionSection(title: string, end: string, direction: ExplainedDirection): string {
  const { shown, others } = toldSteps(direction);
  const rows = shown.map(({ decides, matches, action, object, rule, location, because }) =>
    markdownRow([
      decides ? action : matches === "no" ? "no match" : matches,
      markdownCode(`${objectText(object)} ${rule}`),
      markdownCode(placeText(location)),
      markdownText(because),
    ]),
  );
  const misses = otherMisses(direction).map(
    ({ object, lacks, location }) =>
      `- near: ${markdownCode(objectText(object))} (${markdownCode(placeText(location))}): ${markdownText(lacks.join(", and "))}\n`,
  );
  return [
    `\n### ${title} of ${markdownCode(end)}\n\n${markdownText(directionSentence(direction, title.toLowerCase()))}\n`,
    ...(rows.length === 0 ? [] : ["\n", markdownHead(["", "Rule", "Place", "Because"]), ...rows]),
    ...(others > 0 ? [`\nand ${counted(others, "rule")} that do not match\n`] : []),
    ...(misses.length === 0 ? [] : ["\n", ...misses]),
  ].join("");
}

function changeSection(change: AnswerChange, index: number): string {
  const { effect, description, patch, opens, closes } = change;
  const others = [...opens, ...closes]
    .slice(0, shownConnections)
    .map((each) => `- ${each.type}: ${markdownCode(`${each.source} => ${each.target}`)} ${changedPorts(each)}\n`);
  const code = patch.split("\n").map(printable).join("\n");
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `\n### To ${effect} it, ${index + 1}\n\n${markdownText(`${description}; ${effectText(change)}`)}\n\n${others.join("")}${others.length === 0 ? "" : "\n"}${fence}yaml\n${code.trimEnd()}\n${fence}\n`;
}
