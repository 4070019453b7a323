import type { Category, Finding, Severity } from "../answers/finding.ts";
import { firstLink, pageBody, pageSection, plainText } from "./page-text.ts";
import type { PrintedRule } from "./rules.ts";
import type { SarifLevel, SarifRule } from "./sarif-types.ts";

/** GitHub shows at most this much of a rule's description. */
const maxDescription = 1024;

/** SARIF's three levels. */
export const sarifLevels: Readonly<Record<Severity, SarifLevel>> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
  info: "note",
};

/** GitHub's words for the same, of rules that are no security rules. */
const problemSeverity: Readonly<Record<SarifLevel, string>> = {
  error: "error",
  warning: "warning",
  note: "recommendation",
};

/** The middle of GitHub's bands: above 9.0 critical, from 7.0 high, from 4.0 medium, from 0.1 low. */
const securitySeverity: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
  info: "0.1",
};

/** Improper Restriction of Communication Channel to Intended Endpoints: what every security rule is about. */
const securityTags = ["security", "external/cwe/cwe-923"];

/** The rules as SARIF describes them, in the order of the catalogue. */
export function sarifRules(
  rules: readonly PrintedRule[],
  pages: Readonly<Record<string, string>> = {},
): readonly SarifRule[] {
  return rules.map((rule) => sarifRule(rule, pages[rule.id] ?? ""));
}

/** What little is known of a rule that is not in the catalogue. */
export function uncataloguedRule({ ruleId, severity, category }: Finding): SarifRule {
  const title = ruleId.replaceAll("-", " ");
  return describe({ id: ruleId, severity, category }, { title, description: title, text: title, markdown: title });
}

function sarifRule(rule: PrintedRule, page: string): SarifRule {
  const found = plainText(pageSection(page, "What it finds"));
  const body = pageBody(page);
  const link = firstLink(page);
  return {
    ...describe(rule, {
      title: rule.title,
      description: shortened(found || rule.title),
      text: plainText(body) || rule.title,
      markdown: withoutLocalLinks(body) || rule.title,
    }),
    ...(link === undefined ? {} : { helpUri: link }),
  };
}

interface RuleTexts {
  readonly title: string;
  readonly description: string;
  readonly text: string;
  readonly markdown: string;
}

function describe(
  rule: { readonly id: string; readonly severity: Severity; readonly category: Category },
  { title, description, text, markdown }: RuleTexts,
): SarifRule {
  const level = sarifLevels[rule.severity];
  const isSecurity = rule.category === "security";
  return {
    id: rule.id,
    name: rule.id.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: description },
    help: { text, markdown },
    defaultConfiguration: { level },
    properties: {
      tags: [...(isSecurity ? securityTags : [rule.category]), "kubernetes", "network-policy"],
      precision: "high",
      "problem.severity": problemSeverity[level],
      ...(isSecurity ? { "security-severity": securitySeverity[rule.severity] } : {}),
    },
  };
}

function shortened(text: string): string {
  return text.length <= maxDescription ? text : `${text.slice(0, maxDescription - 1)}…`;
}

/** Links to other pages of npa lead nowhere on a code host. */
function withoutLocalLinks(markdown: string): string {
  return markdown.replaceAll(/\[([^\]]*)\]\((?!https:\/\/)[^)\s]*\)/g, "$1");
}
