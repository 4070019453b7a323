import type { ExplainedDirection, ExplainedStep, Explanation } from "../answers/explanation.ts";
import { jsonText } from "./json.ts";
import { allowedJson, type JsonAllowed, type WithAllowed, withAllowed } from "./verdict-json.ts";

/** A step as JSON has it. */
export type ExplainedStepJson = Omit<ExplainedStep, "matches"> & { readonly matches: JsonAllowed };

/** One end as JSON has it. */
export type ExplainedDirectionJson = Omit<WithAllowed<ExplainedDirection>, "steps"> & {
  readonly steps: readonly ExplainedStepJson[];
};

/** An Explanation as JSON has it: with `allowed` in place of `answer`, and yes and no as true and false. */
export type ExplanationJson = WithAllowed<Omit<Explanation, "parts" | "egress" | "ingress">> & {
  readonly parts: readonly WithAllowed<Explanation["parts"][number]>[];
  readonly egress: ExplainedDirectionJson;
  readonly ingress: ExplainedDirectionJson;
};

/** The explanation in the shape that docs/json.md and its schema describe. */
export function toExplanationJson(explanation: Explanation): ExplanationJson {
  const { apiVersion, kind, source, target, port, answer, parts, egress, ingress, ...rest } = explanation;
  return {
    apiVersion,
    kind,
    source,
    target,
    ...(port === undefined ? {} : { port }),
    allowed: allowedJson[answer],
    parts: parts.map(withAllowed),
    egress: directionJson(egress),
    ingress: directionJson(ingress),
    ...rest,
  };
}

/** The same as JSON text. */
export function explanationJson(explanation: Explanation): string {
  return jsonText(toExplanationJson(explanation));
}

function directionJson({ steps, ...rest }: ExplainedDirection): ExplainedDirectionJson {
  return {
    ...withAllowed(rest),
    steps: steps.map(({ matches, ...step }) => ({ ...step, matches: allowedJson[matches] })),
  };
}
