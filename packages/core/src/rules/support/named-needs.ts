import type { JsonValue } from "../../answers/finding.ts";
import { everything } from "../../model/cluster.ts";
import type { Workload } from "../../model/cluster.ts";
import type { Direction, PodBox, Policy, PortSpec, Rule } from "../../model/policy.ts";
import type { Selector } from "../../model/selector.ts";
import { ClassSet } from "../../reachability/class-set.ts";
import { isIcmp } from "../../sets/connection-set.ts";
import { asksForNoPod, isKubernetesSelector, namespaceNameLabel } from "../../semantics/label-syntax.ts";
import { selectorImplies } from "../../symbolic/selector-questions.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import { intersectSets } from "./class-sets.ts";
import { classesByWorkload } from "./classes-by-workload.ts";
import { isWithin } from "./destinations.ts";
import { dnsServers } from "./dns-servers.ts";
import { listeningPorts } from "./listening-ports.ts";
import { type KnownNeed, Unclear, isOpen, refuseHostNetwork } from "./open-pods.ts";
import { namingOf } from "./naming-peers.ts";
import { selectorValue } from "../../answers/selector-value.ts";
import { dnsPorts } from "./rule-changes.ts";
import { nameOf } from "./words.ts";

/** A range of this many ports is not named on purpose. */
const broad = 1_000;

/** What the policies of the other side name on purpose. */
export function namedByOthers(
  context: RuleContext,
  facts: NamespaceFacts,
  direction: Direction,
  open: ClassSet,
  known: readonly KnownNeed[],
): readonly KnownNeed[] {
  const named: NamedNeed[] = [];
  for (const { policy, namespace, rule, peer } of namingOf(context, facts, direction)) {
    // The pods of the own namespace may all be sent to.
    if (direction === "egress" && namespace === facts.name) continue;
    const subject = peer.podSelector ?? everything;
    const meant = podsOf(policy, subject);
    if (meant === undefined) continue;
    if (!isOpen(context, facts, direction, subject, open) || !hasPods(context, policy)) continue;
    refuseHostNetwork(context, policy.subject.podSelector, namespace);
    const need: NamedNeed = {
      policy,
      subject,
      peers: meant.map((box) => peerFor(policy, box, facts)),
      ports: withoutDns(context, policy, direction, portsFor(context, policy, rule, facts, subject, direction)),
      because: `${nameOf(policy)} names ${direction === "ingress" ? "them" : "these pods"}`,
    };
    // Names that none of the pods declares open nothing.
    if (need.ports.length > 0) named.push(need);
  }
  if (named.length > mostNamed) throw new Unclear(`policies name traffic with its pods in ${named.length} ways`);
  const told: NamedNeed[] = [];
  for (const need of named.toSorted((a, b) => breadth(b) - breadth(a))) {
    const isLocal = need.policy.namespace === facts.name;
    const broader = told.filter((other) => isInside(need, other));
    const taken = [
      ...broader,
      ...(isLocal
        ? known.filter((other) => isForNamespace(other) && selectorImplies(need.subject, other.subject))
        : []),
    ];
    const ports = need.ports.filter(
      (port, i) => !holdsPort(port, [...taken.flatMap((each) => each.ports), ...need.ports.slice(0, i)]),
    );
    if (ports.length > 0)
      told.push({ ...need, ports: ports.filter((port, i) => !holdsPort(port, ports.slice(i + 1))) });
  }
  return told;
}

/** DNS is for every pod that is isolated, whoever else names it. */
function withoutDns(
  context: RuleContext,
  { namespace = "" }: Policy,
  direction: Direction,
  ports: readonly JsonValue[],
): readonly JsonValue[] {
  const servers = dnsServers(context).suggested.filter((server) => server.namespace === namespace);
  if (direction === "ingress" || servers.length === 0) return ports;
  const dns = dnsPorts(servers.map(({ port }) => port));
  return ports.filter((port) => !holdsPort(port, dns));
}

/** Whether all pods of the own namespace are admitted. */
function isForNamespace({ peers }: KnownNeed): boolean {
  return peers.some((peer) => JSON.stringify(peer) === JSON.stringify({ podSelector: {} }));
}

/** More are not compared. */
const mostNamed = 300;

interface NamedNeed extends KnownNeed {
  readonly policy: Policy;
}

/** Fewer requirements mean more pods. */
function breadth({ subject, policy }: NamedNeed): number {
  return -(subject.requirements.length + policy.subject.podSelector.requirements.length);
}

function isInside(need: NamedNeed, other: NamedNeed): boolean {
  return (
    need.peers.length === 1 &&
    other.peers.length === 1 &&
    need.policy.namespace === other.policy.namespace &&
    selectorImplies(need.subject, other.subject) &&
    selectorImplies(need.policy.subject.podSelector, other.policy.subject.podSelector)
  );
}

