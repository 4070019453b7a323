import { apiVersion } from "../answers/api-version.ts";
import { basisOf } from "../proof/basis-of.ts";
import type { Explanation } from "../answers/explanation.ts";
import type { Cluster } from "../model/cluster.ts";
import { asksForIcmp } from "../query/asked-port.ts";
import type { Question } from "../query/can.ts";
import { explainAnswer } from "../query/explain-answer.ts";
import { answerChanges } from "./answer-changes.ts";
import { askCluster, type ConnectivityOptions, completeAssumptions } from "./connectivity.ts";
import { stoppable } from "../lib/stoppable.ts";

/** What an explanation can be given, beside what every question about connectivity can. */
export interface ExplainOptions extends ConnectivityOptions {
  /** Look for edits that turn the answer: each is made and analysed. None is known for one request, and for ICMP. Default: true. */
  readonly changes?: boolean;
}

/**
 * Why `source` may or may not reach `target`: every policy and rule that is asked at either end, which come near and why
 * not, and the smallest edits that would turn the answer. Throws a UsageError when a name is not in the input.
 */
export function explain(
  cluster: Cluster,
  question: Omit<Question, "defaultNamespace"> & Partial<Question>,
  options: ExplainOptions = {},
): Explanation {
  return stoppable(options.signal, () => explanationOf(cluster, question, options));
}

function explanationOf(
  cluster: Cluster,
  question: Omit<Question, "defaultNamespace"> & Partial<Question>,
  options: ExplainOptions,
): Explanation {
  const asked = askCluster(cluster, question, options);
  const answer = explainAnswer(asked.reachability, asked.endpoints, asked.question, asked.answer);
  return {
    apiVersion,
    kind: "Explanation",
    ...answer,
    changes:
      options.changes === false || asked.question.request !== undefined || asksForIcmp(asked.question)
        ? []
        : answerChanges(asked, answer, options),
    ...basisOf(cluster, completeAssumptions(options, cluster)),
  };
}
