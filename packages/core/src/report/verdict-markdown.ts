import { checkAnswer } from "../lib/check-argument.ts";
import type { DirectionVerdict, Verdict } from "../answers/verdict.ts";
import { markdownCode, markdownHead, markdownRow, markdownText } from "./escape.ts";
import { isLimitedOnly, limitedTexts, objectText, placeText, portsText } from "./words.ts";
import { notesOfVerdict } from "./verdict-notes.ts";

/** The answer of `npa can` as Markdown. */
export function verdictMarkdown(verdict: Verdict): string {
  checkAnswer("verdictMarkdown", verdict, "Verdict");
  const port = verdict.port === undefined ? "" : ` on ${verdict.port}`;
  const ports = verdict.answer === "yes" && verdict.port === undefined ? `: ${portsText(verdict)}` : "";
  const notes = notesOfVerdict(verdict).map((note) => `- ${markdownText(note)}\n`);
  return [
    `**${verdict.answer}${isLimitedOnly(verdict) ? ", some requests" : ""}** ${markdownCode(verdict.source)} to ${markdownCode(verdict.target)}${port}${ports}${verdict.request === undefined ? "" : ` with ${markdownCode(verdict.request)}`}\n\n`,
    markdownHead(["Direction", "Decides", "Rule", "Place", "Ports"]),
    ...directionRows("egress", verdict.egress),
    ...directionRows("ingress", verdict.ingress),
    ...(verdict.limited ?? []).map((each) => `\n${each.direction}: ${markdownText(limitedTexts([each]).join(""))}\n`),
    ...(notes.length === 0 ? [] : ["\n", ...notes]),
  ].join("");
}

const decisions = { allow: "allowed", deny: "denied", pass: "passed on", isolate: "blocked" } as const;

function directionRows(name: string, { answer, isolated, allowedBy, blockedBy, passedBy }: DirectionVerdict): string[] {
  const denies = blockedBy.filter(({ action }) => action === "deny");
  const rules = [...passedBy, ...(answer === "no" ? blockedBy : [...allowedBy, ...denies])];
  if (!isolated && rules.length === 0) return [markdownRow([name, "allowed", "not isolated", "", "All"])];
  return rules.map((rule) =>
    markdownRow([
      name,
      decisions[rule.action],
      markdownCode(`${objectText(rule.policy)} ${rule.path}`),
      markdownCode(placeText(rule.location)),
      rule.ports === undefined ? "none" : portsText(rule.ports),
    ]),
  );
}
