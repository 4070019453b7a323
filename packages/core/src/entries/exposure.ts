/** Who is open to whom, present or not: "@npa/core/exposure". An entry of its own, so that it is loaded only where somebody asks. */
export { exposure } from "../analysis/exposure.ts";
export type * from "../answers/exposure.ts";
export { exposureCsv } from "../report/exposure-csv.ts";
export { type ExposureJson, exposureJson, toExposureJson } from "../report/exposure-json.ts";
export { exposureMarkdown } from "../report/exposure-markdown.ts";
export { exposureText } from "../report/exposure-text.ts";
