import { checkFindings } from "../lib/check-argument.ts";
import type { Finding } from "../answers/finding.ts";
import type { AnalysisReport } from "../answers/analysis-report.ts";
import { csvRecord } from "./escape.ts";
import { type FindingEntry, entriesOf } from "./finding-entries.ts";
import { makingTexts } from "./words.ts";

const columns = [
  "severity",
  "rule",
  "category",
  "file",
  "line",
  "column",
  "kind",
  "namespace",
  "name",
  "message",
  "affectedCount",
  "affected",
  "fix",
  "count",
] as const;

/** One record per finding of a report; what is found alike of several objects is one, with a count, unless `all`. */
export function findingsCsv(
  report: Pick<AnalysisReport, "configuration"> &
    Partial<Pick<AnalysisReport, "suppressed">> & {
      readonly findings: readonly Finding[];
    },
  options: { readonly all?: boolean } = {},
): string {
  checkFindings("findingsCsv", report);
  return (
    csvRecord(columns) +
    entriesOf(report.findings, options)
      .map((entry) => csvRecord(record(entry)))
      .join("") +
    makingTexts(report)
      .map((text) => csvRecord(makingRecord(text)))
      .join("")
  );
}

/** The last records: which configuration the findings were made with, and what is silenced. */
function makingRecord(text: string): readonly string[] {
  const values: Partial<Record<(typeof columns)[number], string>> = {
    severity: "info",
    rule: "configuration",
    message: text,
  };
  return columns.map((column) => values[column] ?? "");
}

function record({ finding, repeats }: FindingEntry): readonly string[] {
  const { ruleId, severity, category, message, location, object, affected, affectedCount, fix } = finding;
  return [
    severity,
    ruleId,
    category,
    location?.file ?? "",
    location === undefined ? "" : String(location.line),
    location === undefined ? "" : String(location.column),
    object.kind,
    object.namespace ?? "",
    object.name,
    message,
    String(affectedCount),
    affected.join(" "),
    fix?.description ?? "",
    String(1 + repeats.length),
  ];
}
