import type { RouteBackend, Service, ServicePort, Workload } from "../model/cluster.ts";
import type { Policy, Rule } from "../model/policy.ts";
import { type ClassId, ClassSet } from "../reachability/class-set.ts";
import { allowingRules } from "../semantics/rules-in-force.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import type { Budget } from "../symbolic/budget.ts";
import type { RuleContext } from "./context.ts";
import { type Found, type RuleDefinition, defineRule } from "./define-rule.ts";
import { classesByWorkload } from "./support/classes-by-workload.ts";
import { podsOf, targetsOf } from "./support/listening-ports.ts";
import { policyPlace, relatedTo } from "./support/places.ts";
import { unknownPolicies } from "./support/unevaluated.ts";
import { mayBeController } from "./support/route-controllers.ts";
import { connectionsText, rulePortsOn } from "./support/rule-connections.ts";
import { scrapedPods } from "./support/scraped-pods.ts";
import { monitoredPods } from "./support/monitored-pods.ts";
import { listText, nameOf } from "./support/words.ts";

const relatedPolicies = 5;

/** Steps that following the routes to their pods may cost. */
const steps = 2_000_000;

/** Flags pods that an object (Ingress, Route, Gateway, monitor, Service to the outside) or an annotation sends traffic to that their policies admit from nobody it could come from. */
export const declaredRouteBlocked: RuleDefinition = defineRule({
  id: "declared-route-blocked",
  severity: "high",
  category: "reliability",
  title: "Declared route blocked by policies",
  needs: ["workloads"],
  fix: "none",
  check(context, report, skip) {
    const budget = context.budget.share(steps);
    const services = new Map(
      context.cluster.services.map((service) => [`${service.namespace}/${service.name}`, service]),
    );
    const known = new Map<string, Blocked | undefined>();
    for (const route of context.cluster.routes) {
      for (const backend of route.backends) {
        const service = services.get(`${backend.namespace ?? route.namespace}/${backend.service}`);
        if (service === undefined) continue;
        const key = JSON.stringify([service.namespace, service.name, backend.port, backend.targetPort]);
        if (!known.has(key))
          known.set(key, blockedBehind(context, service, backend, budget, admitsController(context)));
        const blocked = known.get(key);
        if (blocked === undefined) continue;
        report({
          at: { object: route.ref, origin: route.origin, path: ["metadata", "name"] },
          message: `${nameOf(route)} sends traffic to ${textOf(context, blocked)} through Service ${service.namespace}/${service.name}, but ingress policies admit it from nothing that could serve the ${route.ref.kind}`,
          ...advice(context, blocked),
        });
      }
    }
    for (const { workload, ports, at } of scrapedPods(context)) {
      if (!budget.spend(1 + (context.namespace(workload.namespace)?.policies.length ?? 0))) break;
      const blocked = blockedPods(
        context,
        [workload],
        () => ports,
        () => true,
      );
      if (blocked === undefined) continue;
      report({
        at,
        message: `${workload.id} asks by annotation to be scraped, but no ingress policy of its pods admits ${connectionsText(context, blocked.ports)} from anybody`,
        severity: "medium",
        ...advice(context, blocked),
      });
    }
    for (const { monitor, workload, ports } of monitoredPods(context)) {
      if (!budget.spend(1 + (context.namespace(workload.namespace)?.policies.length ?? 0))) break;
      const blocked = blockedPods(
        context,
        [workload],
        () => ports,
        () => true,
      );
      if (blocked === undefined) continue;
      report({
        at: { object: monitor.ref, origin: monitor.origin, path: ["metadata", "name"] },
        message: `${nameOf(monitor)} scrapes ${textOf(context, blocked)}, but no ingress policy of the pods admits that from anybody`,
        severity: "medium",
        ...advice(context, blocked),
      });
    }
    for (const service of context.cluster.services) {
      if (!isOpenedToOutside(service)) continue;
      const blocked = blockedBehind(context, service, { service: service.name }, budget, admitsOutside);
      if (blocked === undefined) continue;
      const { namespace, name, type, origin } = service;
      report({
        at: { object: { apiVersion: "v1", kind: "Service", namespace, name }, origin, path: ["spec", "type"] },
        message: `Service ${namespace}/${name} of type ${type} offers ${textOf(context, blocked)} to clients outside the cluster, but ingress policies admit no address outside`,
        severity: "medium",
        ...advice(context, blocked),
      });
    }
    if (budget.exhausted) skip("the routes are too many to follow them all to their pods");
    context.budget.charge(budget, steps);
  },
});

