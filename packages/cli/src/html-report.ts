import type { AnalysisReport, ConnectivityOptions } from "@npa/core";
import type { Input } from "./input.ts";
import type { Target } from "./output-targets.ts";
import type { ReportContext } from "./report-context.ts";
import { version } from "./version.ts";

/** More environments than this are not drawn: the findings are of all. */
const mostPictures = 20;

/** The HTML report, when it is wanted; the page and what draws it are loaded only then. */
export async function htmlReport(
  report: AnalysisReport,
  inputs: readonly Input[],
  targets: readonly Target[],
  options: ConnectivityOptions,
  { rules }: Pick<ReportContext, "rules">,
): Promise<{ readonly html?: string }> {
  if (!targets.some(({ format }) => format === "html")) return {};
  const { analysisHtml, reportPicture } = await import("@npa/core/html");
  const pictures = inputs
    .filter(({ cluster }) => cluster.workloads.length > 0)
    .slice(0, mostPictures)
    .map(({ cluster, environment }) => ({
      ...reportPicture(cluster, options),
      ...(environment === undefined ? {} : { name: environment.name }),
    }));
  const texts = new Map(inputs.flatMap((input) => input.texts?.sources ?? []).map(({ name, text }) => [name, text]));
  return { html: analysisHtml(report, pictures, { version: version(), rules, textOf: (file) => texts.get(file) }) };
}
