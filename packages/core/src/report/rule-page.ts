import { pageBody } from "./page-text.ts";
import { type TextOptions, paletteOf } from "./palette.ts";
import { type PrintedRule, ruleText } from "./rules.ts";
import { brokenText, paragraphIndent } from "./wrap.ts";

/** A rule's page for a terminal: the facts, then the text, headings and code set off. */
export function rulePageText(rule: PrintedRule, page: string, options: TextOptions = {}): string {
  const { bold, dim, cyan } = paletteOf(options);
  const lines: string[] = [];
  let inCode = false;
  for (const line of pageBody(page).split("\n")) {
    if (line.startsWith("```")) inCode = !inCode;
    else if (inCode) lines.push(line === "" ? "" : `    ${cyan(line)}`);
    else if (line.startsWith("#")) lines.push(bold(line.replace(/^#+ /, "")));
    else lines.push(withLinks(line, dim));
  }
  const text = brokenText(withoutTitle(lines, rule.title).join("\n"), options, paragraphIndent);
  return `${ruleText(rule, options)}\n${text}\n`;
}

function withLinks(line: string, dim: (text: string) => string): string {
  return line.replaceAll(
    /\[([^\]]*)\]\(([^)\s]*)\)/g,
    (_, text: string, target: string) => `${text} ${dim(`<${target}>`)}`,
  );
}

/** The facts above begin with the title already. */
function withoutTitle(lines: readonly string[], title: string): readonly string[] {
  const start = lines[0] === `${title}.` ? 1 : 0;
  return lines.slice(lines[start] === "" ? start + 1 : start);
}