/** Whether one of the ports is all of another. */
function holdsPort(port: JsonValue, ports: readonly JsonValue[]): boolean {
  const { protocol, from, to } = rangeOf(port);
  return ports.some((each) => {
    const other = rangeOf(each);
    if (typeof from === "string" || typeof other.from === "string")
      return other.from === from && other.protocol === protocol;
    return other.protocol === protocol && other.from <= from && to <= other.to;
  });
}

function rangeOf(port: JsonValue): { readonly protocol: string; readonly from: number | string; readonly to: number } {
  const { protocol = "TCP", port: from, endPort } = port as Readonly<Record<string, string | number>>; // as portValue writes it
  return { protocol: String(protocol), from: from ?? "", to: typeof endPort === "number" ? endPort : Number(from) };
}

function hasPods(context: RuleContext, policy: Policy): boolean {
  const shown = context.namespace(policy.namespace ?? "")?.workloads.length ?? 0;
  return shown === 0 || context.subjectsOf(policy).size > 0;
}

/** What a policy that speaks of pods selects, box by box; undefined where one of both is no pods. */
function podsOf(policy: Policy, named: Selector): readonly PodBox[] | undefined {
  const { or = [], ...first } = policy.subject;
  const boxes = [first, ...or].filter(({ podSelector }) => !asksForNoPod(podSelector));
  if (boxes.length === 0 || asksForNoPod(named)) return undefined;
  const canBeSaid = boxes.every(({ podSelector, within }) => within === undefined && isKubernetesSelector(podSelector));
  if (!canBeSaid || !isKubernetesSelector(named))
    throw new Unclear(`${nameOf(policy)} chooses pods as no NetworkPolicy can`);
  return boxes;
}

function peerFor({ namespace = "" }: Policy, box: PodBox, facts: NamespaceFacts): JsonValue {
  const podSelector = selectorValue(box.podSelector);
  return namespace === facts.name
    ? { podSelector }
    : { namespaceSelector: { matchLabels: { [namespaceNameLabel]: namespace } }, podSelector };
}

/** The ports of a rule; where it names none, those that the pods declare. */
function portsFor(
  context: RuleContext,
  policy: Policy,
  { ports }: Rule,
  facts: NamespaceFacts,
  subject: Selector,
  direction: Direction,
): readonly JsonValue[] {
  const isNarrow = (port: PortSpec): boolean => port.type === "named" || port.to - port.from + 1 < broad;
  const workloads =
    direction === "ingress"
      ? context.podLabels.matching(subject, facts.name).map(({ workload }) => workload)
      : context.podLabels.matching(policy.subject.podSelector, policy.namespace).map(({ workload }) => workload);
  const declared = workloads.flatMap(({ groups }) => groups.flatMap((group) => group.ports));
  if (ports !== "any" && ports.every(isNarrow))
    return ports.flatMap((port): readonly JsonValue[] => {
      if (port.type === "named") return namedPort(workloads, port);
      return isListenedOn(context, workloads, port) ? [portValue(port)] : [];
    });
  if (declared.length === 0)
    throw new Unclear(`${nameOf(policy)} allows traffic with its pods on all ports, and the pods declare none`);
  const distinct = new Map(declared.map(({ protocol, port }) => [`${protocol}/${port}`, { protocol, port }]));
  return [...distinct.values()];
}

/** A port that has a name: its numbers where only some of the pods know it by that. */
function namedPort(
  workloads: readonly Workload[],
  { name, protocol }: Extract<PortSpec, { readonly type: "named" }>,
): readonly JsonValue[] {
  const ofGroups = workloads.flatMap(({ groups }) =>
    groups.map(({ ports }) => ports.filter((port) => port.name === name && port.protocol === protocol)),
  );
  if (ofGroups.every((found) => found.length > 0)) return ofGroups.length === 0 ? [] : [{ protocol, port: name }];
  return [...new Set(ofGroups.flat().map(({ port }) => port))].map((port) => ({ protocol, port }));
}

/** Whether it may be that pods listen on a port: a number that only their Service has is a mistake of that policy. */
function isListenedOn(
  context: RuleContext,
  workloads: readonly Workload[],
  { protocol, from, to }: Extract<PortSpec, { readonly type: "range" }>,
): boolean {
  const listening = listeningPorts(context);
  const ids = workloads.flatMap((workload) => classesByWorkload(context).get(workload) ?? []);
  const destinations = ClassSet.fromSorted([...new Set(ids)].toSorted((a, b) => a - b));
  if (isIcmp(protocol) || from !== to || destinations.size === 0 || !isWithin(destinations, listening.known))
    return true;
  return intersectSets(destinations, listening.on(protocol, from)).size > 0;
}

function portValue(port: Extract<PortSpec, { readonly type: "range" }>): JsonValue {
  return { protocol: port.protocol, port: port.from, ...(port.to === port.from ? {} : { endPort: port.to }) };
}
