import type { ClassId } from "../reachability/class-set.ts";
import type { Bound } from "../reachability/part-expander.ts";
import type { ListedEndpoint } from "../reachability/endpoints.ts";
import { formatPorts } from "../reachability/format-ports.ts";
import { missingFacts } from "../reachability/missing-facts.ts";
import type { Reachability } from "../reachability/reachability.ts";
import type { Answer, DirectionVerdict, VerdictPart } from "../answers/verdict.ts";
import type { LimitedPorts, MissingFact } from "../answers/connectivity.ts";
import { UsageError } from "../lib/usage-error.ts";
import type { Ports } from "../answers/ports.ts";
import { parseAddress } from "../sets/address.ts";
import { namedAddresses } from "../sets/address-names.ts";
import { familyAddresses } from "../sets/address-set.ts";
import { meets } from "../sets/interval-set.ts";
import { type ConnectionId, type ConnectionTable, allConnections, noConnections } from "../sets/connection-set.ts";
import type { AskedRequest } from "../model/requests.ts";
import { RequestLimits } from "../reachability/request-limits.ts";
import { askedRequestText } from "../semantics/requests.ts";
import { portOfRequest, portsOfRequest } from "./asked-request.ts";
import { anyOf, answerOf, isOnePod, oneOf } from "./answer.ts";
import { nameSide, outsideName, withoutDomain } from "./asked-name.ts";
import { type AskedPorts, askedPorts } from "./asked-port.ts";
import { directionVerdict, type SubjectAndPeer } from "./direction-verdict.ts";
import { type QuestionSide, resolveEndpoint } from "./resolve-endpoint.ts";
import { nodeNetworkNote } from "./node-network-note.ts";
import { leadingPorts, servicePortNotes } from "./service-ports.ts";

/** May `source` reach `target`, on `port` if one is given? */
export interface Question {
  /** Who asks, as `npa can` takes it: `shop/web`, `deploy/web`, `10.0.0.1`, `internet`. */
  readonly source: string;
  /** Who is asked, in the same words; `svc/web` for a Service. */
  readonly target: string;
  /** E.g. `8080/TCP`; any port when absent. */
  readonly port?: string;
  /** One request; what passes at all when absent. */
  readonly request?: AskedRequest;
  /** The namespace of a bare name. */
  readonly defaultNamespace: string;
}

/** The answer: everything of a Verdict but the parts that every answer shares. */
export interface CanAnswer {
  readonly source: string;
  readonly target: string;
  readonly port?: string;
  readonly request?: string;
  readonly answer: Answer;
  readonly partial: boolean;
  readonly parts: readonly VerdictPart[];
  readonly ports: Ports["ports"];
  readonly all: boolean;
  readonly limited?: readonly LimitedPorts[];
  readonly egress: DirectionVerdict;
  readonly ingress: DirectionVerdict;
  readonly because: readonly MissingFact[];
  readonly notes: readonly string[];
}

/** A question as npa understands it. */
export interface ReadQuestion {
  readonly source: QuestionSide;
  readonly target: QuestionSide;
  readonly port: AskedPorts;
  /** Every part of the source with every part of the target, and the same seen from the target. */
  readonly pairs: readonly SubjectAndPeer[];
  readonly backwards: readonly SubjectAndPeer[];
}

/** Finds what a question speaks of: about a name of DNS, in the relation that is for it. Throws a UsageError for names and ports that are not there. */
export function readQuestion(
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
  question: Question,
): ReadQuestion {
  const { table } = reachability;
  if (outsideName(question.source, endpoints, question.defaultNamespace) !== undefined)
    throw new UsageError(
      `${JSON.stringify(question.source.slice(0, 100))} is a name of DNS: only a target can be one, as policies see the addresses of sources`,
    );
  checkFamilies(question);
  const source = resolveEndpoint(question.source, reachability, endpoints, question.defaultNamespace);
  const name = outsideName(question.target, endpoints, question.defaultNamespace);
  const target =
    name === undefined
      ? resolveEndpoint(withoutDomain(question.target), reachability, endpoints, question.defaultNamespace)
      : nameSide(name, reachability, endpoints);
  const port = portsOfRequest(
    askedPorts(question.port ?? portOfRequest(question.request), target, reachability),
    question.request,
    table,
  );
  const pairs = source.parts.flatMap((from) => target.parts.map((to) => ({ from, to, asked: port.of(to) })));
  const backwards = pairs.map(({ from, to, asked }) => ({ from: to, to: from, asked }));
  return { source, target, port, pairs, backwards };
}

