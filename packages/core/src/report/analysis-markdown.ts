import { type AnalysisReport, type Finding, severities } from "../result.ts";
import { markdownCode, markdownHead, markdownRow, markdownText } from "./escape.ts";
import { counted, grouped, objectText, percent, placeText, rounded, shortened } from "./words.ts";

/** A pull request comment has a limit of 65,536 characters: findings beyond this many are only counted. */
const maxFindings = 100;

/** The report as Markdown: a pull request comment, or a page of a wiki. */
export function analysisMarkdown(report: AnalysisReport): string {
  return [
    "## Network policies\n\n",
    summaryTable(report),
    "\n### Findings\n\n",
    findingsTable(report.findings),
    adviceList(report),
  ].join("");
}

function summaryTable({
  summary,
  totalPolicies,
  performanceMetrics,
  securityScore,
  overallScore,
}: AnalysisReport): string {
  const score = (value: number | null): string => (value === null ? "none" : `${rounded(value)}/100`);
  const found = severities.filter((severity) => summary.findingsBySeverity[severity] > 0);
  const rows: readonly (readonly [string, string])[] = [
    ["Policies", `${grouped(totalPolicies)} in force, ${grouped(summary.refusedPolicies)} refused`],
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
  ];
  return markdownHead(["", ""]) + rows.map(markdownRow).join("");
}

function findingsTable(findings: readonly Finding[]): string {
  if (findings.length === 0) return "None.\n";
  const rest = findings.length - maxFindings;
  return [
    markdownHead(["Severity", "Rule", "Place", "Finding"]),
    ...findings.slice(0, maxFindings).map(findingRow),
    ...(rest > 0 ? [`\nand ${grouped(rest)} more.\n`] : []),
  ].join("");
}

function findingRow({ severity, ruleId, location, object, message, affected, affectedCount, fix }: Finding): string {
  const place = location === undefined ? objectText(object) : placeText(location);
  const affects = affectedCount === 0 ? "" : `<br>Affects ${markdownText(shortened(affected, affectedCount, 3))}`;
  const advice = fix === undefined ? "" : `<br>Fix: ${markdownText(fix.description)}`;
  return markdownRow([
    severity,
    markdownCode(ruleId),
    markdownCode(place),
    `${markdownText(message)}${affects}${advice}`,
  ]);
}

function adviceList({ optimizationOpportunities, consolidationCandidates }: AnalysisReport): string {
  const items = [
    ...optimizationOpportunities.map(
      ({ namespace, description, recommendation }) =>
        `- ${markdownCode(namespace)}: ${markdownText(description)}: ${markdownText(recommendation)}\n`,
    ),
    ...consolidationCandidates.map(
      ({ namespace, policies }) =>
        `- ${markdownCode(namespace)}: ${policies.slice(0, 10).map(markdownCode).join(", ")} could be one policy\n`,
    ),
  ];
  return items.length === 0 ? "" : `\n### What could be simpler\n\n${items.slice(0, maxFindings).join("")}`;
}
