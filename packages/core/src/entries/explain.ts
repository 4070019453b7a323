/** Why something may or may not connect: "@npa/core/explain". An entry of its own, so that it is loaded only where somebody asks. */
export { type ExplainOptions, explain } from "../analysis/explain.ts";
export type * from "../answers/explanation.ts";
export {
  type ExplainedDirectionJson,
  type ExplainedStepJson,
  type ExplanationJson,
  explanationJson,
  toExplanationJson,
} from "../report/explanation-json.ts";
export { explanationMarkdown } from "../report/explanation-markdown.ts";
export { explanationMermaid } from "../report/explanation-mermaid.ts";
export { explanationText } from "../report/explanation-text.ts";
