import { groupBy } from "../lib/group-by.ts";
import type { Service } from "../model/cluster.ts";
import type { RouteBackend } from "../model/routes.ts";
import type { MissingFact } from "../answers/connectivity.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import type { ListedEndpoint } from "./endpoints.ts";
import type { Bound } from "./part-expander.ts";
import type { Reachability } from "./reachability.ts";
import { parseIngressController } from "../semantics/labelled-pod.ts";
import { backendTargets, serviceFinder } from "../semantics/backend-targets.ts";
import { unsentTest } from "../semantics/gateway.ts";
import { routeControllerTest } from "../semantics/route-controllers.ts";
import type { ClassId } from "./class-set.ts";
import { type AssumedPod, admittedFromUnknownPod } from "./unknown-pod.ts";

/** What the ingress controller may send to the backends that Ingress, Route and Gateway objects name. */
export interface RoutedTraffic extends Readonly<Record<Bound, ReadonlyMap<ListedEndpoint, ConnectionId>>> {
  /** Absent when nothing routes to a workload of the input. */
  readonly endpoint?: ListedEndpoint;
  readonly because: readonly MissingFact[];
  /** The pods of the input that serve the routes; empty where it has none: then one of unknown labels is taken to. */
  readonly controllers: readonly ListedEndpoint[];
  /** What routes lead to, whatever policies say of it. */
  readonly asked: ReadonlyMap<ListedEndpoint, ConnectionId>;
}

const because: readonly MissingFact[] = [{ endpoint: "ingress-controller", missing: "labels" }];

/**
 * Backends by endpoint, with the ports that are routed to, cut to what policies let the controllers send there: those that
 * the input has, by the names of controllers that are widely used; else a pod of unknown labels.
 */
export function ingressControllerTraffic(
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
): RoutedTraffic {
  const { table } = reachability;
  const routed = routedPorts(reachability, endpoints);
  const assumed = assumedController(reachability);
  const isController = routeControllerTest(reachability.options.assumptions);
  const controllers = endpoints.filter(({ workload }) => workload !== undefined && isController(workload));
  const sent = (target: ClassId, bound: Bound): ConnectionId =>
    controllers.length === 0
      ? admittedFromUnknownPod(reachability, target, bound, assumed)
      : controllers.reduce(
          (sum, { classId }) => table.union(sum, reachability.connections(classId, target, bound)),
          noConnections,
        );
  const certain = new Map<ListedEndpoint, ConnectionId>();
  const possible = new Map<ListedEndpoint, ConnectionId>();
  for (const target of endpoints) {
    const ports = routed.get(target);
    if (ports === undefined) continue;
    certain.set(target, table.intersection(ports, sent(target.classId, "certain")));
    possible.set(target, table.intersection(ports, sent(target.classId, "possible")));
  }
  const traffic = { certain, possible, because, asked: routed, controllers };
  if (routed.size === 0) return traffic;
  return {
    ...traffic,
    endpoint: { endpoint: { id: "ingress-controller", type: "ingress-controller" }, classId: -1, toItself: false },
  };
}

/** The pod that is assumed to serve the routes; undefined where none is. */
export function assumedController({ cluster, options }: Reachability): AssumedPod | undefined {
  const pod = parseIngressController(options.assumptions.ingressController);
  if (pod === undefined) return undefined;
  const namespace = cluster.namespaces.get(pod.namespace);
  return { ...pod, ...(namespace?.declared === true ? { namespaceLabels: namespace.labels } : {}) };
}

/** The container ports that routes lead to, by endpoint. */
function routedPorts(
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
): Map<ListedEndpoint, ConnectionId> {
  const { cluster, table } = reachability;
  const find = serviceFinder(cluster);
  const unsent = unsentTest(cluster);
  const byNamespace = groupBy(endpoints, ({ workload }) => workload?.namespace);
  const routed = new Map<ListedEndpoint, ConnectionId>();
  for (const route of cluster.routes) {
    for (const backend of route.backends) {
      const service = find(backend.namespace ?? route.namespace, backend.service);
      if (service === undefined || unsent(route, backend) !== undefined) continue;
      for (const target of byNamespace.get(service.namespace) ?? []) {
        const connections = backendPorts(service, backend, target, reachability);
        if (connections !== noConnections)
          routed.set(target, table.union(routed.get(target) ?? noConnections, connections));
      }
    }
  }
  return routed;
}

/** The ports of the pods of an endpoint that a backend leads to. */
export function backendPorts(
  service: Service,
  backend: RouteBackend,
  target: ListedEndpoint,
  reachability: Reachability,
): ConnectionId {
  const ranges = (target.workload?.groups ?? []).flatMap((group) => backendTargets(service, backend, group));
  return reachability.table.ofPorts(ranges.map(({ protocol, port }) => ({ protocol, from: port, to: port })));
}
