import type { JsonValue } from "../../answers/finding.ts";
import { everything } from "../../model/cluster.ts";
import type { Service, Workload } from "../../model/cluster.ts";
import { type Direction, type PodPeer, type Policy, type PortSpec, type Rule, directions } from "../../model/policy.ts";
import type { Labels, Selector } from "../../model/selector.ts";
import { ClassSet } from "../../reachability/class-set.ts";
import { difference } from "../../sets/interval-set.ts";
import { namespaceNameLabel } from "../../semantics/label-syntax.ts";
import { matchesSelector } from "../../semantics/match-selector.ts";
import { allowingRules } from "../../semantics/rules-in-force.ts";
import { relateSelectors, selectorImplies } from "../../symbolic/selector-questions.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import { intersectSets } from "./class-sets.ts";
import { classesByWorkload } from "./classes-by-workload.ts";
import { isWithin } from "./destinations.ts";
import { dnsServers, selectorOf } from "./dns-servers.ts";
import { listeningPorts, podsOf, targetsOf } from "./listening-ports.ts";
import { routeControllers } from "./route-controllers.ts";
import { dnsPorts } from "./rule-changes.ts";
import { scrapedPods } from "./scraped-pods.ts";
import { selectorValue } from "./selector-value.ts";
import { portName, sensitivePorts } from "./sensitive-ports.ts";
import { listText, nameOf } from "./words.ts";

/** Traffic that pods of a namespace are known to need once they are isolated. */
export interface KnownNeed {
  /** The pods of the namespace that need it. */
  readonly subject: Selector;
  readonly peers: readonly JsonValue[];
  readonly ports: readonly JsonValue[];
  /** What tells of it, in words. */
  readonly because: string;
}

/** What pods of a namespace need, or why it is not known well enough to isolate them. */
export type KnownNeeds =
  | { readonly status: "known"; readonly needs: readonly KnownNeed[] }
  | { readonly status: "unclear"; readonly reason: string };

/** A range of this many ports is not named on purpose. */
const broad = 1_000;

/** For more workloads than this no rules are written one by one. */
const mostWorkloads = 30;

/** Namespaces of the control plane: no input shows what it needs of them. */
const ofControlPlane = /^(?:kube-system|kube-public|kube-node-lease|openshift-.*)$/;

/** Labels that controllers put on pods: they differ from pod to pod. */
const ofControllers = /hash|controller-uid|job-name|index|statefulset\.kubernetes\.io|generation/;

/** Thrown and caught here. */
class Unclear extends Error {}

/**
 * What is known of the traffic that the open pods of a namespace need in a direction: from Services, routes, scrapes, DNS,
 * and from what policies elsewhere name on purpose.
 */
export function knownNeeds(context: RuleContext, facts: NamespaceFacts, direction: Direction): KnownNeeds {
  if (ofControlPlane.test(facts.name))
    return { status: "unclear", reason: `no input shows what the control plane needs of ${facts.name}` };
  try {
    const open = context.openClasses(facts, direction);
    refuseAllowAll(facts, direction);
    refuseController(context, facts, open);
    const needs =
      direction === "ingress"
        ? [...servedPods(context, facts, open), ...scrapes(context, facts, open), ...dnsClients(context, facts, open)]
        : ownNamespace(context, facts, open);
    return { status: "known", needs: [...needs, ...namedByOthers(context, facts, direction, open, needs)] };
  } catch (error) {
    if (!(error instanceof Unclear)) throw error;
    return { status: "unclear", reason: error.message };
  }
}

/** What lets everything through makes a default deny void for its pods: that is to be settled first. */
function refuseAllowAll({ policies }: NamespaceFacts, direction: Direction): void {
  const open = policies.find((policy) =>
    allowingRules(policy, direction).some(({ peers, ports }) => peers === "any" && ports === "any"),
  );
  if (open !== undefined)
    throw new Unclear(`${nameOf(open)} allows all ${direction}, which would make it void for the pods of that policy`);
}

/** A controller talks to all that it serves, and whoever it serves talks to it. */
function refuseController(context: RuleContext, facts: NamespaceFacts, open: ClassSet): void {
  if (intersectSets(routeControllers(context).classes, open).size > 0)
    throw new Unclear(`pods of ${facts.name} serve Ingress or Gateway objects, and the input does not show for whom`);
}

