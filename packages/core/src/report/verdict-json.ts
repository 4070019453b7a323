import { checkAnswer } from "../lib/check-argument.ts";
import type { Answer, DirectionVerdict, Verdict, VerdictPart } from "../answers/verdict.ts";
import { jsonText } from "./json.ts";

/** An answer as JSON has it, under the name `allowed`: other programs read it as true, false or "unknown". */
export type JsonAllowed = boolean | "unknown";

/** A Verdict as JSON has it: with `allowed` in place of `answer`. */
export type VerdictJson = WithAllowed<Omit<Verdict, "parts" | "egress" | "ingress">> & {
  readonly parts: readonly WithAllowed<VerdictPart>[];
  readonly egress: WithAllowed<DirectionVerdict>;
  readonly ingress: WithAllowed<DirectionVerdict>;
};

/** An answer in the words of JSON. */
export type WithAllowed<T extends { readonly answer: Answer }> = Omit<T, "answer"> & { readonly allowed: JsonAllowed };

/** Answers as JSON has them. */
export const allowedJson: Readonly<Record<Answer, JsonAllowed>> = { yes: true, no: false, unknown: "unknown" };

/** The verdict in the shape that docs/json.md and its schema describe. */
export function toVerdictJson(verdict: Verdict): VerdictJson {
  checkAnswer("toVerdictJson", verdict, "Verdict");
  const { apiVersion, kind, source, target, port, request, answer, parts, egress, ingress, ...rest } = verdict;
  return {
    apiVersion,
    kind,
    source,
    target,
    ...(port === undefined ? {} : { port }),
    ...(request === undefined ? {} : { request }),
    allowed: allowedJson[answer],
    parts: parts.map(withAllowed),
    egress: withAllowed(egress),
    ingress: withAllowed(ingress),
    ...rest,
  };
}

/** The same as JSON text. */
export function verdictJson(verdict: Verdict): string {
  return jsonText(toVerdictJson(verdict));
}

/** The same with `allowed` in place of `answer`. */
export function withAllowed<T extends { readonly answer: Answer }>({ answer, ...rest }: T): WithAllowed<T> {
  return { ...rest, allowed: allowedJson[answer] };
}
