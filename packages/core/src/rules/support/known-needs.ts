import type { JsonValue } from "../../answers/finding.ts";
import type { Service, Workload } from "../../model/cluster.ts";
import { type Direction, directions, type Policy } from "../../model/policy.ts";
import type { ClassSet } from "../../reachability/class-set.ts";
import { namespaceNameLabel } from "../../semantics/label-syntax.ts";
import { isNetworkPolicy } from "../../semantics/network-policy.ts";
import { networkPolicyOrder, networkPolicyTier } from "../../semantics/tiers.ts";
import { unsentTest } from "../../semantics/gateway.ts";
import { allowingRules } from "../../semantics/rules-in-force.ts";
import { selectorKey } from "../../semantics/canonical-key.ts";
import { selectorImplies } from "../../symbolic/selector-questions.ts";
import { groupBy } from "../../lib/group-by.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import { intersectSets } from "./class-sets.ts";
import { apiServerNeeds } from "./api-server-needs.ts";
import { dnsServers, selectorOf } from "./dns-servers.ts";
import { podsOf, targetsOf } from "./listening-ports.ts";
import { namedByOthers } from "./named-needs.ts";
import { refuseNamedByAll } from "./naming-peers.ts";
import { type KnownNeed, Unclear, isOpen } from "./open-pods.ts";
import { openWorkloads, subjectsOf } from "./open-workloads.ts";
import { routeControllers } from "./route-controllers.ts";
import { dnsPorts } from "./rule-changes.ts";
import { scrapeNeeds } from "./scrape-needs.ts";
import { portName, sensitivePorts } from "./sensitive-ports.ts";
import { refuseTunnels } from "./tunnels.ts";
import { unseenPodsOf } from "./unevaluated.ts";
import { nameOf } from "./words.ts";

/** What pods of a namespace need, or why it is not known well enough to isolate them. */
export type KnownNeeds =
  | { readonly status: "known"; readonly needs: readonly KnownNeed[] }
  | { readonly status: "unclear"; readonly reason: string };

/** Namespaces of the control plane: no input shows what it needs of them. */
const ofControlPlane = /^(?:kube-system|kube-public|kube-node-lease|openshift-.*)$/;

/**
 * What is known of the traffic that the open pods of a namespace need in a direction: from Services, routes, scrapes, DNS,
 * and from what policies elsewhere name on purpose.
 */
export function knownNeeds(context: RuleContext, facts: NamespaceFacts, direction: Direction): KnownNeeds {
  if (ofControlPlane.test(facts.name))
    return { status: "unclear", reason: `no input shows what the control plane needs of ${facts.name}` };
  try {
    if (facts.workloads.length === 0)
      throw new Unclear(`the input shows no workload of ${facts.name}, and so not what it needs`);
    const unseen = unseenPodsOf(context, facts.name);
    if (unseen !== undefined) throw new Unclear(unseen);
    const open = context.openClasses(facts, direction);
    refuseAllowAll(facts, direction);
    refuseController(context, facts, open);
    refuseNamedByAll(context, facts, direction, open);
    if (direction === "egress") refuseTunnels(context, open);
    const needs =
      direction === "ingress"
        ? [
            ...servedPods(context, facts, open),
            ...scrapeNeeds(context, facts, open),
            ...dnsClients(context, facts, open),
          ]
        : [...ownNamespace(context, facts, open), ...apiServerNeeds(context, facts, open)];
    const all = eachOnce([...needs, ...namedByOthers(context, facts, direction, open, needs)]);
    if (all.length > 0) refuseLaterDenial(context, direction, open);
    return {
      status: "known",
      needs: all.filter((need) => !all.some((other) => isForMore(other, need) || isForAll(context, other, need))),
    };
  } catch (error) {
    if (!(error instanceof Unclear)) throw error;
    return { status: "unclear", reason: error.message };
  }
}

/** The needs of the same pods and the same peers as one, on all of their ports. */
function eachOnce(needs: readonly KnownNeed[]): readonly KnownNeed[] {
  const same = groupBy(needs, ({ subject, peers }) => JSON.stringify([selectorKey(subject), peers]));
  return [...same.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const ports = group.some((need) => need.ports.length === 0) ? [] : group.flatMap((need) => need.ports);
    const distinct = new Map(ports.map((port) => [JSON.stringify(port), port]));
    const because = [...new Set(group.map((need) => need.because))].join("; ");
    return [{ ...first, ports: [...distinct.values()], because }];
  });
}