/** Who is behind Services is asked by the pods of its namespace; what is routed to, by the controller; and what is published, by everybody. */
function servedPods(context: RuleContext, facts: NamespaceFacts, open: ClassSet): readonly KnownNeed[] {
  const routed = routedServices(context);
  const services = context.cluster.services.filter(({ namespace }) => namespace === facts.name);
  return services.flatMap((service) => {
    const ports = targetPorts(context, service);
    if (service.selector === undefined || ports.length === 0) return [];
    const subject = selectorOf(service.selector);
    if (!isOpen(context, facts, "ingress", subject, open)) return [];
    const route = routed.get(`${service.namespace}/${service.name}`);
    const name = `Service ${service.name}`;
    if (isPublished(service)) refuseSensitive(context, service);
    return [
      { subject, peers: [{ podSelector: {} }], ports, because: `${name}: the pods of this namespace` },
      ...(route === undefined ? [] : [{ subject, peers: controllerPeers(context, route), ports, because: route }]),
      ...(isPublished(service)
        ? [
            {
              subject,
              peers: [{ ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0" } }],
              ports,
              because: `${name} is of type ${service.type}: everybody`,
            },
          ]
        : []),
    ];
  });
}

/** That everybody may come to a database is nothing to write down without asking. */
function refuseSensitive(context: RuleContext, service: Service): void {
  const sensitive = new Set(sensitivePorts(context));
  const numbers = podsOf(context, service).flatMap(({ workload }) =>
    service.ports.flatMap((port) => targetsOf(port, workload)),
  );
  const found = numbers.find((number) => sensitive.has(number));
  if (found !== undefined) throw new Unclear(`Service ${service.name} publishes ${portName(found)} to everybody`);
}

/** Whether a Service is there for clients outside. */
export function isPublished({ type }: Service): boolean {
  return type === "LoadBalancer" || type === "NodePort";
}

/** The Services that routes lead to, with the name of the first. */
function routedServices(context: RuleContext): ReadonlyMap<string, string> {
  return context.once(findRouted);
}

function findRouted({ cluster }: RuleContext): ReadonlyMap<string, string> {
  const routed = new Map<string, string>();
  for (const route of cluster.routes) {
    for (const { namespace = route.namespace, service } of route.backends) {
      const key = `${namespace}/${service}`;
      if (!routed.has(key)) routed.set(key, nameOf(route));
    }
  }
  return routed;
}

function controllerPeers(context: RuleContext, route: string): readonly JsonValue[] {
  const { classes, onNode } = routeControllers(context);
  const members = classes.toArray().flatMap((id) => context.reachability.podClass(id)?.members ?? []);
  const workloads = [...new Set(members.map(({ workload }) => workload))];
  if (workloads.length === 0 || onNode) throw new Unclear(`the input does not show what serves ${route}`);
  return workloads.map(podsOfWorkload);
}

function podsOfWorkload({ namespace, groups }: Workload): JsonValue {
  const labels = groups[0]?.labels ?? {};
  const told = ["app.kubernetes.io/name", "app.kubernetes.io/component", "app", "k8s-app"].filter((key) =>
    Object.hasOwn(labels, key),
  );
  return {
    namespaceSelector: { matchLabels: { [namespaceNameLabel]: namespace } },
    podSelector: { matchLabels: Object.fromEntries(told.map((key) => [key, labels[key] ?? ""])) },
  };
}

/** Who scrapes is Prometheus, and where it is not shown it is known by the label of its chart and its operator. */
function scrapes(context: RuleContext, facts: NamespaceFacts, open: ClassSet): readonly KnownNeed[] {
  const scraped = [...scrapedPods(context)].filter(({ workload }) => workload.namespace === facts.name);
  return scraped.flatMap(({ workload, ports }) => {
    const subject = selectorOf(lastingLabels(workload));
    if (!isOpen(context, facts, "ingress", subject, open)) return [];
    const numbers = context.reachability.table.ports(ports);
    const written = [...numbers].flatMap(([protocol, ranges]) => ranges.map(({ from }) => ({ protocol, port: from })));
    const peers = [{ namespaceSelector: {}, podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } } }];
    return [
      {
        subject,
        peers,
        ports: written,
        because: `${workload.name} asks to be scraped: Prometheus, by its usual label`,
      },
    ];
  });
}

