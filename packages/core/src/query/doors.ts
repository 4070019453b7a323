import type { Door } from "../answers/exposure.ts";
import type { Answer } from "../answers/verdict.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Service } from "../model/cluster.ts";
import type { RouteBackend } from "../model/routes.ts";
import { backendPorts, ingressControllerTraffic, type RoutedTraffic } from "../reachability/ingress-controller.ts";
import type { ListedEndpoint } from "../reachability/endpoints.ts";
import { formatPorts } from "../reachability/format-ports.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { serviceFinder } from "../semantics/backend-targets.ts";
import { unsentTest } from "../semantics/gateway.ts";
import { parseAddress } from "../sets/address.ts";
import { type AddressSet, allAddresses, parseCidr } from "../sets/address-set.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import { intersection, unionAll } from "../sets/interval-set.ts";
import { locationOf } from "../source/position.ts";
import { answerOf } from "./answer.ts";

interface View {
  readonly reachability: Reachability;
  readonly byNamespace: ReadonlyMap<string | undefined, readonly ListedEndpoint[]>;
  readonly routed: RoutedTraffic;
}

/** What was found out about one backend. */
type Found = Pick<Door, "open" | "because">;

/** Every way in from outside, with the workloads that it leads to and whether their policies let it in. */
export function doorsOf(reachability: Reachability, endpoints: readonly ListedEndpoint[]): readonly Door[] {
  const view: View = {
    reachability,
    byNamespace: groupBy(endpoints, ({ workload }) => workload?.namespace),
    routed: ingressControllerTraffic(reachability, endpoints),
  };
  return [...serviceDoors(view), ...routeDoors(view)];
}

function* serviceDoors(view: View): Generator<Door> {
  for (const service of view.reachability.cluster.services) {
    const { namespace, name, type, origin } = service;
    if (type !== "LoadBalancer" && type !== "NodePort") continue;
    const object = { apiVersion: "v1", kind: "Service", namespace, name };
    const place = { object, location: locationOf(origin, ["spec", "type"]), source: "load-balancer" as const };
    yield* doorsBehind(view, service, { service: name }, place, (target, ports) =>
      fromOutside(view.reachability, service, target, ports),
    );
  }
}

function* routeDoors(view: View): Generator<Door> {
  const { cluster } = view.reachability;
  const find = serviceFinder(cluster);
  const unsent = unsentTest(cluster);
  for (const route of cluster.routes) {
    const place = {
      object: route.ref,
      location: locationOf(route.origin, ["metadata", "name"]),
      source: "ingress-controller" as const,
    };
    for (const backend of route.backends) {
      const namespace = backend.namespace ?? route.namespace;
      const service = find(namespace, backend.service);
      const because = unsent(route, backend) ?? (service === undefined ? "the Service is not in the input" : undefined);
      if (because !== undefined || service === undefined) {
        const name = `${namespace}/${backend.service}`;
        yield { ...place, service: name, ports: {}, all: false, open: "no", because: because ?? "" };
      } else yield* doorsBehind(view, service, backend, place, (target, ports) => fromController(view, target, ports));
    }
  }
}

/** One door for each workload behind a backend. */
function* doorsBehind(
  { reachability, byNamespace }: View,
  service: Service,
  backend: RouteBackend,
  place: Pick<Door, "object" | "location" | "source">,
  find: (target: ListedEndpoint, ports: ConnectionId) => Found,
): Generator<Door> {
  const name = `${service.namespace}/${service.name}`;
  let isEmpty = true;
  for (const target of byNamespace.get(service.namespace) ?? []) {
    const ports = backendPorts(service, backend, target, reachability);
    if (ports === noConnections) continue;
    isEmpty = false;
    yield {
      ...place,
      service: name,
      backend: target.endpoint.id,
      ...formatPorts(ports, reachability.table),
      ...find(target, ports),
    };
  }
  if (isEmpty)
    yield {
      ...place,
      service: name,
      ports: {},
      all: false,
      open: "no",
      because: nowhere(service),
    };
}

/** Where a Service leads to that leads to no pod of the input. */
function nowhere({ externalName, endpoints = [] }: Service): string {
  const addresses = endpoints.flatMap((part) => part.addresses);
  if (externalName !== undefined) return `it stands for ${externalName}, and no policy of the input is about that`;
  if (addresses.length === 0) return "it leads to no pod of the input on these ports";
  const more = addresses.length > 3 ? ` and ${addresses.length - 3} more` : "";
  return `its endpoints are ${addresses.slice(0, 3).join(", ")}${more}, which no pod of the input has`;
}

function fromController(
  { reachability: { table, options }, routed }: View,
  target: ListedEndpoint,
  ports: ConnectionId,
): Found {
  const sent = (bound: "certain" | "possible"): ConnectionId =>
    table.intersection(routed[bound].get(target) ?? noConnections, ports);
  const [first] = routed.controllers;
  const { ingressController: assumed } = options.assumptions;
  const who =
    first === undefined
      ? assumed === "unknown"
        ? "an ingress controller of unknown labels: none is in the input"
        : `an ingress controller with ${assumed}, as is assumed`
      : `the ingress controller ${first.endpoint.id}`;
  return { open: answerOf(sent("certain"), sent("possible")), because: `asked for ${who}` };
}

/**
 * "externalTrafficPolicy: Local preserves the client source IP"; otherwise "the source may be the node": then what is
 * certain is what both the clients and the nodes may send, and what one of them may is possible.
 */
function fromOutside(
  reachability: Reachability,
  service: Service,
  { classId }: ListedEndpoint,
  ports: ConnectionId,
): Found {
  const ranges = service.sourceRanges ?? [];
  const clients = ranges.length === 0 ? allAddresses : unionAll(ranges.map((cidr) => parseCidr(cidr)?.addresses ?? []));
  const from = ranges.length === 0 ? "clients anywhere" : `clients in ${ranges.slice(0, 5).join(", ")}`;
  const { some, all } = admittedFrom(reachability, clients, classId, ports);
  if (service.externalTrafficPolicy === "Local")
    return {
      open: some ? "yes" : "no",
      because: `asked for ${from}, whose address is kept (externalTrafficPolicy: Local)`,
    };
  const nodes = (reachability.cluster.nodes ?? []).flatMap(({ addresses }) =>
    addresses.flatMap((text) => {
      const address = parseAddress(text)?.address;
      return address === undefined ? [] : [[address, address + 1n] as AddressSet];
    }),
  );
  const ofNodes = admittedFrom(reachability, nodes.length === 0 ? allAddresses : unionAll(nodes), classId, ports);
  const open: Answer = all && ofNodes.all ? "yes" : some || ofNodes.some ? "unknown" : "no";
  const told = nodes.length === 0 ? "any address: those of the nodes are not known" : "those of the nodes";
  return {
    open: some && ofNodes.all ? "yes" : open,
    because: `asked for ${from}, who may come with their own address or with a node's, which is taken for ${told}`,
  };
}

/** Whether some, and whether all of these addresses may send some of the ports. */
function admittedFrom(
  { addresses, pods, table, certain }: Reachability,
  asked: AddressSet,
  target: number,
  ports: ConnectionId,
): { readonly some: boolean; readonly all: boolean } {
  const answers = addresses.classes.flatMap((set, i) => {
    if (intersection(set, asked).length === 0) return [];
    const row = certain.ingress.rowOf[target];
    return [table.meets(row?.connections(pods.classes.length + i) ?? noConnections, ports)];
  });
  return { some: answers.includes(true), all: answers.length > 0 && !answers.includes(false) };
}
