import { checkAnswer } from "../../lib/check-argument.ts";
import { gzipSync, strToU8 } from "fflate";
import type { AnalysisReport } from "../../answers/analysis-report.ts";
import type { ReportPicture } from "../../graph/report-picture.ts";
import { script, scriptHash, style, styleHash } from "./page-assets.js";
import { type HtmlOptions, pageOfReport } from "./page-of-report.ts";

/** In Node as in browsers. */
declare function btoa(bytes: string): string;

/**
 * The report as one HTML file that needs nothing else: it opens from disk, with no network. What it shows is compressed
 * data, which its own program writes as text; a content security policy lets no other program run, and nothing be loaded.
 */
export function analysisHtml(report: AnalysisReport, pictures: readonly ReportPicture[], options: HtmlOptions): string {
  checkAnswer("analysisHtml", report, "AnalysisReport");
  const json = JSON.stringify(pageOfReport(report, pictures, options));
  // No time in it: the same report is the same file.
  const data = base64(gzipSync(strToU8(json), { level: 6, mtime: 0 }));
  const policy = `default-src 'none'; script-src 'sha256-${scriptHash}'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="npa">
<title>npa report</title>
<style>${style}</style>
</head>
<body>
<noscript>This report needs JavaScript to show its data. It loads nothing from anywhere.</noscript>
<main id="app"></main>
<script type="application/gzip+base64" id="data">${data}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

function base64(bytes: Uint8Array): string {
  let text = "";
  // So many bytes at once as a call takes arguments; a multiple of three, so that the pieces fit together.
  const step = 3 * 8_192;
  for (let at = 0; at < bytes.length; at += step) text += btoa(String.fromCharCode(...bytes.subarray(at, at + step)));
  return text;
}