function lastingLabels({ groups }: Workload): Labels {
  return Object.fromEntries(Object.entries(groups[0]?.labels ?? {}).filter(([key]) => !ofControllers.test(key)));
}

/** DNS is there for everybody. */
function dnsClients(context: RuleContext, facts: NamespaceFacts, open: ClassSet): readonly KnownNeed[] {
  const { classes, servers, ports } = dnsServers(context);
  if (intersectSets(classes, open).size === 0) return [];
  const own = servers.filter(({ namespace }) => namespace === facts.name);
  return own.map(({ labels }) => ({
    subject: selectorOf(labels),
    peers: [{ namespaceSelector: {} }],
    ports: dnsPorts(ports),
    because: "DNS: every pod",
  }));
}

/** The pods of a namespace talk to each other: all of them where none is isolated yet, else those that are not. */
function ownNamespace(context: RuleContext, facts: NamespaceFacts, open: ClassSet): readonly KnownNeed[] {
  const need = { peers: [{ podSelector: {} }], ports: [], because: `the pods of ${facts.name}` };
  if (!facts.policies.some(({ isolates }) => isolates.egress)) return [{ ...need, subject: everything }];
  const ids = new Set(
    open
      .toArray()
      .flatMap((id) => context.reachability.podClass(id)?.members ?? [])
      .map(({ workload }) => workload),
  );
  if (ids.size > mostWorkloads) throw new Unclear(`${ids.size} workloads of ${facts.name} are not isolated`);
  return [...ids].flatMap((workload) => {
    const subject = selectorOf(lastingLabels(workload));
    return isOpen(context, facts, "egress", subject, open) ? [{ ...need, subject }] : [];
  });
}

