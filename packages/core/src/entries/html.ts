/** The report as an HTML page: "@npa/core/html". An entry of its own, for it carries the program of the page. */
export { reportPicture } from "../analysis/report-picture.ts";
export type { PictureRule, ReportPicture } from "../graph/report-picture.ts";
export { analysisHtml } from "../report/html/analysis-html.ts";
export type { HtmlOptions } from "../report/html/page-of-report.ts";
