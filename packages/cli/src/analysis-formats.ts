import {
  type AnalysisReport,
  analysisMarkdown,
  analysisText,
  findingsCsv,
  findingsGithub,
  findingsJunit,
  jsonText,
  sarifText,
} from "@npa/core";
import type { Format } from "./output-targets.ts";
import type { ReportContext } from "./report-context.ts";

/** The formats of the report, in the order the help lists them. */
export const analysisFormatNames = ["text", "json", "sarif", "markdown", "junit", "github", "csv"] as const;

/** How the report is printed in each format. */
export function analysisFormats(
  report: AnalysisReport,
  context: ReportContext,
): Readonly<Record<(typeof analysisFormatNames)[number], Format>> {
  return {
    text: (options) => analysisText(report, options),
    json: () => jsonText(report),
    sarif: () => sarifText(report, context),
    markdown: () => analysisMarkdown(report),
    junit: () => findingsJunit(report, context),
    github: () => findingsGithub(report, context),
    csv: () => findingsCsv(report),
  };
}