/** What the policies of the other side name on purpose. */
function namedByOthers(
  context: RuleContext,
  facts: NamespaceFacts,
  direction: Direction,
  open: ClassSet,
  known: readonly KnownNeed[],
): readonly KnownNeed[] {
  const opposite = direction === "ingress" ? "egress" : "ingress";
  const named: NamedNeed[] = [];
  for (const policy of context.cluster.policies) {
    const { namespace } = policy;
    // The pods of the own namespace may all be sent to.
    if (namespace === undefined || (direction === "egress" && namespace === facts.name)) continue;
    for (const rule of allowingRules(policy, opposite)) {
      if (rule.peers === "any") continue;
      for (const peer of rule.peers) {
        if (peer.type !== "pods" || !means(policy, peer, facts)) continue;
        const subject = peer.podSelector ?? everything;
        if (!isOpen(context, facts, direction, subject, open) || !hasPods(context, policy)) continue;
        refuseHostNetwork(context, policy.subject.podSelector, namespace);
        const need: NamedNeed = {
          policy,
          subject,
          peers: [peerFor(policy, facts)],
          ports: portsFor(context, policy, rule, facts, subject, direction),
          because: `${nameOf(policy)} names ${direction === "ingress" ? "them" : "these pods"}`,
        };
        // Names that none of the pods declares open nothing.
        if (need.ports.length > 0) named.push(need);
      }
    }
  }
  if (named.length > mostNamed) throw new Unclear(`policies name traffic with its pods in ${named.length} ways`);
  const told: NamedNeed[] = [];
  for (const need of named.toSorted((a, b) => breadth(b) - breadth(a))) {
    const isLocal = need.policy.namespace === facts.name;
    const broader = told.filter((other) => isInside(need, other));
    const taken = [
      ...broader,
      ...(isLocal ? known.filter(({ subject }) => selectorImplies(need.subject, subject)) : []),
    ];
    const ports = need.ports.filter(
      (port, i) => !holdsPort(port, [...taken.flatMap((each) => each.ports), ...need.ports.slice(0, i)]),
    );
    if (ports.length > 0)
      told.push({ ...need, ports: ports.filter((port, i) => !holdsPort(port, ports.slice(i + 1))) });
  }
  return told;
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

/** Whether a peer speaks of pods of a namespace on purpose: by their labels, or by the namespace's. */
function means(policy: Policy, peer: PodPeer, { name, namespace, workloads }: NamespaceFacts): boolean {
  const { namespaceSelector, podSelector } = peer;
  // Labels that no pod of the input has would select nothing.
  if (workloads.length === 0 && !namespace.declared && (podSelector?.requirements.length ?? 0) > 0) return false;
  if (namespaceSelector === undefined) return policy.namespace === name && isSpecific(podSelector);
  return (
    (isSpecific(namespaceSelector) || isSpecific(podSelector)) && matchesSelector(namespaceSelector, namespace.labels)
  );
}

/** Written with somebody in mind: it asks for a label, not only for the lack of one. */
function isSpecific(selector: Selector | undefined): boolean {
  return selector?.requirements.some(({ operator }) => operator === "In" || operator === "Exists") === true;
}

function hasPods(context: RuleContext, policy: Policy): boolean {
  const shown = context.namespace(policy.namespace ?? "")?.workloads.length ?? 0;
  return shown === 0 || context.subjectsOf(policy).size > 0;
}

function peerFor({ namespace = "", subject }: Policy, facts: NamespaceFacts): JsonValue {
  const podSelector = selectorValue(subject.podSelector);
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
    return ports
      .filter(
        (port) =>
          (port.type === "range" && isListenedOn(context, workloads, port)) ||
          declared.some(
            ({ name, protocol }) => port.type === "named" && name === port.name && protocol === port.protocol,
          ),
      )
      .map(portValue);
  if (declared.length === 0)
    throw new Unclear(`${nameOf(policy)} allows traffic with its pods on all ports, and the pods declare none`);
  const distinct = new Map(declared.map(({ protocol, port }) => [`${protocol}/${port}`, { protocol, port }]));
  return [...distinct.values()];
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
  if (from !== to || destinations.size === 0 || !isWithin(destinations, listening.known)) return true;
  return intersectSets(destinations, listening.on(protocol, from)).size > 0;
}

function portValue(port: PortSpec): JsonValue {
  if (port.type === "named") return { protocol: port.protocol, port: port.name };
  return { protocol: port.protocol, port: port.from, ...(port.to === port.from ? {} : { endPort: port.to }) };
}

/** Whether all pods that a selector means are open: a rule for others as well would open what is closed. */
function isOpen(
  context: RuleContext,
  facts: NamespaceFacts,
  direction: Direction,
  subject: Selector,
  open: ClassSet,
): boolean {
  refuseHostNetwork(context, subject, facts.name);
  const isolating = facts.policies.filter((policy) => policy.isolates[direction]);
  if (facts.workloads.length > 0) {
    const names = context.podLabels.matching(subject, facts.name).filter(({ onNode }) => !onNode);
    const meant = new Set(names.map(({ workload }) => workload));
    if (meant.size === 0) return false;
    const closed = ClassSet.of(difference(facts.classes.boundaries, open.boundaries)).toArray();
    const isClosed = closed.some((id) =>
      context.reachability.podClass(id)?.members.some(({ workload }) => meant.has(workload)),
    );
    if (isClosed) {
      if (meant.size > 1 && open.size > 0)
        throw new Unclear(`only some of the pods of ${listText([...meant].map(({ name }) => name))} are isolated`);
      return false;
    }
  }
  return isolating.every(
    (policy) =>
      relateSelectors(subject, policy.subject.podSelector).relation === "disjoint" || facts.workloads.length > 0,
  );
}

/** Labels that pods on the network of their node have as well select less than they say. */
function refuseHostNetwork(context: RuleContext, selector: Selector, namespace: string): void {
  if (!isSpecific(selector)) return;
  const onNode = context.podLabels.onNodes(selector).find(({ workload }) => workload.namespace === namespace);
  if (onNode !== undefined)
    throw new Unclear(`${onNode.workload.id} has the labels on the host network, where no policy selects it`);
}

function targetPorts(context: RuleContext, service: Service): readonly JsonValue[] {
  const ports = service.ports.flatMap((port) =>
    podsOf(context, service).flatMap(({ workload }) =>
      targetsOf(port, workload).map((number) => ({ protocol: port.protocol, port: number })),
    ),
  );
  return [...new Map(ports.map((port) => [JSON.stringify(port), port])).values()];
}

/** All directions in which it is unclear what a namespace needs, with the reasons. */
export function unclearNeeds(
  context: RuleContext,
  facts: NamespaceFacts,
  wanted: readonly Direction[] = directions,
): readonly string[] {
  return wanted.flatMap((direction) => {
    const needs = knownNeeds(context, facts, direction);
    return needs.status === "unclear" ? [needs.reason] : [];
  });
}
