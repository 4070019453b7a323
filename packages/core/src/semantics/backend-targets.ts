import type { Cluster, PodGroup, Service, ServiceEndpoints, ServicePort } from "../model/cluster.ts";
import type { RouteBackend } from "../model/routes.ts";
import type { Protocol } from "../model/policy.ts";

/** A port of pods. */
export interface TargetPort {
  readonly protocol: Protocol;
  readonly port: number;
}

/** Whether pods are behind a Service: those of its namespace that it selects, else those that have an address of its endpoints. */
export function isBehind({ selector, endpoints }: Service, { labels, addresses }: PodGroup): boolean {
  if (selector !== undefined)
    return Object.entries(selector).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
  if (endpoints === undefined) return false;
  const own = new Set(addresses.flat());
  return own.size > 0 && endpoints.some((part) => part.addresses.some((address) => own.has(address)));
}

/** The ports of the Service that traffic of a route comes on. */
function backendServicePorts(service: Service, backend: RouteBackend): readonly ServicePort[] {
  const { port: asked, targetPort, protocol } = backend;
  return service.ports.filter((port) => {
    if (protocol !== undefined && port.protocol !== protocol) return false;
    if (targetPort !== undefined) return typeof port.targetPort === "string" || port.targetPort === targetPort;
    return asked === undefined || asked === port.port || asked === port.name || asked === port.targetPort;
  });
}

/** The numbers that a port of a Service has on pods behind it. */
function podPortsOf({ endpoints }: Service, front: ServicePort, { ports }: PodGroup): readonly TargetPort[] {
  const { protocol, targetPort } = front;
  if (endpoints !== undefined) return listedPorts(endpoints, front).map((port) => ({ protocol, port }));
  if (typeof targetPort === "number") return [{ protocol, port: targetPort }];
  return ports
    .filter(({ name, protocol: own }) => name === targetPort && own === protocol)
    .map(({ port }) => ({ protocol, port }));
}

/** The numbers of a port of a Service on its endpoints. "The name of this port must match the name of the Service's port." */
export function listedPorts(endpoints: readonly ServiceEndpoints[], front: ServicePort): readonly number[] {
  const { protocol, name = "" } = front;
  const own = endpoints.flatMap(({ ports }) =>
    ports.filter((port) => port.protocol === protocol && (port.name ?? "") === name),
  );
  return [...new Set(own.map(({ port }) => port))];
}

/** The ports of pods that a backend leads to: none of pods that are not behind its Service. */
export function backendTargets(service: Service, backend: RouteBackend, group: PodGroup): readonly TargetPort[] {
  if (!isBehind(service, group)) return [];
  return backendServicePorts(service, backend)
    .flatMap((port) => podPortsOf(service, port, group))
    .filter(({ port }) => backend.targetPort === undefined || port === backend.targetPort);
}

/** Services by name, where one that stands for the DNS name of another one of the input gives that one. */
export function serviceFinder({ services }: Cluster): (namespace: string, name: string) => Service | undefined {
  const known = new Map(services.map((service) => [`${service.namespace}/${service.name}`, service]));
  return (namespace, name) => {
    let service = known.get(`${namespace}/${name}`);
    for (let step = 0; step < mostAliases; step++) {
      const alias = aliasOf(service);
      const next = alias === undefined ? undefined : known.get(alias);
      if (next === undefined) return service;
      service = next;
    }
    return service;
  };
}

const mostAliases = 8;

/** `web.shop.svc.cluster.local` names Service `web` of namespace `shop`. */
function aliasOf(service: Service | undefined): string | undefined {
  const [, name, namespace] = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.|$)/.exec(service?.externalName ?? "") ?? [];
  return name === undefined ? undefined : `${namespace}/${name}`;
}
