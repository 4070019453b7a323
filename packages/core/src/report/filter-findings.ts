import { checkAnswer } from "../lib/check-argument.ts";
import type { AnalysisReport } from "../answers/analysis-report.ts";
import { type Finding, type Severity, severities } from "../answers/finding.ts";

/** Which findings of a report are shown. */
export interface FindingFilter {
  /** This severity and worse. Default: all. */
  readonly severity?: Severity;
  /** Only these rules; or, each with a `!` before it, all but these. Default: all. */
  readonly rules?: readonly string[];
}

/** The report with the findings that a reader asked for. Its scores stay those of all of them. */
export function filterFindings(report: AnalysisReport, filter: FindingFilter): AnalysisReport {
  checkAnswer("filterFindings", report, "AnalysisReport");
  const isShown = shownBy(filter);
  const findings = report.findings.filter(isShown);
  if (findings.length === report.findings.length) return report;
  const counts = severities.map((severity) => [severity, findings.filter((each) => each.severity === severity).length]);
  const findingsBySeverity = Object.fromEntries(counts) as Record<Severity, number>; // one entry per severity
  return { ...report, findings, summary: { ...report.summary, findingsBySeverity } };
}

function shownBy({ severity, rules = [] }: FindingFilter): (finding: Finding) => boolean {
  const worst = severity === undefined ? severities.length : severities.indexOf(severity);
  const left = new Set(rules.filter((rule) => rule.startsWith("!")).map((rule) => rule.slice(1)));
  const only = new Set(rules.filter((rule) => !rule.startsWith("!")));
  return (finding) =>
    severities.indexOf(finding.severity) <= worst &&
    !left.has(finding.ruleId) &&
    (only.size === 0 || only.has(finding.ruleId));
}
