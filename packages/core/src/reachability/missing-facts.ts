import { type Direction, type Peer, type Policy, directions } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";
import type { MissingFact } from "../answers/connectivity.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import { compareStrings } from "../lib/compare.ts";
import type { Workload } from "../model/cluster.ts";
import type { ClassId } from "./class-set.ts";
import type { Bound } from "./part-expander.ts";
import type { PodClass } from "./pod-classes.ts";
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
  return [...facts].toSorted(([a], [b]) => compareStrings(a, b)).map(([, fact]) => fact);
}

function* factsOfSide(
  reachability: Reachability,
  direction: Direction,
  subject: ConnectionEnd,
  peer: ConnectionEnd,
): Generator<MissingFact> {
  const { table } = reachability;
  for (const policy of reachability.policiesOf(subject.classId, direction, "possible")) {
    if (!reachability.subjects(policy).has(subject.classId))
      yield* openLabelFacts(reachability, subject, policy.subject.podSelector);
    for (const rule of decidingRules(policy, direction)) {
      const connections = (bound: Bound): ConnectionId =>
        reachability.ruleConnections(policy, rule, direction, subject.classId, peer.classId, bound);
      const [possible, certain] = [connections("possible"), connections("certain")];
      if (table.difference(possible, certain) === noConnections || rule.peers === "any") continue;
      for (const matched of rule.peers) yield* factsOfPeer(reachability, policy, matched, peer);
    }
  }
}

function* factsOfPeer(
  reachability: Reachability,
  policy: Policy,
  matched: Peer,
  peer: ConnectionEnd,
): Generator<MissingFact> {
  const peerClass = reachability.podClass(peer.classId);
  if (peerClass === undefined) return;
  if (matched.type === "ipBlock") {
    if (peerClass.address.type !== "unknown") return;
    for (const endpoint of idsOf(peerClass, peer)) yield { endpoint, missing: "address" };
    return;
  }
  if (matched.type !== "pods") return;
  const pods = reachability.peers.podPeer(matched, policy.namespace ?? "");
  if (!pods.possible.has(peer.classId) || pods.certain.has(peer.classId)) return;
  yield* openLabelFacts(reachability, peer, matched.podSelector);
  if (reachability.cluster.namespaces.get(peerClass.namespace)?.declared === true) return;
  for (const { key } of matched.namespaceSelector?.requirements ?? []) {
    if (key !== namespaceNameLabel) yield { namespace: peerClass.namespace, label: key };
  }
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
