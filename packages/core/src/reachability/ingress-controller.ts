import { groupBy } from "../lib/group-by.ts";
import type { RouteBackend, Service, ServicePort } from "../model/cluster.ts";
import type { Peer } from "../model/policy.ts";
import type { MissingFact } from "../answers/connectivity.ts";
import { allowingRules } from "../semantics/rules-in-force.ts";
import { isSatisfiable } from "../semantics/match-selector.ts";
import { type ConnectionId, allConnections, noConnections } from "../sets/connection-set.ts";
import type { ClassId } from "./class-set.ts";
import type { ListedEndpoint } from "./endpoints.ts";
import type { Bound } from "./part-expander.ts";
import type { PodClass } from "./pod-classes.ts";
import type { Reachability } from "./reachability.ts";

/** What the ingress controller may send to the backends that Ingress, Route and Gateway objects name. */
export interface RoutedTraffic extends Readonly<Record<Bound, ReadonlyMap<ListedEndpoint, ConnectionId>>> {
  /** Absent when nothing routes to a workload of the input. */
  readonly endpoint?: ListedEndpoint;
  readonly because: readonly MissingFact[];
}

const because: readonly MissingFact[] = [{ endpoint: "ingress-controller", missing: "labels" }];

/** Backends by endpoint, with the ports that are routed to, cut to what the backend's policies admit from a pod of unknown labels. */
export function ingressControllerTraffic(
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
): RoutedTraffic {
  const routed = routedPorts(reachability, endpoints);
  const certain = new Map<ListedEndpoint, ConnectionId>();
  const possible = new Map<ListedEndpoint, ConnectionId>();
  for (const target of endpoints) {
    const ports = routed.get(target);
    if (ports === undefined) continue;
    certain.set(target, reachability.table.intersection(ports, admitted(reachability, target.classId, "certain")));
    possible.set(target, reachability.table.intersection(ports, admitted(reachability, target.classId, "possible")));
  }
  if (routed.size === 0) return { certain, possible, because };
  return {
    certain,
    possible,
    because,
    endpoint: { endpoint: { id: "ingress-controller", type: "ingress-controller" }, classId: -1, toItself: false },
  };
}

/** The container ports that routes lead to, by endpoint. */
function routedPorts(
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
): Map<ListedEndpoint, ConnectionId> {
  const { cluster, table } = reachability;
  const services = new Map(cluster.services.map((service) => [`${service.namespace}/${service.name}`, service]));
  const byNamespace = groupBy(endpoints, ({ workload }) => workload?.namespace);
  const routed = new Map<ListedEndpoint, ConnectionId>();
  for (const route of cluster.routes) {
    for (const backend of route.backends) {
      const service = services.get(`${backend.namespace ?? route.namespace}/${backend.service}`);
      if (service?.selector === undefined) continue;
      for (const target of byNamespace.get(service.namespace) ?? []) {
        const connections = servicePorts(service, backend, target, reachability);
        if (connections !== noConnections)
          routed.set(target, table.union(routed.get(target) ?? noConnections, connections));
      }
    }
  }
  return routed;
}

function servicePorts(
  service: Service,
  backend: RouteBackend,
  target: ListedEndpoint,
  reachability: Reachability,
): ConnectionId {
  const selector = service.selector ?? {};
  const groups = (target.workload?.groups ?? []).filter(({ labels }) =>
    Object.entries(selector).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value),
  );
  const ranges = service.ports
    .filter((port) => isAskedFor(port, backend))
    .flatMap((port) => {
      const numbers =
        typeof port.targetPort === "number"
          ? groups.length > 0
            ? [port.targetPort]
            : []
          : groups.flatMap(({ ports }) =>
              ports
                .filter(({ name, protocol }) => name === port.targetPort && protocol === port.protocol)
                .map((declared) => declared.port),
            );
      return numbers.map((number) => ({ protocol: port.protocol, from: number, to: number }));
    });
  return reachability.table.ofPorts(ranges);
}

function isAskedFor(port: ServicePort, backend: RouteBackend): boolean {
  if (backend.targetPort !== undefined) return port.targetPort === backend.targetPort;
  return (
    backend.port === undefined ||
    backend.port === port.port ||
    backend.port === port.name ||
    backend.port === port.targetPort
  );
}

/** What a class admits from a pod of which nothing is known: certainly what every pod may send, possibly what some pod may. */
function admitted(reachability: Reachability, target: ClassId, bound: Bound): ConnectionId {
  if (!reachability.isIsolated(target, "ingress")) return allConnections;
  const podClass = reachability.podClass(target) as PodClass;
  let result = noConnections;
  for (const policy of reachability.policiesOf(target, "ingress")) {
    for (const rule of allowingRules(policy, "ingress")) {
      if (rule.peers !== "any" && !rule.peers.some((peer) => admitsUnknownPod(peer, bound))) continue;
      result = reachability.table.union(result, reachability.rulePorts(rule, podClass));
    }
  }
  return result;
}

function admitsUnknownPod(peer: Peer, bound: Bound): boolean {
  if (peer.type !== "pods") return false;
  const selectors = [peer.namespaceSelector, peer.podSelector].filter((selector) => selector !== undefined);
  if (bound === "possible") return selectors.every(({ requirements }) => isSatisfiable(requirements));
  return peer.namespaceSelector !== undefined && selectors.every(({ requirements }) => requirements.length === 0);
}
