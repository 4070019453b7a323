import {
  type AnalysisReport,
  type Fix,
  type TextOf,
  analysisMarkdown,
  analysisPrometheus,
  analysisText,
  findingsCsv,
  findingsGithub,
  findingsGitlab,
  findingsJunit,
  jsonPieces,
  sarifText,
} from "@npa/core";
import type { Format } from "./output-targets.ts";
import type { ReportContext } from "./report-context.ts";

/** The formats of the report, in the order the help lists them. */
export const analysisFormatNames = [
  "text",
  "json",
  "sarif",
  "markdown",
  "junit",
  "github",
  "gitlab",
  "csv",
  "prometheus",
  "html",
] as const;

/** How much of the findings is shown. */
export interface ShownAs {
  /** Every finding, and none collapsed into others. */
  readonly all?: boolean;
  /** How many findings --severity and --rule have left out. */
  readonly leftOut?: number;
  /** The texts for code frames, when they are wanted. */
  readonly textOf?: TextOf;
  /** The fixes that another run could write into the files. */
  readonly writableFixes?: readonly Fix["kind"][];
  /** The page of `-o html`, where it is wanted. */
  readonly html?: string;
}

/** How the report is printed in each format. */
export function analysisFormats(
  report: AnalysisReport,
  context: ReportContext & ShownAs,
): Readonly<Record<(typeof analysisFormatNames)[number], Format>> {
  return {
    text: (options) => analysisText(report, { ...options, ...context }),
    json: () => jsonPieces(report),
    sarif: () => sarifText(report, context),
    markdown: () => analysisMarkdown(report, context),
    junit: () => findingsJunit(report, context),
    github: () => findingsGithub(report, context),
    gitlab: () => findingsGitlab(report, context),
    prometheus: () => analysisPrometheus(report),
    csv: () => findingsCsv(report, context),
    html: () => context.html ?? "",
  };
}
