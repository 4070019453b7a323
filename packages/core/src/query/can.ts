import { type Direction, type Policy, rulePath } from "../model/policy.ts";
import type { ClassId } from "../reachability/class-set.ts";
import type { Bound } from "../reachability/part-expander.ts";
import type { ListedEndpoint } from "../reachability/endpoints.ts";
import { formatPorts } from "../reachability/format-ports.ts";
import { missingFacts } from "../reachability/missing-facts.ts";
import type { Reachability } from "../reachability/reachability.ts";
import type { Answer, DecidingRule, DirectionVerdict, VerdictPart } from "../answers/verdict.ts";
import type { MissingFact } from "../answers/connectivity.ts";
import type { Ports } from "../answers/ports.ts";
import { type ConnectionId, type ConnectionTable, allConnections, noConnections } from "../sets/connection-set.ts";
import { formatPath, locationOf } from "../source/position.ts";
import { askedPorts } from "./asked-port.ts";
import { lackingText } from "./lacking.ts";
import { type QuestionPart, type QuestionSide, resolveEndpoint } from "./resolve-endpoint.ts";

/** May `source` reach `target`, on `port` if one is given? */
export interface Question {
  readonly source: string;
  readonly target: string;
  /** E.g. `8080/TCP`; any port when absent. */
  readonly port?: string;
  /** The namespace of a bare name. */
  readonly defaultNamespace: string;
}

/** The answer: everything of a Verdict but the parts that every answer shares. */
export interface CanAnswer {
  readonly source: string;
  readonly target: string;
  readonly port?: string;
  readonly answer: Answer;
  readonly partial: boolean;
  readonly parts: readonly VerdictPart[];
  readonly ports: Ports["ports"];
  readonly all: boolean;
  readonly egress: DirectionVerdict;
  readonly ingress: DirectionVerdict;
  readonly because: readonly MissingFact[];
  readonly notes: readonly string[];
}

/** Answers one question from two classes and their rules: the relation is not expanded. */
export function answerCan(
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
  question: Question,
): CanAnswer {
  const source = resolveEndpoint(question.source, reachability, endpoints, question.defaultNamespace);
  const target = resolveEndpoint(question.target, reachability, endpoints, question.defaultNamespace);
  const port = askedPorts(question.port, target, reachability);
  const pairs = source.parts.flatMap((from) => target.parts.map((to) => ({ from, to, asked: port.of(to) })));
  const answers = pairs.map((pair) => answerPair(reachability, pair));
  const answer = anyOf(answers.map((part) => part.verdict.answer));
  const total = answers.reduce((sum, part) => reachability.table.union(sum, part.connections), noConnections);
  const someOfAsked = port.label !== undefined && answer === "yes" && !allowsAll(answers, reachability.table);
  const backwards = pairs.map(({ from, to, asked }) => ({ from: to, to: from, asked }));
  return {
    source: source.label,
    target: target.label,
    ...(port.label === undefined ? {} : { port: port.label }),
    answer,
    partial: someOfAsked || new Set(answers.map((part) => part.verdict.answer)).size > 1,
    parts: answers.map((part) => part.verdict),
    ...formatPorts(total, reachability.table),
    egress: directionVerdict(reachability, "egress", pairs, port.label),
    ingress: directionVerdict(reachability, "ingress", backwards, port.label),
    because: uniqueFacts(answers.flatMap((part) => part.because)),
    notes: [...port.notes, ...notes(reachability, source, target)],
  };
}

/** The answer about several: one yes is a yes. */
export function anyOf(answers: readonly Answer[]): Answer {
  return (["yes", "unknown"] as const).find((answer) => answers.includes(answer)) ?? "no";
}

/** What is certain is a yes, what is only possible is unknown. */
export function answerOf(certain: ConnectionId, possible: ConnectionId): Answer {
  return certain !== noConnections ? "yes" : possible !== noConnections ? "unknown" : "no";
}

