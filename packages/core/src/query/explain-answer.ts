import type { Explanation } from "../answers/explanation.ts";
import type { PortSpec, Rule } from "../model/policy.ts";
import type { ClassId } from "../reachability/class-set.ts";
import type { ListedEndpoint } from "../reachability/endpoints.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { noConnections } from "../sets/connection-set.ts";
import { type CanAnswer, type Question, readQuestion, type ReadQuestion } from "./can.ts";
import { explainDirection } from "./explain-direction.ts";
import { explainFromController } from "./explain-from-controller.ts";
import { ingressController, readRoutedQuestion } from "./from-ingress-controller.ts";
import { outsideNotes } from "./outside-notes.ts";
import { askedLeadingPorts, leadingPorts } from "./service-ports.ts";

/** What an explanation adds to an answer. */
export type ExplainedAnswer = Omit<CanAnswer, "egress" | "ingress"> &
  Pick<Explanation, "egress" | "ingress" | "servicePorts" | "restsOn">;

/** The answer of `can`. */
type Known = CanAnswer & Pick<Explanation, "restsOn">;

const mostServicePorts = 20;

/** Every step that leads to an answer. */
export function explainAnswer(
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
  question: Question,
  answer: Known,
): ExplainedAnswer {
  if (question.source === ingressController) return fromController(reachability, endpoints, question, answer);
  const read = readQuestion(reachability, endpoints, question);
  const leading = leadingPorts(read, reachability);
  const of = (direction: "egress" | "ingress"): Explanation["egress"] => {
    const pairs = direction === "egress" ? read.pairs : read.backwards;
    return explainDirection({ reachability, direction, pairs, port: read.port.label, leading }, answer[direction]);
  };
  return {
    ...answer,
    egress: of("egress"),
    ingress: of("ingress"),
    servicePorts: askedLeadingPorts(leading, read, reachability)
      .slice(0, mostServicePorts)
      .map(({ use }) => use),
    notes: [...answer.notes, ...dnsNotes(reachability, read), ...outsideNotes(read, reachability)],
  };
}

/** The controller sends; only the other end is asked. */
function fromController(
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
  question: Question,
  answer: Known,
): ExplainedAnswer {
  const read = readRoutedQuestion(reachability, endpoints, question);
  const leading = leadingPorts(read, reachability);
  const { answer: sends, isolated } = answer.egress;
  return {
    ...answer,
    egress: { answer: sends, isolated, byDefault: true, steps: [], decidedBy: [], nearMisses: [] },
    ingress: explainFromController(reachability, read, leading, answer),
    servicePorts: askedLeadingPorts(leading, read, reachability)
      .slice(0, mostServicePorts)
      .map(({ use }) => use),
  };
}

const dnsPorts = [
  { protocol: "UDP", from: 53, to: 53 },
  { protocol: "TCP", from: 53, to: 53 },
  { protocol: "UDP", from: 5353, to: 5353 },
] as const;

/** Clients look names up first: what can ask nobody does not get as far as connecting. */
function dnsNotes(reachability: Reachability, { pairs }: ReadQuestion): readonly string[] {
  const { table, possible } = reachability;
  const dns = table.ofPorts(dnsPorts);
  const cut = pairs.find(({ from, asked }) => {
    if (from.workload === undefined || table.difference(asked, dns) === noConnections) return false;
    const row = possible.egress.rowOf[from.classId];
    if (row?.isolated !== true) return false;
    for (let id = 0; id < reachability.classCount; id++) if (table.meets(row.connections(id), dns)) return false;
    return !mayAskUnseen(reachability, from.classId);
  });
  return cut === undefined
    ? []
    : [
        `${cut.from.id} may send DNS (port 53) to nobody: a client that connects by name fails before it connects, whatever else is allowed`,
      ];
}

/** Whether a rule is about DNS, and for pods of which the input, that need not have all, shows none. */
function mayAskUnseen(reachability: Reachability, id: ClassId): boolean {
  const isDns = (port: PortSpec): boolean =>
    port.type === "named" ||
    dnsPorts.some(({ protocol, from }) => port.protocol === protocol && port.from <= from && from <= port.to);
  const opensDns = ({ action, ports }: Rule): boolean => action !== "deny" && (ports === "any" || ports.some(isDns));
  return (
    !reachability.cluster.live &&
    reachability.policiesOf(id, "egress", "possible").some((policy) => decidingRules(policy, "egress").some(opensDns))
  );
}
