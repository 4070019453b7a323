import { groupBy } from "../lib/group-by.ts";
import { type Direction, type OldFormPeer, type Peer, type Policy, directions } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";
import type { MissingFact } from "../answers/connectivity.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { byTier, tiesOf } from "../semantics/tiers.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import { placesIn } from "../sets/reserved-places.ts";
import { compareStrings } from "../lib/compare.ts";
import type { Workload } from "../model/cluster.ts";
import type { ClassId } from "./class-set.ts";
import type { Bound } from "./part-expander.ts";
import { familiesOf, type PodClass } from "./pod-classes.ts";
import type { Reachability } from "./reachability.ts";

/** One end of a connection: the class that decides, and of which of its workloads the question is. Absent: of all. */
export interface ConnectionEnd {
  readonly classId: ClassId;
  readonly workload?: Workload;
}

/** The facts that decide whether what is only possible between two ends is so: unknown labels, an address. */
export function missingFacts(
  reachability: Reachability,
  source: ConnectionEnd,
  target: ConnectionEnd,
): readonly MissingFact[] {
  const facts = new Map<string, MissingFact>();
  for (const direction of directions) {
    const [subject, peer] = direction === "egress" ? [source, target] : [target, source];
    for (const fact of factsOfSide(reachability, direction, subject, peer)) facts.set(JSON.stringify(fact), fact);
  }
  if (facts.size === 0)
    for (const fact of familyFacts(reachability, [source, target])) facts.set(JSON.stringify(fact), fact);
  return [...facts].toSorted(([a], [b]) => compareStrings(a, b)).map(([, fact]) => fact);
}

/** Where nothing else is open it is of which families the ends are. */
function* familyFacts(reachability: Reachability, ends: readonly ConnectionEnd[]): Generator<MissingFact> {
  for (const end of ends) {
    const podClass = reachability.podClass(end.classId);
    if (podClass === undefined || familiesOf(podClass).length > 0) continue;
    for (const endpoint of idsOf(podClass, end)) yield { endpoint, missing: "address" };
  }
}

function* factsOfSide(
  reachability: Reachability,
  direction: Direction,
  subject: ConnectionEnd,
  peer: ConnectionEnd,
): Generator<MissingFact> {
  const { table } = reachability;
  const policies = reachability.policiesOf(subject.classId, direction, "possible");
  for (const unread of reachability.unread)
    if (reachability.possibleSubjects(unread).has(subject.classId))
      yield { policy: unread.ref.kind, missing: unread.unknownSubject ?? "" };
  yield* orderFacts(reachability, policies, direction);
  yield* nodeFacts(reachability, direction, subject, peer);
  for (const policy of policies) {
    if (!reachability.subjects(policy).has(subject.classId)) yield* subjectFacts(reachability, policy, subject);
    if (policy.unknownSubject !== undefined) yield { policy: nameOf(policy), missing: policy.unknownSubject };
    for (const rule of decidingRules(policy, direction)) {
      const connections = (bound: Bound): ConnectionId =>
        reachability.ruleConnections(policy, rule, direction, subject.classId, peer.classId, bound);
      const [possible, certain] = [connections("possible"), connections("certain")];
      if (table.difference(possible, certain) === noConnections) continue;
      if (rule.unknown !== undefined) yield { policy: nameOf(policy), missing: rule.unknown };
      if (rule.peers === "any") continue;
      for (const matched of rule.peers) yield* factsOfPeer(reachability, policy, matched, peer);
    }
  }
}

/** On which nodes two ends are decides where one of them is some node: what stays on one node is let in. */
function* nodeFacts(
  reachability: Reachability,
  direction: Direction,
  subject: ConnectionEnd,
  peer: ConnectionEnd,
): Generator<MissingFact> {
  const [certain, possible] = (["certain", "possibleAlone"] as const).map((bound) =>
    reachability[bound][direction].rowOf[subject.classId]?.connections(peer.classId),
  );
  const areNodes = [subject, peer].every(({ classId }) => reachability.nodes.has(classId));
  const isLetIn = direction === "ingress" && reachability.isOwnNode(peer.classId, subject.classId, "possible");
  if (certain === possible || !(isLetIn || areNodes)) return;
  for (const end of [subject, peer]) {
    const podClass = reachability.podClass(end.classId);
    const isServer = placesIn(reachability.addressesOf(end.classId)).includes("kube-apiserver[node]");
    const ids = podClass === undefined ? (isServer ? ["reserved:kube-apiserver"] : []) : idsOf(podClass, end);
    for (const endpoint of ids) yield { endpoint, missing: "node" };
  }
}

