import type { VerdictPart } from "../answers/verdict.ts";
import { UsageError } from "../lib/usage-error.ts";
import type { ListedEndpoint } from "../reachability/endpoints.ts";
import { formatPorts } from "../reachability/format-ports.ts";
import { ingressControllerTraffic, type RoutedTraffic } from "../reachability/ingress-controller.ts";
import type { Bound } from "../reachability/part-expander.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { type ConnectionId, type ConnectionTable, noConnections } from "../sets/connection-set.ts";
import { rulesForUnknownPod } from "./unknown-pod-rules.ts";
import { type AskedPorts, askedPorts } from "./asked-port.ts";
import { answerOf, anyOf } from "./answer.ts";
import type { CanAnswer, Question } from "./can.ts";
import type { SubjectAndPeer } from "./direction-verdict.ts";
import { type QuestionPart, type QuestionSide, resolveEndpoint } from "./resolve-endpoint.ts";

/** The name of the end that stands for whatever serves the Ingress, Route and Gateway objects. */
export const ingressController = "ingress-controller";

/** What is asked of the ingress controller: the pods that are meant, and what routes lead to there. */
export interface RoutedQuestion {
  readonly routed: RoutedTraffic;
  readonly target: QuestionSide;
  readonly port: AskedPorts;
  /** Every part of the target, with itself in the place of the source, whose labels are not known. */
  readonly pairs: readonly SubjectAndPeer[];
}

/** Finds what a question speaks of. Throws a UsageError where no route leads to a workload, and for names that are not there. */
export function readRoutedQuestion(
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
  question: Question,
): RoutedQuestion {
  const routed = ingressControllerTraffic(reachability, endpoints);
  if (routed.endpoint === undefined)
    throw new UsageError(
      "no Ingress, Route or Gateway object of the input leads to a workload: there is no ingress-controller",
    );
  const target = resolveEndpoint(question.target, reachability, endpoints, question.defaultNamespace);
  const port = askedPorts(question.port, target, reachability);
  const pairs = target.parts.map((part) => ({
    from: part,
    to: part,
    asked: ofPart(part, routed.asked, port, endpoints, reachability.table),
  }));
  return { routed, target, port, pairs };
}

function ofPart(
  part: QuestionPart,
  connections: ReadonlyMap<ListedEndpoint, ConnectionId>,
  port: AskedPorts,
  endpoints: readonly ListedEndpoint[],
  table: ConnectionTable,
): ConnectionId {
  const endpoint = endpoints.find((each) => each.endpoint.id === part.id);
  const all = endpoint === undefined ? undefined : connections.get(endpoint);
  return table.intersection(all ?? noConnections, port.of(part));
}

/**
 * May whatever serves the routes of the input reach `target`? It is a pod of unknown labels, and sends only what some route
 * leads to. Throws a UsageError where no route leads to a workload.
 */
export function answerFromIngressController(
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
  question: Question,
): CanAnswer {
  const { table } = reachability;
  const { routed, target, port, pairs } = readRoutedQuestion(reachability, endpoints, question);
  const sent = (part: QuestionPart, bound: Bound): ConnectionId => ofPart(part, routed[bound], port, endpoints, table);
  const parts = target.parts.map((part): VerdictPart => {
    const certain = sent(part, "certain");
    const answer = answerOf(certain, sent(part, "possible"));
    return { source: ingressController, target: part.id, answer, ...formatPorts(certain, table) };
  });
  const answer = anyOf(parts.map((part) => part.answer));
  const total = target.parts.reduce((sum, part) => table.union(sum, sent(part, "certain")), noConnections);
  return {
    source: ingressController,
    target: target.label,
    ...(port.label === undefined ? {} : { port: port.label }),
    answer,
    partial: new Set(parts.map((part) => part.answer)).size > 1,
    parts,
    ...formatPorts(total, table),
    egress: { answer: "yes", isolated: false, allowedBy: [], blockedBy: [], passedBy: [] },
    ingress: {
      answer,
      isolated: target.parts.some(({ classId }) => reachability.isIsolated(classId, "ingress")),
      ...rulesForUnknownPod(
        reachability,
        pairs.map(({ from, asked }) => ({ classId: from.classId, asked })),
      ),
    },
    because: answer === "unknown" ? routed.because : [],
    notes: [...port.notes, controllerNote(routed, reachability)],
  };
}

function controllerNote({ controllers }: RoutedTraffic, { options }: Reachability): string {
  const sends = "which sends what Ingress, Route and Gateway objects lead to";
  const [first, ...more] = controllers;
  const { ingressController: assumed } = options.assumptions;
  if (first === undefined && assumed !== "unknown")
    return `the ingress controller is taken for a pod with ${assumed} (assumption ingressController), ${sends}`;
  return first === undefined
    ? `the ingress controller is taken for a pod of unknown labels in an unknown namespace, ${sends}`
    : `the ingress controller is ${first.endpoint.id}${more.length === 0 ? "" : ` or ${more.length} more`}, ${sends}`;
}
