import { checkAnswer } from "../lib/check-argument.ts";
import { groupBy } from "../lib/group-by.ts";
import type { AnalysisReport } from "../answers/analysis-report.ts";
import { type Finding, type Severity, severities } from "../answers/finding.ts";
import { markdownCode, markdownHead, markdownRow, markdownText } from "./escape.ts";
import { gainText } from "./analysis-advice-text.ts";
import { type FindingEntry, entriesOf } from "./finding-entries.ts";
import { counted, grouped, makingTexts, objectText, percent, placeText, rounded, shortened } from "./words.ts";

/** A comment on GitHub has at most 65,536 characters; the rest is for the note, and for what the sender adds. */
const maxLength = 60_000;
/** A cell of the table: a manifest's author may have given it any length. */
const maxCell = 600;
/** How many opportunities are listed, and how much room they may take. */
const maxAdvice = 20;
const adviceRoom = 12_000;
/** What a table takes beside its rows, and the last note. */
const tableRoom = 400;
/** Findings that a reviewer need not open to see. */
const shownAtOnce: ReadonlySet<Severity> = new Set(["critical", "high"]);

/** The report as Markdown: a pull request comment, or a job summary of GitHub. Findings that have no room are counted. */
export function analysisMarkdown(report: AnalysisReport, options: { readonly all?: boolean } = {}): string {
  checkAnswer("analysisMarkdown", report, "AnalysisReport");
  const settings = makingTexts(report)
    .map((text) => `\nMade with: ${markdownText(text)}\n`)
    .join("");
  const head = `## Network policies\n\n${summaryTable(report)}${settings}`;
  const advice = adviceList(report);
  const room = maxLength - head.length - advice.length;
  return `${head}\n### Findings\n\n${findingsBySeverity(report.findings, room, options)}${advice}`;
}

function summaryTable({
  summary,
  performanceMetrics,
  securityScore,
  overallScore,
  environments = [],
}: AnalysisReport): string {
  const score = (value: number | null): string => (value === null ? "none" : `${rounded(value)}/100`);
  const found = severities.filter((severity) => summary.findingsBySeverity[severity] > 0);
  const rows: readonly (readonly [string, string])[] = [
    ["Policies", `${grouped(summary.policies)} in force, ${grouped(summary.refusedPolicies)} refused`],
    ["Namespaces", grouped(summary.namespaces)],
    ["Workloads", `${grouped(summary.workloads)} with ${counted(summary.pods, "pod")}`],
    ["Isolated", `ingress ${grouped(summary.isolatedIngress)}, egress ${grouped(summary.isolatedEgress)} workloads`],
    [
      "Pod pairs that may talk",
      `${grouped(summary.podPairs)} of ${grouped(summary.possiblePodPairs)} (${percent(summary.podPairs, summary.possiblePodPairs)})`,
    ],
    ["Findings", found.map((severity) => `${summary.findingsBySeverity[severity]} ${severity}`).join(", ") || "none"],
    ["Performance score", score(performanceMetrics.performanceScore)],
    ["Security score", score(securityScore)],
    ["Overall score", score(overallScore)],
    ...environments.map(({ name, scores }): readonly [string, string] => [
      `Overall score of ${markdownText(name)}`,
      score(scores.overallScore),
    ]),
  ];
  return markdownHead(["", ""]) + rows.map(markdownRow).join("");
}

function findingsBySeverity(findings: readonly Finding[], room: number, options: { readonly all?: boolean }): string {
  if (findings.length === 0) return "None.\n";
  const groups = groupBy(findings, ({ severity }) => severity);
  let left = room;
  let cut = 0;
  let text = "";
  for (const severity of severities) {
    const group = groups.get(severity) ?? [];
    const entries = entriesOf(group, options);
    const rows = itemsWithin(findingRows(entries), left - tableRoom);
    if (rows.length > 0) text += severityTable(severity, group.length, rows);
    cut += entries.slice(rows.length).reduce((sum, { repeats }) => sum + 1 + repeats.length, 0);
    left = room - text.length;
  }
  return cut === 0
    ? text
    : `${text}\nand ${counted(cut, "more finding")}: a comment has no room for them, \`-o json\` has all.\n`;
}

/** The first items, as many as have room. */
function itemsWithin(items: Iterable<string>, room: number): readonly string[] {
  const shown: string[] = [];
  let left = room;
  for (const item of items) {
    left -= item.length;
    if (left < 0) break;
    shown.push(item);
  }
  return shown;
}

function* findingRows(entries: readonly FindingEntry[]): Generator<string> {
  for (const entry of entries) yield findingRow(entry);
}

function severityTable(severity: Severity, count: number, rows: readonly string[]): string {
  const table = markdownHead(["Severity", "Rule", "Place", "Finding"]) + rows.join("");
  const title = `${grouped(count)} ${severity}`;
  if (shownAtOnce.has(severity)) return `#### ${title}\n\n${table}\n`;
  return `<details><summary>${title}</summary>\n\n${table}\n</details>\n\n`;
}

function findingRow({ finding, repeats }: FindingEntry): string {
  const { severity, ruleId, location, object, message, affected, affectedCount, fix } = finding;
  const place = location === undefined ? objectText(object) : placeText(location);
  const affects = affectedCount === 0 ? "" : `<br>Affects ${markdownText(cell(shortened(affected, affectedCount, 3)))}`;
  const advice = fix === undefined ? "" : `<br>Fix: ${markdownText(cell(fix.description))}`;
  const names = repeats.map((other) => objectText(other.object));
  const more =
    names.length === 0
      ? ""
      : `<br>The same ${counted(names.length, "time")} more: ${markdownText(cell(shortened(names, names.length, 3)))}`;
  return markdownRow([
    severity,
    markdownCode(ruleId),
    markdownCode(cell(place)),
    `${markdownText(cell(message))}${affects}${more}${advice}`,
  ]);
}

function cell(text: string): string {
  return text.length <= maxCell ? text : `${text.slice(0, maxCell - 1)}…`;
}

function adviceList({
  optimization,
  optimizationOpportunities,
  consolidationCandidates,
  clusterWide,
}: AnalysisReport): string {
  const items = [
    ...(optimization === undefined ? [] : [`- ${markdownText(gainText(optimization))}\n`]),
    ...optimizationOpportunities.map(
      ({ namespace, description, recommendation }) =>
        `- ${markdownCode(namespace)}: ${markdownText(cell(description))}: ${markdownText(cell(recommendation))}\n`,
    ),
    ...consolidationCandidates.map(
      ({ namespace, policies }) =>
        `- ${markdownCode(namespace)}: ${policies.slice(0, 10).map(markdownCode).join(", ")} could be one policy\n`,
    ),
    ...(clusterWide?.consolidationCandidates ?? []).map(
      ({ policies }) =>
        `- ${policies
          .slice(0, 10)
          .map(({ kind, name }) => `${kind} ${markdownCode(name)}`)
          .join(", ")} could be one policy\n`,
    ),
  ];
  if (items.length === 0) return "";
  const shown = itemsWithin(items, adviceRoom).slice(0, maxAdvice);
  const rest = items.length - shown.length;
  const more = rest > 0 ? `- and ${grouped(rest)} more\n` : "";
  return `\n### What could be simpler\n\n${shown.join("")}${more}`;
}
