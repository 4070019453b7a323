import type { AnswerChange } from "../answers/explanation.ts";
import type { Ports } from "../answers/ports.ts";
import type { PairChange } from "../diff/connection-diff.ts";
import type { DiffEnd } from "../diff/compared-endpoints.ts";
import { UsageError } from "../lib/usage-error.ts";
import type { Cluster } from "../model/cluster.ts";
import { type ReadQuestion, readQuestion } from "../query/can.ts";
import type { ExplainedAnswer } from "../query/explain-answer.ts";
import { ingressController, readRoutedQuestion } from "../query/from-ingress-controller.ts";
import { parsePort } from "../sets/parse-port.ts";
import type { QuestionSide } from "../query/resolve-endpoint.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { normalName } from "../semantics/dns-names.ts";
import { parseAddress } from "../sets/address.ts";
import { namedAddresses } from "../sets/address-names.ts";
import { type ConnectionId, allConnections, type ConnectionTable, noConnections } from "../sets/connection-set.ts";
import { isSubset, unionAll } from "../sets/interval-set.ts";
import { allowCandidates, portCandidates } from "./allow-candidates.ts";
import { blockCandidates } from "./block-candidates.ts";
import type { Candidate } from "./candidate.ts";
import { type AskedQuestion, answerOn, type ConnectivityOptions } from "./connectivity.ts";
import { followedAdvice } from "./followed-advice.ts";
import { statesDiff } from "./states-diff.ts";

/** What edits are looked for in. */
export interface ChangeGround {
  readonly cluster: Cluster;
  readonly reachability: Reachability;
  readonly read: ReadQuestion;
  /** What was asked, over all parts. */
  readonly asked: ConnectionId;
  /** A name that no policy of the namespace has. */
  readonly freeName: (namespace: string, wanted: string) => string;
}

const mostChanges = 3;
/** Each try is an analysis of its own: fewer are made where that is dear, by pairs of pod classes and policies. */
const mostTries = 8;
const fewestTries = 2;
const mostTried = 4_000_000;
const mostListed = 50;
/** An edit that changes more connections than this is none to make for the sake of one. */
const mostBeside = 20_000;
/** Reserved identities that talk to pods. */
const identities = ["host", "remote-node", "kube-apiserver", "health", "ingress"];

/**
 * Edits that turn an answer. Each one is made and the cluster is analysed again: what does not turn it is left out, and
 * what it opens and closes beside it is told. Where facts are missing there is nothing to edit.
 */
export function answerChanges(
  asked: AskedQuestion,
  answer: ExplainedAnswer,
  options: ConnectivityOptions,
): readonly AnswerChange[] {
  const { cluster, reachability, endpoints, question } = asked;
  const isRouted = question.source === ingressController;
  // What rules let the controller in hangs on its labels: of these edits only what allows it is told.
  if (answer.answer === "unknown" || (isRouted && answer.answer === "yes")) return [];
  const read = isRouted ? routedQuestion(asked) : readQuestion(reachability, endpoints, question);
  const { table } = reachability;
  const names = new Set(cluster.policies.map(({ namespace, name }) => `${namespace}/${name}`));
  const ground: ChangeGround = {
    cluster,
    reachability,
    read,
    asked: read.pairs.reduce((sum, pair) => table.union(sum, pair.asked), noConnections),
    freeName(namespace, wanted) {
      let free = wanted;
      for (let i = 2; names.has(`${namespace}/${free}`); i++) free = `${wanted}-${i}`;
      return free;
    },
  };
  const effect = answer.answer === "no" ? "allow" : "block";
  const candidates = isRouted
    ? portCandidates(ground, answer)
    : effect === "allow"
      ? allowCandidates(ground, answer)
      : blockCandidates(ground, answer);
  const turning: Candidate[] = [];
  const changes: AnswerChange[] = [];
  for (const candidate of candidates.slice(0, triesFor(reachability))) {
    // What does more than an edit that suffices is no other way.
    if (turning.some((each) => includes(candidate, each))) continue;
    const change = tried(candidate, effect, ground, asked, options);
    if (change === undefined) continue;
    turning.push(candidate);
    changes.push(change);
  }
  return changes.toSorted((a, b) => weightOf(a) - weightOf(b)).slice(0, mostChanges);
}

/** The question with the pods that routes lead to, and a source of which no more is known than what it sends. */
function routedQuestion({ reachability, endpoints, question }: AskedQuestion): ReadQuestion {
  const { target, port, pairs } = readRoutedQuestion(reachability, endpoints, question);
  return { source: { label: ingressController, parts: [] }, target, port, pairs, backwards: pairs };
}

/** Whether a candidate makes all the edits of another. */
function includes(candidate: Candidate, other: Candidate): boolean {
  const own = new Set(candidate.edits.map((edit) => JSON.stringify(edit)));
  return (
    other.edits.every((edit) => own.has(JSON.stringify(edit))) &&
    (other.manifest === undefined || candidate.manifest?.includes(other.manifest) === true)
  );
}

function triesFor({ cluster, pods }: Reachability): number {
  const work = Math.max(1, pods.classes.length * cluster.policies.length);
  return Math.min(mostTries, Math.max(fewestTries, Math.floor(mostTried / work)));
}

/** The smallest edit comes first, but not where it does much beside what was asked. */
function weightOf({ patch, openCount, closeCount }: AnswerChange): number {
  return patch.split("\n").length + 3 * (openCount + closeCount);
}

