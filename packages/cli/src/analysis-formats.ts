import { type AnalysisReport, analysisMarkdown, analysisText, findingsCsv, findingsGithub, jsonText } from "@npa/core";
import type { Format } from "./output-targets.ts";

/** The formats of the report, in the order the help lists them. */
export const analysisFormatNames = ["text", "json", "markdown", "csv", "github"] as const;

/** How the report is printed in each format. */
export function analysisFormats(
  report: AnalysisReport,
): Readonly<Record<(typeof analysisFormatNames)[number], Format>> {
  return {
    text: (options) => analysisText(report, options),
    json: () => jsonText(report),
    markdown: () => analysisMarkdown(report),
    csv: () => findingsCsv(report),
    github: () => findingsGithub(report),
  };
}
