import { checkFindings } from "../lib/check-argument.ts";
import type { AnalysisReport } from "../answers/analysis-report.ts";
import type { Finding, Severity } from "../answers/finding.ts";
import { sha256Hex } from "../lib/sha256.ts";
import { type PathOf, artifactPath, objectPath } from "./artifact-path.ts";
import { printable } from "./escape.ts";
import { fingerprintsOf } from "./fingerprint.ts";
import { jsonText } from "./json.ts";
import { makingTexts } from "./words.ts";

/** One entry of a Code Quality report, as GitLab reads it. */
export interface GitlabIssue {
  /** The message of the finding. */
  readonly description: string;
  /** The rule. */
  readonly check_name: string;
  /** What GitLab tells a finding from others by. */
  readonly fingerprint: string;
  /** That of the finding, in GitLab's words. */
  readonly severity: "info" | "minor" | "major" | "critical" | "blocker";
  /** The file and the first line of the finding. */
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

/** How findings are told to GitLab. */
export interface GitlabOptions {
  /** Where a file is in the repository. Without it, file names are taken to be relative to the root. */
  readonly pathOf?: PathOf;
}

const severityOf: Readonly<Record<Severity, GitlabIssue["severity"]>> = {
  critical: "blocker",
  high: "critical",
  medium: "major",
  low: "minor",
  info: "info",
};

/** The findings as a GitLab Code Quality report. Each has a fingerprint that holds when lines move. */
export function toGitlabIssues(
  report: Partial<Pick<AnalysisReport, "configuration" | "suppressed">> & { readonly findings: readonly Finding[] },
  { pathOf }: GitlabOptions = {},
): readonly GitlabIssue[] {
  checkFindings("toGitlabIssues", report);
  const { findings } = report;
  const fingerprints = fingerprintsOf(findings);
  const issues = findings.map(({ ruleId, severity, message, location, object, fix }, i) => ({
    description: printable(fix === undefined ? message : `${message}. Fix: ${fix.description}`),
    check_name: ruleId,
    fingerprint: sha256Hex(fingerprints[i] ?? "").slice(0, 40),
    severity: severityOf[severity],
    location: {
      path: location === undefined ? objectPath(object) : artifactPath(location.file, pathOf),
      lines: { begin: Math.max(1, location?.line ?? 1) },
    },
  }));
  return [...issues, ...makingTexts(report).map((text) => makingIssue(text, report.configuration?.file, pathOf))];
}

/** What a reader must know of how the report was made: GitLab has no other place for it. */
function makingIssue(text: string, file = ".", pathOf?: PathOf): GitlabIssue {
  return {
    description: printable(text),
    check_name: "npa",
    fingerprint: sha256Hex(`npa ${text}`).slice(0, 40),
    severity: "info",
    location: { path: file === "." ? file : artifactPath(file, pathOf), lines: { begin: 1 } },
  };
}

/** The same as JSON text: the file for `artifacts:reports:codequality`. */
export function findingsGitlab(
  report: Partial<Pick<AnalysisReport, "configuration" | "suppressed">> & { readonly findings: readonly Finding[] },
  options: GitlabOptions = {},
): string {
  return jsonText(toGitlabIssues(report, options));
}