/** What is asked of two addresses that no packet has both has no answer. */
function checkFamilies({ source, target }: Question): void {
  const [from, to] = [familiesOf(source), familiesOf(target)];
  if (from === undefined || to === undefined || from.some((family) => to.includes(family))) return;
  throw new UsageError(
    `no packet goes from ${JSON.stringify(source)} to ${JSON.stringify(target)}: one is of IPv${from.join()}, the other of IPv${to.join()}. Name two of one family`,
  );
}

/** The families of addresses that a text names; undefined where it names none. */
function familiesOf(text: string): readonly (4 | 6)[] | undefined {
  const address = parseAddress(text)?.address;
  const addresses = address === undefined ? namedAddresses(text) : [address, address + 1n];
  return addresses && ([4, 6] as const).filter((family) => meets(addresses, familyAddresses(family)));
}

/** Answers one question from two classes and their rules: the relation is not expanded. */
export function answerCan(
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
  question: Question,
): CanAnswer {
  const read = readQuestion(reachability, endpoints, question);
  const { source, target, port, pairs, backwards } = read;
  const answers = pairs.map((pair) => answerPair(reachability, pair));
  const answer = together(
    target,
    source,
    answers.map((part) => part.verdict.answer),
  );
  const total = totalOf(target, answers, reachability.table);
  const someOfAsked = port.label !== undefined && answer === "yes" && !allowsAll(answers, reachability.table);
  return {
    source: source.label,
    target: target.label,
    ...(port.label === undefined ? {} : { port: port.label }),
    ...(question.request === undefined ? {} : { request: askedRequestText(question.request) }),
    answer,
    partial:
      target.isName === true ? false : someOfAsked || new Set(answers.map((part) => part.verdict.answer)).size > 1,
    parts: answers.map((part) => part.verdict),
    ...formatPorts(total, reachability.table),
    ...limitsOf(reachability, pairs, answers),
    egress: directionVerdict(reachability, "egress", pairs, port.label, target.isName === true ? oneOf : anyOf),
    ingress: directionVerdict(reachability, "ingress", backwards, port.label),
    because: becauseOf(target, answer, answers),
    notes: [
      ...port.notes,
      ...contradictions(reachability, pairs, answer),
      ...notes(reachability, read, answer),
      ...servicePortNotes(leadingPorts(read, reachability), read, reachability),
    ],
  };
}

/** Whether every part allows all the ports that were asked, in one family at least. */
function allowsAll(answers: readonly PairAnswer[], table: ConnectionTable): boolean {
  const text = (connections: ConnectionId): string => JSON.stringify(formatPorts(connections, table));
  return answers.every(({ connections, asked }) => text(connections) === text(asked));
}

/** Every part of the source may have another answer; of a name one part is asked about, and nobody knows which. */
function together(target: QuestionSide, source: QuestionSide, answers: readonly Answer[]): Answer {
  if (target.isName !== true) return anyOf(answers);
  const count = target.parts.length;
  return anyOf(source.parts.map((_, i) => oneOf(answers.slice(i * count, (i + 1) * count))));
}

/** What passes: to some part, or to a name wherever it leads. */
function totalOf(target: QuestionSide, answers: readonly PairAnswer[], table: ConnectionTable): ConnectionId {
  const all = answers.map(({ connections }) => connections);
  // The families of addresses do not differ in what is asked: a name may have one of either.
  if (target.isName === true) return all.includes(noConnections) ? noConnections : table.unionAll([...new Set(all)]);
  return all.reduce((sum, connections) => table.union(sum, connections), noConnections);
}

function becauseOf(target: QuestionSide, answer: Answer, answers: readonly PairAnswer[]): readonly MissingFact[] {
  const facts = uniqueFacts(answers.flatMap((part) => part.because));
  const differ = new Set(answers.map(({ verdict }) => verdict.answer)).size > 1;
  return target.isName === true && answer === "unknown" && differ
    ? [{ endpoint: target.label, missing: "address" }, ...facts]
    : facts;
}