/** Pods that nobody who may be meant can reach. */
interface Blocked {
  readonly classes: ClassSet;
  readonly ports: ConnectionId;
}

/** The pods behind a backend that refuse it; undefined when none does, or when it cannot be said. */
function blockedBehind(
  context: RuleContext,
  service: Service,
  backend: RouteBackend,
  budget: Budget,
  counts: (policy: Policy, rule: Rule) => boolean,
): Blocked | undefined {
  const ports = service.ports.filter((port) => isAskedFor(port, backend));
  const workloads = podsOf(context, service).map(({ workload }) => workload);
  const policies = context.namespace(service.namespace)?.policies.length ?? 0;
  if (!budget.spend(1 + workloads.length * (1 + policies))) return undefined;
  const portsOf = (workload: Workload): ConnectionId =>
    context.reachability.table.ofPorts(
      ports.flatMap((port) =>
        targetsOf(port, workload).map((target) => ({ protocol: port.protocol, from: target, to: target })),
      ),
    );
  return blockedPods(context, [...new Set(workloads)], portsOf, counts);
}

function admitsController(context: RuleContext): (policy: Policy, rule: Rule) => boolean {
  return (policy, rule) => rule.peers === "any" || rule.peers.some((peer) => mayBeController(context, policy, peer));
}

/** "NodePort: exposes the Service on each Node's IP", "LoadBalancer: exposes the Service externally". */
function isOpenedToOutside({ type }: Service): boolean {
  return type === "LoadBalancer" || type === "NodePort";
}

/** Whether a rule admits anything but pods: what comes from outside has the address of the client or of a node. */
function admitsOutside(_: Policy, { peers }: Rule): boolean {
  return peers === "any" || peers.some(({ type }) => type !== "pods");
}

function isAskedFor(port: ServicePort, { port: asked, targetPort }: RouteBackend): boolean {
  if (targetPort !== undefined) return port.targetPort === targetPort;
  return asked === undefined || asked === port.port || asked === port.name || asked === port.targetPort;
}

/** The pods that no rule which counts opens any of their ports of. All of them must refuse: a Service may have others to turn to. */
function blockedPods(
  context: RuleContext,
  workloads: readonly Workload[],
  portsOf: (workload: Workload) => ConnectionId,
  counts: (policy: Policy, rule: Rule) => boolean,
): Blocked | undefined {
  const { table } = context.reachability;
  const ids = new Set<ClassId>();
  let wanted = noConnections;
  for (const workload of workloads) {
    const facts = context.namespace(workload.namespace);
    const ports = portsOf(workload);
    if (
      facts === undefined ||
      ports === noConnections ||
      unknownPolicies(context, facts.name, "allows", "ingress") !== undefined
    )
      return undefined;
    for (const id of classesByWorkload(context).get(workload) ?? []) {
      if (!refuses(context, id, ports, counts)) return undefined;
      ids.add(id);
    }
    wanted = table.union(wanted, ports);
  }
  return ids.size === 0
    ? undefined
    : { classes: ClassSet.fromSorted([...ids].toSorted((a, b) => a - b)), ports: wanted };
}

function refuses(
  context: RuleContext,
  id: ClassId,
  ports: ConnectionId,
  counts: (policy: Policy, rule: Rule) => boolean,
): boolean {
  const { reachability } = context;
  const podClass = reachability.podClass(id);
  if (podClass === undefined || podClass.onNode || !reachability.isIsolated(id, "ingress")) return false;
  return reachability
    .policiesOf(id, "ingress")
    .every((policy) =>
      allowingRules(policy, "ingress").every(
        (rule) =>
          reachability.table.intersection(rulePortsOn(context, rule, podClass), ports) === noConnections ||
          !counts(policy, rule),
      ),
    );
}

function textOf(context: RuleContext, { classes, ports }: Blocked): string {
  const { ids, count } = context.workloadsOf(classes);
  return `${listText(ids, 3, count)} on ${connectionsText(context, ports)}`;
}

function advice(context: RuleContext, { classes, ports }: Blocked): Pick<Found, "affected" | "related" | "fix"> {
  const [first = 0] = classes.boundaries;
  return {
    affected: classes,
    related: context.reachability
      .policiesOf(first, "ingress")
      .filter(({ isolates }) => isolates.ingress)
      .slice(0, relatedPolicies)
      .map((policy) => relatedTo(policyPlace(policy, ["spec", "podSelector"]), `${nameOf(policy)} isolates the pods`)),
    fix: {
      kind: "manual",
      description: `Allow ingress to these pods on ${connectionsText(context, ports)} from where the traffic comes.`,
    },
  };
}
