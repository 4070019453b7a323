import type { Service } from "../model/cluster.ts";
import { serviceFinder } from "../semantics/backend-targets.ts";
import { unsentTest } from "../semantics/gateway.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import type { Found, Place } from "./define-rule.ts";
import { admitsApiServer } from "./support/api-server-source.ts";
import {
  type Admits,
  type Blocked,
  type Search,
  blockedAdvice,
  blockedBehind,
  blockedText,
  blockedWorkload,
} from "./support/blocked-pods.ts";
import { isServedByCilium } from "./support/cilium-routes.ts";
import { isPublished } from "./support/known-needs.ts";
import { monitoredPods } from "./support/monitored-pods.ts";
import { admitsController } from "./support/route-controllers.ts";
import { connectionsText } from "./support/rule-connections.ts";
import { scrapedPods } from "./support/scraped-pods.ts";
import { nameOf } from "./support/words.ts";

/** Steps that following the routes to their pods may cost. */
const steps = 2_000_000;

/** Pods that somebody declares a need to reach, and that refuse it. */
interface BlockedNeed {
  readonly at: Place;
  readonly blocked: Blocked;
  readonly message: string;
  readonly severity?: Found["severity"];
}

/** Flags pods that an object (Ingress, Route, Gateway, monitor, Service to the outside, webhook, API) or an annotation sends traffic to that their policies admit from nobody it could come from. */
export const declaredRouteBlocked: RuleDefinition = defineRule({
  id: "declared-route-blocked",
  severity: "high",
  category: "reliability",
  speaksOfPolicies: false,
  title: "Declared route blocked by policies",
  needs: ["workloads"],
  fix: "none",
  check(context, report, skip) {
    const search = { context, budget: context.budget.share(steps) };
    for (const needs of [blockedRoutes, blockedScrapes, blockedMonitors, blockedServices, blockedCalls]) {
      for (const { at, blocked, message, severity } of needs(search)) {
        if (blocked.isOpen)
          skip(
            `whether what serves ${nameOf({ ref: at.object })} gets in depends on labels that the input does not give`,
          );
        else
          report({ at, message, ...(severity === undefined ? {} : { severity }), ...blockedAdvice(context, blocked) });
      }
    }
    if (search.budget.exhausted) skip("the routes are too many to follow them all to their pods");
    context.budget.charge(search.budget, steps);
  },
});

function servicesByName({ context }: Search): ReadonlyMap<string, Service> {
  return new Map(context.cluster.services.map((service) => [`${service.namespace}/${service.name}`, service]));
}

function* blockedRoutes(search: Search): Generator<BlockedNeed> {
  const { context } = search;
  const find = serviceFinder(context.cluster);
  const unsent = unsentTest(context.cluster);
  const admits = admitsController(context);
  const known = new Map<string, Blocked | undefined>();
  for (const route of context.cluster.routes) {
    // Of Cilium's own Envoy ingress-identity-blocked speaks.
    if (isServedByCilium(context.cluster, route)) continue;
    for (const backend of route.backends) {
      const service = find(backend.namespace ?? route.namespace, backend.service);
      if (service === undefined || unsent(route, backend) !== undefined) continue;
      const { port, targetPort, protocol } = backend;
      const key = JSON.stringify([service.namespace, service.name, port, targetPort, protocol]);
      if (!known.has(key)) known.set(key, blockedBehind(search, service, backend, admits));
      const blocked = known.get(key);
      if (blocked === undefined) continue;
      yield {
        at: { object: route.ref, origin: route.origin, path: ["metadata", "name"] },
        blocked,
        message: `${nameOf(route)} sends traffic to ${blockedText(context, blocked)} through Service ${service.namespace}/${service.name}, but policies let it in from nothing that could serve the ${route.ref.kind}`,
      };
    }
  }
}

function* blockedScrapes(search: Search): Generator<BlockedNeed> {
  const { context } = search;
  for (const { workload, ports, at } of scrapedPods(context)) {
    const blocked = blockedWorkload(search, workload, ports);
    if (blocked === undefined) continue;
    const message = `${workload.id} asks by annotation to be scraped, but no ingress policy of its pods admits ${connectionsText(context, blocked.ports)} from anybody`;
    yield { at, blocked, message, severity: "medium" };
  }
}

function* blockedMonitors(search: Search): Generator<BlockedNeed> {
  const { context } = search;
  for (const { monitor, workload, ports } of monitoredPods(context)) {
    const blocked = blockedWorkload(search, workload, ports);
    if (blocked === undefined) continue;
    yield {
      at: { object: monitor.ref, origin: monitor.origin, path: ["metadata", "name"] },
      blocked,
      message: `${nameOf(monitor)} scrapes ${blockedText(context, blocked)}, but no ingress policy of the pods admits that from anybody`,
      severity: "medium",
    };
  }
}

/** "NodePort: exposes the Service on each Node's IP", "LoadBalancer: exposes the Service externally". */
function* blockedServices(search: Search): Generator<BlockedNeed> {
  const { context } = search;
  for (const service of context.cluster.services) {
    if (!isPublished(service)) continue;
    const blocked = blockedBehind(search, service, { service: service.name }, admitsOutside);
    if (blocked === undefined) continue;
    const { namespace, name, type, origin } = service;
    yield {
      at: { object: { apiVersion: "v1", kind: "Service", namespace, name }, origin, path: ["spec", "type"] },
      blocked,
      message: `Service ${namespace}/${name} of type ${type} offers ${blockedText(context, blocked)} to clients outside the cluster, but ingress policies admit no address outside`,
      severity: "medium",
    };
  }
}

/** Whether a rule admits anything but pods: what comes from outside has the address of the client or of a node. */
const admitsOutside: Admits = (_, { peers }) =>
  peers === "any" || peers.some(({ type }) => type !== "pods") ? "yes" : "no";

/** What the API server calls: webhooks, and the APIs that it aggregates. */
function* blockedCalls(search: Search): Generator<BlockedNeed> {
  const { context } = search;
  const services = servicesByName(search);
  const admits = admitsApiServer(context);
  for (const { ref, service: called, mayFail, origin, path } of context.cluster.apiServerCalls ?? []) {
    const service = services.get(`${called.namespace}/${called.name}`);
    if (service === undefined) continue;
    const blocked = blockedBehind(search, service, { service: called.name, port: called.port }, admits);
    if (blocked === undefined) continue;
    yield {
      at: { object: ref, origin, path },
      blocked,
      message: `${nameOf({ ref })} has the API server call ${blockedText(context, blocked)} through Service ${called.namespace}/${called.name}, but ingress policies admit it from no address, and the API server is no pod`,
      ...(mayFail ? { severity: "medium" as const } : {}),
    };
  }
}
