import { checkAnswer } from "../lib/check-argument.ts";
import type { DecidingRule, DirectionVerdict, Verdict } from "../answers/verdict.ts";
import { printable } from "./escape.ts";
import { type Palette, type TextOptions, paletteOf } from "./palette.ts";
import { isLimitedOnly, limitedTexts, objectText, placeText, portsText } from "./words.ts";
import { notesOfVerdict } from "./verdict-notes.ts";
import { brokenText, hangingIndent } from "./wrap.ts";

const shownRules = 5;
const shownParts = 10;

/** The answer of `npa can` for a person: yes or no, and the rules that decide at either end. */
export function verdictText(verdict: Verdict, options: TextOptions = {}): string {
  checkAnswer("verdictText", verdict, "Verdict");
  const palette = paletteOf(options);
  const lines = [
    headline(verdict, palette),
    "",
    ...directionLines("egress", verdict.source, verdict.egress, palette),
    ...directionLines("ingress", verdict.target, verdict.ingress, palette),
    ...partLines(verdict),
    ...limitLines(verdict, palette),
    ...notesOfVerdict(verdict).map((note) => palette.dim(`note: ${note}`)),
    "",
  ];
  return brokenText(lines.join("\n"), options, (line) =>
    /^(?:egress|ingress|limits) /.test(line) ? 8 : hangingIndent(line),
  );
}

function headline(verdict: Verdict, { bold, green, red, yellow }: Palette): string {
  const { answer, partial, port } = verdict;
  const yes = isLimitedOnly(verdict) ? "yes, some requests" : partial ? "yes, in part" : "yes";
  const shown = { yes: green(yes), no: red("no"), unknown: yellow("unknown") }[answer];
  const question = printable(`${verdict.source} to ${verdict.target}`);
  const ports = port === undefined ? (answer === "yes" ? ` : ${portsText(verdict)}` : "") : ` on ${port}`;
  const request = verdict.request === undefined ? "" : ` with ${printable(verdict.request)}`;
  return `${bold(shown)}  ${question}${ports}${request}`;
}

function directionLines(name: string, end: string, direction: DirectionVerdict, { cyan, dim }: Palette): string[] {
  const label = cyan(name.padEnd(8));
  const who = printable(end);
  const { answer, isolated, allowedBy, blockedBy, passedBy } = direction;
  const denies = blockedBy.filter(({ action }) => action === "deny");
  if (!isolated && allowedBy.length === 0 && denies.length === 0 && passedBy.length === 0)
    return [`${label}${who} is not isolated for ${name}: all of it is allowed`];
  const deciding = [...passedBy, ...(answer === "no" ? blockedBy : [...allowedBy, ...denies])];
  const rest = deciding.length - shownRules;
  return [
    `${label}${who}: ${headOf(direction)}`,
    ...deciding.slice(0, shownRules).flatMap((rule) => ruleLines(rule, dim)),
    ...(rest > 0 ? [`          and ${rest} more; -o json has all`] : []),
  ];
}

/** Which requests pass where not all do. */
function limitLines({ limited = [] }: Verdict, { cyan }: Palette): string[] {
  return limited.map(
    (each, i) => `${cyan((i === 0 ? "limits" : "").padEnd(8))}${each.direction}: ${limitedTexts([each]).join("")}`,
  );
}

function headOf({ answer, isolated, allowedBy, blockedBy }: DirectionVerdict): string {
  const isDenied = blockedBy.some(({ action }) => action === "deny");
  if (answer === "no") return isDenied ? "denied by" : "blocked, no rule allows it";
  if (allowedBy.length === 0 && isolated && answer === "unknown") return "isolated, and not known to be allowed";
  if (allowedBy.length === 0 && isolated && blockedBy.length === 0) return "isolated, and let in without a rule";
  if (allowedBy.length === 0) return isolated ? "blocked, no rule allows it" : "not isolated, and allowed but for";
  return isDenied ? "decided by" : "allowed by";
}

function ruleLines(rule: DecidingRule, dim: (text: string) => string): string[] {
  const ports =
    rule.ports === undefined ? "" : `: ${rule.action === "allow" ? "" : `${rule.action} `}${portsText(rule.ports)}`;
  return [
    `          ${placeText(rule.location)}  ${objectText(rule.policy)} ${printable(rule.path)}${ports}`,
    ...(rule.ports === undefined ? [dim(`            ${printable(rule.reason)}`)] : []),
  ];
}

/** The parts of a question that covers several, when they do not agree. */
function partLines({ parts, partial }: Verdict): string[] {
  if (!partial) return [];
  const rest = parts.length - shownParts;
  return [
    "parts",
    ...parts.slice(0, shownParts).map((part) => {
      const ports = part.answer === "yes" ? ` : ${portsText(part)}` : "";
      return `  ${part.answer.padEnd(8)}${printable(`${part.source} => ${part.target}`)}${ports}`;
    }),
    ...(rest > 0 ? [`  and ${rest} more; -o json has all`] : []),
  ];
}