function* factsOfPeer(
  reachability: Reachability,
  policy: Policy,
  matched: Peer,
  peer: ConnectionEnd,
): Generator<MissingFact> {
  if (matched.type === "nodes") {
    if (matched.remote !== undefined) yield { policy: nameOf(policy), missing: ofRemoteNode(reachability, peer) };
    else if ((reachability.cluster.nodes ?? []).length === 0)
      yield { policy: nameOf(policy), missing: "the addresses of nodes" };
  }
  if (matched.type === "domains")
    yield { policy: nameOf(policy), missing: `the addresses of ${matched.names.join(" and ")}` };
  const peerClass = reachability.podClass(peer.classId);
  if (peerClass === undefined) {
    const isApiServer = placesIn(reachability.addressesOf(peer.classId)).some((place) =>
      place.startsWith("kube-apiserver"),
    );
    if (isApiServer && matched.type !== "domains") yield { policy: nameOf(policy), missing: "where the API server is" };
    return;
  }
  if (matched.type === "oldForm") return yield* oldFormFacts(reachability, matched, peerClass);
  if (matched.type !== "pods") {
    if (peerClass.address.type !== "unknown") return;
    for (const endpoint of idsOf(peerClass, peer)) yield { endpoint, missing: "address" };
    return;
  }
  const pods = reachability.peers.podPeer(matched, policy.namespace ?? "");
  if (!pods.possible.has(peer.classId) || pods.certain.has(peer.classId)) return;
  yield* openLabelFacts(reachability, peer, matched.podSelector);
  if (reachability.cluster.namespaces.get(peerClass.namespace)?.declared === true) return;
  for (const { key } of matched.namespaceSelector?.requirements ?? []) {
    if (key !== namespaceNameLabel) yield { namespace: peerClass.namespace, label: key };
  }
}

/** What is not known of an end that a selector of other nodes may mean. */
function ofRemoteNode(reachability: Reachability, { classId }: ConnectionEnd): string {
  if (reachability.podClass(classId) !== undefined) return "which node the pod is on";
  return placesIn(reachability.addressesOf(classId)).length > 0 ? "which node it is" : "which node is the pod's own";
}

/** Why it is not known whether a policy selects a pod. */
function* subjectFacts(reachability: Reachability, policy: Policy, end: ConnectionEnd): Generator<MissingFact> {
  const { subject } = policy;
  if (subject.nodes !== undefined)
    return yield { policy: nameOf(policy), missing: "which nodes have the labels of its nodeSelector" };
  const namespace = reachability.podClass(end.classId)?.namespace ?? "";
  for (const { podSelector, namespaceSelector } of [subject, ...(subject.or ?? [])]) {
    yield* openLabelFacts(reachability, end, podSelector);
    if (reachability.cluster.namespaces.get(namespace)?.declared === true) continue;
    for (const { key } of namespaceSelector?.requirements ?? [])
      if (key !== namespaceNameLabel) yield { namespace, label: key };
  }
}

function* oldFormFacts(
  { cluster }: Reachability,
  { namespaces }: OldFormPeer,
  { namespace }: PodClass,
): Generator<MissingFact> {
  if (cluster.namespaces.get(namespace)?.declared === true) return;
  const keys =
    "namespaceSelector" in namespaces
      ? namespaces.namespaceSelector.requirements.map(({ key }) => key)
      : "sameLabels" in namespaces
        ? namespaces.sameLabels
        : namespaces.notSameLabels;
  for (const label of keys) if (label !== namespaceNameLabel) yield { namespace, label };
}

/** Policies of equal priority that both select a pod and do not do the same. */
function* orderFacts(
  reachability: Reachability,
  policies: readonly Policy[],
  direction: Direction,
): Generator<MissingFact> {
  for (const { tier, policies: inOrder } of byTier(policies)) {
    if (tier.decides !== "first-match" || tiesOf(tier, reachability.options.assumptions) === "name") continue;
    for (const equal of groupBy(inOrder, ({ priority }) => priority).values()) {
      const actions = new Set(equal.flatMap((policy) => policy.rules[direction].map(({ action }) => action)));
      const names = [...new Set(equal.map(nameOf))];
      if (names.length > 1 && actions.size > 1)
        yield { policy: names.join(" and "), missing: "the order of policies of equal priority" };
    }
  }
}

function nameOf({ ref }: Policy): string {
  return `${ref.kind} ${ref.namespace === undefined ? "" : `${ref.namespace}/`}${ref.name}`;
}

/** The labels of unknown value that a selector looks at. */
function* openLabelFacts(
  reachability: Reachability,
  end: ConnectionEnd,
  selector: Selector | undefined,
): Generator<MissingFact> {
  const podClass = reachability.podClass(end.classId);
  if (podClass === undefined) return;
  for (const { key } of selector?.requirements ?? []) {
    if (!podClass.openLabels.has(key)) continue;
    for (const endpoint of idsOf(podClass, end)) yield { endpoint, label: key };
  }
}

function idsOf({ members }: PodClass, { workload }: ConnectionEnd): readonly string[] {
  return workload === undefined ? members.map((member) => member.workload.id) : [workload.id];
}