/** Makes an edit; undefined where it does not turn the answer. */
function tried(
  candidate: Candidate,
  effect: AnswerChange["effect"],
  ground: ChangeGround,
  { cluster, question }: AskedQuestion,
  options: ConnectivityOptions,
): AnswerChange | undefined {
  const { read } = ground;
  const { object, description, patch, edits, manifest } = candidate;
  const after = followedAdvice(cluster, [
    { kind: "suggested", description, changes: edits, ...(manifest === undefined ? {} : { manifest }) },
  ]);
  // A rule that names whoever may be the controller is as much as can be told.
  const wanted = effect === "block" ? ["no"] : question.source === ingressController ? ["yes", "unknown"] : ["yes"];
  if (after === undefined || !wanted.includes(turnedAnswer() ?? "")) return undefined;
  const diff = statesDiff(cluster, after, withIdentities(options, ground), { most: mostBeside });
  if (diff.truncated) return undefined;
  const others = diff.certain.filter((pair) => !isAsked(pair, ground, diff.compared.table));
  const opens = others.filter((pair) => pair.opens);
  const closes = others.filter((pair) => pair.closes);
  // Of addresses it is not known which of them a name has.
  const isOfName = ({ target }: PairChange): boolean => read.target.isName === true && target.isExternal;
  const isOfOthers = changesOtherNames(cluster, after, read.target.label);
  const uncertain = diff.uncertain.filter((pair) =>
    isOfName(pair) ? isOfOthers : !isAsked(pair, ground, diff.compared.table),
  );
  return {
    effect,
    object,
    description,
    patch,
    edits,
    opens: opens.slice(0, mostListed).map(({ change }) => change),
    openCount: opens.length,
    closes: closes.slice(0, mostListed).map(({ change }) => change),
    closeCount: closes.length,
    uncertainCount: uncertain.length,
  };

  function turnedAnswer(): string | undefined {
    try {
      return answerOn(after as Cluster, question, options).answer.answer; // seen above
    } catch (error) {
      // A part that was named is cut otherwise.
      if (error instanceof UsageError) return undefined;
      throw error;
    }
  }
}

/** Where Cilium enforces, an edit may cut off nodes and what Cilium runs, and pings, of which no policy speaks. */
function withIdentities(options: ConnectivityOptions, { reachability }: ChangeGround): ConnectivityOptions {
  if (reachability.options.assumptions.dataplane !== "cilium") return options;
  return { ...options, reserved: [...(options.reserved ?? []), ...identities], icmp: true };
}

/** Whether what rules say of other names than the asked one is changed. */
function changesOtherNames(before: Cluster, after: Cluster, name: string): boolean {
  const [was, is] = [before, after].map(({ policies }) =>
    policies
      .flatMap(({ rules }) => rules.egress)
      .flatMap(({ peers }) => (peers === "any" ? [] : peers))
      .flatMap((peer) => (peer.type === "domains" ? peer.names.filter((each) => normalName(each) !== name) : []))
      .toSorted()
      .join("\n"),
  );
  return was !== is;
}

/** Whether a change is no more than what was asked for. */
function isAsked(
  { source, target, change }: PairChange,
  { read, reachability, asked }: ChangeGround,
  table: ConnectionTable,
): boolean {
  if (!isOf(source, read.source, reachability) || !isOf(target, read.target, reachability)) return false;
  if (read.port.label === undefined && read.target.service === undefined) return true;
  const [before, after] = [idOf(change.before, table), idOf(change.after, table)];
  const differing = table.union(table.difference(before, after), table.difference(after, before));
  const wanted = idOf(portsOf(asked, reachability.table), table);
  return table.difference(differing, wanted) === noConnections;
}

function portsOf(asked: ConnectionId, table: ConnectionTable): Ports {
  const ports = Object.fromEntries(
    [...table.ports(asked)].map(([protocol, ranges]) => [protocol, ranges.map(({ from, to }) => `${from}-${to}`)]),
  );
  return { ports, all: asked === allConnections };
}

function idOf(ports: Ports | undefined, table: ConnectionTable): ConnectionId {
  if (ports === undefined) return noConnections;
  if (ports.all) return allConnections;
  return table.ofPorts(
    Object.entries(ports.ports).flatMap(([protocol, ranges]: [string, readonly string[]]) =>
      ranges.map((range) => parsePort(`${range}/${protocol}`)),
    ),
  );
}

/** An address as the block that has only it. */
function addressBlock(label: string): string {
  const address = parseAddress(label);
  return address === undefined ? label : `${label}/${address.family === 4 ? 32 : 128}`;
}

function isOf({ id, isExternal }: DiffEnd, side: QuestionSide, reachability: Reachability): boolean {
  if (!isExternal)
    return side.parts.some(
      ({ workload }) => workload !== undefined && (id === workload.id || id.startsWith(`${workload.id}{`)),
    );
  const outside = side.parts.filter(({ isWorkload }) => !isWorkload);
  if (outside.length === 0) return false;
  const asked = namedAddresses(addressBlock(side.label));
  const all = asked ?? unionAll(outside.map(({ classId }) => reachability.addressesOf(classId)));
  const ranges = /^external\[(.*)\]$/.exec(id)?.[1]?.split(",");
  const own =
    ranges === undefined
      ? reachability.addresses.classes
      : ranges.map((range) => namedAddresses(addressBlock(range)) ?? []);
  return isSubset(unionAll(own), all);
}
