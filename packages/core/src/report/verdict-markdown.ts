import type { DirectionVerdict, Verdict } from "../answers/verdict.ts";
import { markdownCode, markdownHead, markdownRow, markdownText } from "./escape.ts";
import { objectText, placeText, portsText } from "./words.ts";
import { verdictNotes } from "./verdict-notes.ts";

/** The answer of `npa can` as Markdown. */
export function verdictMarkdown(verdict: Verdict): string {
  const port = verdict.port === undefined ? "" : ` on ${verdict.port}`;
  const ports = verdict.answer === "yes" && verdict.port === undefined ? `: ${portsText(verdict)}` : "";
  const notes = verdictNotes(verdict).map((note) => `- ${markdownText(note)}\n`);
  return [
    `**${verdict.answer}** ${markdownCode(verdict.source)} to ${markdownCode(verdict.target)}${port}${ports}\n\n`,
    markdownHead(["Direction", "Decides", "Rule", "Place", "Ports"]),
    ...directionRows("egress", verdict.egress),
    ...directionRows("ingress", verdict.ingress),
    ...(notes.length === 0 ? [] : ["\n", ...notes]),
  ].join("");
}

function directionRows(name: string, { isolated, allowedBy, blockedBy }: DirectionVerdict): string[] {
  if (!isolated && allowedBy.length === 0) return [markdownRow([name, "allowed", "not isolated", "", "All"])];
  const decides = allowedBy.length > 0 ? "allowed" : "blocked";
  return (allowedBy.length > 0 ? allowedBy : blockedBy).map((rule) =>
    markdownRow([
      name,
      decides,
      markdownCode(`${objectText(rule.policy)} ${rule.path}`),
      markdownCode(placeText(rule.location)),
      rule.ports === undefined ? "none" : portsText(rule.ports),
    ]),
  );
}