/** Whether what the same peers may with more pods holds all of a need. */
function isForMore(one: KnownNeed, need: KnownNeed): boolean {
  if (JSON.stringify(one.peers) !== JSON.stringify(need.peers)) return false;
  const isMore = selectorImplies(need.subject, one.subject) && !selectorImplies(one.subject, need.subject);
  return isMore && (one.ports.length === 0 || (need.ports.length > 0 && hasPorts(one, need)));
}

function hasPorts(one: KnownNeed, need: KnownNeed): boolean {
  const open = new Set(one.ports.map((port) => JSON.stringify(port)));
  return need.ports.every((port) => open.has(JSON.stringify(port)));
}

/** Whether what everybody may makes another need void: where the addresses of blocks are those of pods, too. */
function isForAll({ reachability }: RuleContext, one: KnownNeed, need: KnownNeed): boolean {
  if (!reachability.options.assumptions.ipBlockMatchesPods || one.peers !== everybody || need.peers === everybody)
    return false;
  return selectorImplies(need.subject, one.subject) && hasPorts(one, need);
}

/** What lets everything through makes a default deny void for its pods: that is to be settled first. */
function refuseAllowAll({ union }: NamespaceFacts, direction: Direction): void {
  const open = union.find((policy) =>
    allowingRules(policy, direction).some(({ peers, ports }) => peers === "any" && ports === "any"),
  );
  if (open !== undefined)
    throw new Unclear(`${nameOf(open)} allows all ${direction}, which would make it void for the pods of that policy`);
}

/** What is denied behind NetworkPolicies, or behind their rules in the same tier, these would allow before that is asked. */
function refuseLaterDenial({ cluster, reachability }: RuleContext, direction: Direction, open: ClassSet): void {
  const later = cluster.policies.find(
    (policy) =>
      isDenyingBehind(policy, direction) && intersectSets(reachability.possibleSubjects(policy), open).size > 0,
  );
  if (later !== undefined)
    throw new Unclear(`${nameOf(later)} denies some of it, which a NetworkPolicy would allow before that is asked`);
}

function isDenyingBehind(policy: Policy, direction: Direction): boolean {
  const { tier, priority, rules, isolates } = policy;
  if (tier.decides !== "first-match" || isNetworkPolicy(policy) || tier.order < networkPolicyTier.order) return false;
  const isBehind = tier.order > networkPolicyTier.order || priority >= networkPolicyOrder;
  return isolates[direction] || (isBehind && rules[direction].some(({ action }) => action === "deny"));
}

/** A controller talks to all that it serves, and whoever it serves talks to it. */
function refuseController(context: RuleContext, facts: NamespaceFacts, open: ClassSet): void {
  if (intersectSets(routeControllers(context).classes, open).size > 0)
    throw new Unclear(`pods of ${facts.name} serve Ingress or Gateway objects, and the input does not show for whom`);
}

const everybody: readonly JsonValue[] = [{ ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0" } }];

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
    if (context.once(calledServices).has(`${service.namespace}/${service.name}`))
      throw new Unclear(`the API server calls ${name}, from an address that the input does not show`);
    return [
      { subject, peers: [{ podSelector: {} }], ports, because: `${name}: the pods of this namespace` },
      ...(route === undefined ? [] : [{ subject, peers: controllerPeers(context, route), ports, because: route }]),
      ...(isPublished(service)
        ? [
            {
              subject,
              peers: everybody,
              ports,
              because: `${name} is of type ${service.type}: everybody`,
            },
          ]
        : []),
    ];
  });
}

/** The Services that the API server is told to call. */
function calledServices({ cluster }: RuleContext): ReadonlySet<string> {
  return new Set((cluster.apiServerCalls ?? []).map(({ service }) => `${service.namespace}/${service.name}`));
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
  const unsent = unsentTest(cluster);
  for (const route of cluster.routes) {
    for (const backend of route.backends) {
      if (unsent(route, backend) !== undefined) continue;
      const { namespace = route.namespace, service } = backend;
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

/** The pods of a namespace talk to each other. */
function ownNamespace(context: RuleContext, facts: NamespaceFacts, open: ClassSet): readonly KnownNeed[] {
  const need = { peers: [{ podSelector: {} }], ports: [], because: `the pods of ${facts.name}` };
  return subjectsOf(context, facts, "egress", open, openWorkloads(context, open)).map((subject) => ({
    ...need,
    subject,
  }));
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