/** Whether every part allows all the ports that were asked, in one family at least. */
function allowsAll(answers: readonly PairAnswer[], table: ConnectionTable): boolean {
  const text = (connections: ConnectionId): string => JSON.stringify(formatPorts(connections, table));
  return answers.every(({ connections, asked }) => text(connections) === text(asked));
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

/** "A pod cannot block access to itself": of a workload that can only have one pod, that is all there is to say. */
function isOnePod(from: QuestionPart, to: QuestionPart): boolean {
  return from.id === to.id && !from.toItself && to.isWorkload;
}

interface SubjectAndPeer {
  readonly from: QuestionPart;
  readonly to: QuestionPart;
  readonly asked: ConnectionId;
}

/** Which rules decide at one end. `pairs` are (subject, peer). */
function directionVerdict(
  reachability: Reachability,
  direction: Direction,
  pairs: readonly SubjectAndPeer[],
  port: string | undefined,
): DirectionVerdict {
  const policies = new Set(pairs.flatMap(({ from }) => reachability.policiesOf(from.classId, direction)));
  const allowedBy: DecidingRule[] = [];
  const blockedBy: DecidingRule[] = [];
  for (const policy of policies) {
    const concerned = pairs.filter(({ from }) => reachability.subjects(policy).has(from.classId));
    const admitting = admittingRules(reachability, policy, direction, concerned);
    if (admitting.length > 0) allowedBy.push(...admitting);
    else blockedBy.push(blocking(reachability, policy, direction, concerned, port));
  }
  return {
    answer: anyOf(pairs.map((pair) => sideAnswer(reachability, direction, pair))),
    isolated: pairs.some(({ from }) => reachability.isIsolated(from.classId, direction)),
    allowedBy,
    blockedBy,
  };
}

/** What one end says, whatever the other does. */
function sideAnswer(reachability: Reachability, direction: Direction, { from, to, asked }: SubjectAndPeer): Answer {
  if (isOnePod(from, to)) return "yes";
  const admitted = (bound: Bound): ConnectionId =>
    reachability.table.intersection(
      reachability[bound][direction].rowOf[from.classId]?.connections(to.classId) ?? noConnections,
      asked,
    );
  return answerOf(admitted("certain"), admitted("possible"));
}

function admittingRules(
  reachability: Reachability,
  policy: Policy,
  direction: Direction,
  pairs: readonly SubjectAndPeer[],
): DecidingRule[] {
  return policy.rules[direction].flatMap((_, index) => {
    const connections = ruleConnections(reachability, policy, direction, index, pairs);
    if (connections === noConnections) return [];
    const path = rulePath(direction, index);
    return [
      {
        policy: policy.ref,
        path: formatPath(path),
        location: locationOf(policy.origin, path),
        ports: formatPorts(connections, reachability.table),
        reason: `${direction} rule ${index + 1} of ${policy.ref.kind} ${policyName(policy)} allows it`,
      },
    ];
  });
}

/** What a rule allows over all pairs. Opposite an unknown address several rules may allow together what none does for certain alone. */
function ruleConnections(
  reachability: Reachability,
  policy: Policy,
  direction: Direction,
  index: number,
  pairs: readonly SubjectAndPeer[],
): ConnectionId {
  const rule = policy.rules[direction][index];
  if (rule === undefined) return noConnections;
  return pairs.reduce((sum, { from, to, asked }) => {
    const bound = reachability.podClass(to.classId)?.address.type === "unknown" ? "possible" : "certain";
    const allowed = reachability.ruleConnections(policy, rule, direction, from.classId, to.classId, bound);
    return reachability.table.union(sum, reachability.table.intersection(allowed, asked));
  }, noConnections);
}

function blocking(
  reachability: Reachability,
  policy: Policy,
  direction: Direction,
  pairs: readonly SubjectAndPeer[],
  port: string | undefined,
): DecidingRule {
  const rules = policy.rules[direction];
  const onAnyPort = pairs.map((pair) => ({ ...pair, asked: allConnections }));
  const otherPorts = rules.findIndex(
    (_, index) => ruleConnections(reachability, policy, direction, index, onAnyPort) !== noConnections,
  );
  const path = otherPorts < 0 ? ["spec"] : rulePath(direction, otherPorts);
  const lacks = otherPorts < 0 ? lackingText(reachability, policy, direction, pairs[0]?.to) : undefined;
  return {
    policy: policy.ref,
    path: formatPath(path),
    location: locationOf(policy.origin, path),
    reason: `${policy.ref.kind} ${policyName(policy)} isolates the pods for ${direction} and ${whyNot(rules.length, otherPorts, direction, port)}${lacks === undefined ? "" : `: it ${lacks}`}`,
  };
}

function whyNot(ruleCount: number, otherPorts: number, direction: Direction, port: string | undefined): string {
  if (ruleCount === 0) return `has no ${direction} rule`;
  if (otherPorts >= 0)
    return `its ${direction} rule ${otherPorts + 1} allows other ports${port === undefined ? "" : `, not ${port}`}`;
  const peer = direction === "ingress" ? "source" : "target";
  return ruleCount === 1
    ? `its only ${direction} rule does not match the ${peer}`
    : `none of its ${ruleCount} ${direction} rules matches the ${peer}`;
}

function policyName(policy: Policy): string {
  return policy.namespace === undefined ? policy.name : `${policy.namespace}/${policy.name}`;
}

function uniqueFacts(facts: readonly MissingFact[]): readonly MissingFact[] {
  return [...new Map(facts.map((fact) => [JSON.stringify(fact), fact])).values()];
}

function notes(reachability: Reachability, source: QuestionSide, target: QuestionSide): readonly string[] {
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
    if (onNode(side))
      result.push(
        `the ${which} runs on its node's network: no NetworkPolicy isolates it, no selector matches it, and to its peers it is the node's address`,
      );
  }
  if (source.parts.some(isAddress) && target.parts.some(isAddress))
    result.push("both ends are outside the cluster: policies do not decide about that");
  return result;

  function isAddress({ classId }: { classId: ClassId }): boolean {
    return reachability.podClass(classId) === undefined;
  }
}
