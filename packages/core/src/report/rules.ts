import type { Category, Severity } from "../answers/finding.ts";
import { csvRecord, markdownCode, markdownHead, markdownRow, markdownText } from "./escape.ts";
import { type TextOptions, paletteOf, severityPaint } from "./palette.ts";
import { wrapped } from "./wrap.ts";

/** A rule of the catalogue, as it is printed. */
export interface PrintedRule {
  /** By which settings and suppressions name it. */
  readonly id: string;
  /** How grave its findings are. */
  readonly severity: Severity;
  /** What its findings are about. */
  readonly category: Category;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** What of the input it cannot do without; empty where that is nothing. */
  readonly needs: readonly string[];
  /** `safe`, `suggested` or `none`. */
  readonly fix: string;
  /** The page of the rule: a path in the documentation, or its address. */
  readonly docs: string;
}

/** The catalogue as an aligned list, without categories where a terminal has no room for them. */
export function rulesText(rules: readonly PrintedRule[], options: TextOptions = {}): string {
  const palette = paletteOf(options);
  const ids = Math.max(0, ...rules.map(({ id }) => id.length));
  const titles = Math.max(0, ...rules.map(({ title }) => title.length));
  const withoutCategories = ids + 12;
  const hasCategories = options.width === undefined || withoutCategories + 14 + titles <= options.width;
  return rules
    .flatMap(({ id, severity, category, title }) => {
      const level = severityPaint(palette, severity)(severity.padEnd(8));
      const about = hasCategories ? `${palette.dim(category.padEnd(12))}  ` : "";
      return wrapped(`${id.padEnd(ids)}  ${level}  ${about}${title}`, options.width, withoutCategories);
    })
    .map((line) => `${line}\n`)
    .join("");
}

/** One rule's page. */
export function ruleText(rule: PrintedRule, options: TextOptions = {}): string {
  const { bold, dim } = paletteOf(options);
  const rows: readonly (readonly [string, string])[] = [
    ["severity", rule.severity],
    ["category", rule.category],
    ["needs", rule.needs.length === 0 ? "policies only" : rule.needs.join(", ")],
    ["fix", rule.fix],
    ["docs", rule.docs],
  ];
  return `${bold(rule.id)}\n${rule.title}\n\n${rows.map(([key, value]) => `${dim(key.padEnd(10))}${value}\n`).join("")}`;
}

/** One record per rule. */
export function rulesCsv(rules: readonly PrintedRule[]): string {
  return (
    csvRecord(["id", "severity", "category", "title", "needs", "fix", "docs"]) +
    rules
      .map((rule) =>
        csvRecord([rule.id, rule.severity, rule.category, rule.title, rule.needs.join(" "), rule.fix, rule.docs]),
      )
      .join("")
  );
}

/** A table of the catalogue. */
export function rulesMarkdown(rules: readonly PrintedRule[]): string {
  return (
    markdownHead(["Rule", "Severity", "Category", "What it finds"]) +
    rules
      .map(({ id, severity, category, title }) =>
        markdownRow([markdownCode(id), severity, category, markdownText(title)]),
      )
      .join("")
  );
}