/** Where of what passes only some requests do. */
function limitsOf(
  reachability: Reachability,
  pairs: readonly SubjectAndPeer[],
  answers: readonly PairAnswer[],
): Pick<CanAnswer, "limited"> {
  const limits = new RequestLimits(reachability);
  const found = pairs.flatMap(({ from, to }, i) =>
    isOnePod(from, to) ? [] : limits.of(from.classId, to.classId, answers[i]?.connections ?? noConnections),
  );
  const distinct = [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
  return distinct.length === 0 ? {} : { limited: distinct };
}

interface PairAnswer {
  readonly verdict: VerdictPart;
  readonly connections: ConnectionId;
  readonly asked: ConnectionId;
  readonly because: readonly MissingFact[];
}

function answerPair(reachability: Reachability, { from, to, asked }: SubjectAndPeer): PairAnswer {
  const { table } = reachability;
  const between = (bound: Bound): ConnectionId =>
    isOnePod(from, to) ? allConnections : reachability.connections(from.classId, to.classId, bound);
  const certain = table.intersection(between("certain"), asked);
  const possible = table.intersection(between("possible"), asked);
  const answer = answerOf(certain, possible);
  return {
    verdict: { source: from.id, target: to.id, answer, ...formatPorts(certain, table) },
    connections: certain,
    asked,
    because: answer === "unknown" ? missingFacts(reachability, from, to) : [],
  };
}

/** Each end alone might allow it, but not under the same labels. */
function contradictions(
  reachability: Reachability,
  pairs: readonly SubjectAndPeer[],
  answer: Answer,
): readonly string[] {
  if (answer !== "no") return [];
  const { table, possibleAlone } = reachability;
  const pair = pairs.find(({ from, to, asked }) => {
    const out = possibleAlone.egress.rowOf[from.classId]?.connections(to.classId) ?? noConnections;
    const into = possibleAlone.ingress.rowOf[to.classId]?.connections(from.classId) ?? noConnections;
    return table.intersection(table.intersection(out, into), asked) !== noConnections;
  });
  if (pair === undefined) return [];
  const namespace = reachability.podClass(pair.from.classId)?.namespace ?? "";
  return [
    `each end may allow it, but not under the same labels: those that the two ask of namespace ${namespace} contradict each other`,
  ];
}

function uniqueFacts(facts: readonly MissingFact[]): readonly MissingFact[] {
  return [...new Map(facts.map((fact) => [JSON.stringify(fact), fact])).values()];
}

function notes(reachability: Reachability, { source, target }: ReadQuestion, answer: Answer): readonly string[] {
  const result: string[] = [];
  const onNode = (side: QuestionSide): boolean =>
    side.parts.some(({ classId }) => reachability.podClass(classId)?.onNode === true);
  if (source.label === target.label) {
    const isOne = source.parts.every((part) => target.parts.every((other) => isOnePod(part, other)));
    result.push(`a pod always reaches itself${isOne ? "" : "; the answer is about two pods of the workload"}`);
  }
  for (const [side, which] of [
    [source, "source"],
    [target, "target"],
  ] as const) {
    if (onNode(side)) result.push(nodeNetworkNote(which, side, reachability));
  }
  const dropped = onNode(target) && !source.parts.some(isOutside) ? hostDrop(reachability) : undefined;
  if (dropped !== undefined)
    result.push(`${dropped}: to a pod on the network of its own node nothing gets through, whatever policies allow`);
  const isOwnNode = (bound: Bound): boolean =>
    source.parts.some(({ classId }) =>
      target.parts.some((other) => reachability.isOwnNode(classId, other.classId, bound)),
    );
  const ownNode = "what a pod's own node sends it is let in unless a rule denies it, whatever isolates the pod";
  if (isOwnNode("certain")) result.push(ownNode);
  else if (answer === "unknown" && isOwnNode("possible"))
    result.push(`${ownNode}: whether both ends are on one node the input does not tell`);
  if (source.parts.some(isOutside) && target.parts.some(isOutside))
    result.push("policies select neither end: they do not decide about that");
  return result;

  function isOutside({ classId }: { classId: ClassId }): boolean {
    return reachability.subjectClass(classId) === undefined;
  }
}

/** What Calico's agent is told to do with traffic of pods to their own node, where that is to drop it. */
function hostDrop({ cluster: { facts = [] } }: Reachability): string | undefined {
  const drop = facts.find((fact) => fact.type === "felix" && fact.setting === "defaultEndpointToHostAction");
  return drop?.type === "felix" && drop.value === "Drop"
    ? `FelixConfiguration ${drop.object.name} has defaultEndpointToHostAction: Drop`
    : undefined;
}
