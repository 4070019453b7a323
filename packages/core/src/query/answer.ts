import type { Answer } from "../answers/verdict.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import type { QuestionPart } from "./resolve-endpoint.ts";

/** The answer about several: one yes is a yes. */
export function anyOf(answers: readonly Answer[]): Answer {
  return (["yes", "unknown"] as const).find((answer) => answers.includes(answer)) ?? "no";
}

/** The answer about one of several of which nobody knows which it is. */
export function oneOf(answers: readonly Answer[]): Answer {
  const [first = "no", ...rest] = answers;
  return rest.every((answer) => answer === first) ? first : "unknown";
}

/** What is certain is a yes, what is only possible is unknown. */
export function answerOf(certain: ConnectionId, possible: ConnectionId): Answer {
  return certain !== noConnections ? "yes" : possible !== noConnections ? "unknown" : "no";
}

/** "A pod cannot block access to itself": of a workload that can only have one pod, that is all there is to say. */
export function isOnePod(from: QuestionPart, to: QuestionPart): boolean {
  return from.id === to.id && !from.toItself && to.isWorkload;
}
