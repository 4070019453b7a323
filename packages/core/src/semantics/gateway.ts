import type { Cluster } from "../model/cluster.ts";
import type { Gateway, GatewayListener, IngressRoute, RouteBackend, RouteParent } from "../model/routes.ts";
import { matchesSelector } from "./match-selector.ts";

/** Why nothing is sent from a route to a backend, whatever policies say; undefined where something is. */
export type UnsentTest = (route: IngressRoute, backend: RouteBackend) => string | undefined;

/**
 * What routes of the Gateway API, and weights of 0, keep from being sent: a route is served where a listener of a Gateway
 * takes it, and sends to Services of other namespaces where a ReferenceGrant lets it. A Gateway that is not in the input is
 * taken to serve what names it.
 */
export function unsentTest(cluster: Cluster): UnsentTest {
  const gateways = new Map((cluster.gateways ?? []).map((each) => [`${each.namespace}/${each.name}`, each]));
  const unserved = new Map<IngressRoute, string | undefined>();
  const hasAllGrants = cluster.notEvaluated.every(({ ref }) => ref.kind !== "ReferenceGrant");
  return (route, backend) => {
    if (backend.isIdle === true) return "its weight is 0, so nothing is sent to it";
    if (!unserved.has(route)) unserved.set(route, whyUnserved(route, gateways, cluster));
    return unserved.get(route) ?? (hasAllGrants ? whyRefused(route, backend, cluster) : undefined);
  };
}

function whyUnserved(
  route: IngressRoute,
  gateways: ReadonlyMap<string, Gateway>,
  cluster: Cluster,
): string | undefined {
  const { parents, ref } = route;
  if (parents === undefined) return undefined;
  const entries = parents.filter(({ kind }) => kind !== "Service");
  const [first] = parents;
  if (first === undefined) return `the ${ref.kind} names no Gateway (parentRefs), so nothing serves it`;
  if (entries.length === 0) return `the ${ref.kind} is for traffic within the mesh: its parent is a Service`;
  const reasons = entries.map((parent) => {
    const gateway = parent.kind === "Gateway" ? gateways.get(`${parent.namespace}/${parent.name}`) : undefined;
    return gateway === undefined ? undefined : whyNotAttached(route, parent, gateway, cluster);
  });
  return reasons.includes(undefined) ? undefined : reasons[0];
}

function whyNotAttached(
  route: IngressRoute,
  { section, port }: RouteParent,
  gateway: Gateway,
  cluster: Cluster,
): string | undefined {
  const name = `Gateway ${gateway.namespace}/${gateway.name}`;
  if (gateway.className === undefined) return `${name} has no gatewayClassName, so nothing serves it`;
  const asked = gateway.listeners.filter(
    (each) => (section === undefined || each.name === section) && (port === undefined || each.port === port),
  );
  if (asked.length === 0) {
    const wanted = [section, port === undefined ? undefined : `port ${port}`].filter((each) => each !== undefined);
    return wanted.length === 0
      ? `${name} has no listener`
      : `${name} has no listener ${wanted.join(" on ")}, which the ${route.ref.kind} asks for`;
  }
  const reasons = asked.map((listener) => whyNotTaken(route, listener, gateway, cluster));
  if (reasons.includes(undefined)) return undefined;
  return `no listener of ${name} takes the ${route.ref.kind}: ${[...new Set(reasons)].slice(0, 3).join("; ")}`;
}

/** Those that a listener takes by its protocol; of another protocol an implementation says. */
const kindsOf: Readonly<Record<string, readonly string[]>> = {
  HTTP: ["HTTPRoute", "GRPCRoute"],
  HTTPS: ["HTTPRoute", "GRPCRoute"],
  TLS: ["TLSRoute", "TCPRoute"],
  TCP: ["TCPRoute"],
  UDP: ["UDPRoute"],
};

function whyNotTaken(
  { ref, namespace, hostnames }: IngressRoute,
  listener: GatewayListener,
  gateway: Gateway,
  cluster: Cluster,
): string | undefined {
  const name = `listener ${listener.name}`;
  const kinds = listener.kinds ?? (Object.hasOwn(kindsOf, listener.protocol) ? kindsOf[listener.protocol] : undefined);
  if (kinds !== undefined && !kinds.includes(ref.kind)) return `${name} takes ${kinds.join(" and ")} only`;
  const from = whyNotFrom(namespace, listener, gateway, cluster);
  if (from !== undefined) return `${name} ${from}`;
  const isNamed = ref.kind !== "TCPRoute" && ref.kind !== "UDPRoute";
  if (!isNamed || listener.hostname === undefined || hostnames === undefined) return undefined;
  const { hostname } = listener;
  return hostnames.some((each) => meet(each.toLowerCase(), hostname.toLowerCase()))
    ? undefined
    : `${name} is for ${hostname}`;
}

function whyNotFrom(
  namespace: string,
  { namespaces }: GatewayListener,
  gateway: Gateway,
  cluster: Cluster,
): string | undefined {
  if (namespaces === "all") return undefined;
  if (namespaces === "none") return "takes routes of no namespace";
  if (namespaces === "own")
    return namespace === gateway.namespace ? undefined : `takes routes of namespace ${gateway.namespace} only`;
  const known = cluster.namespaces.get(namespace);
  // Labels that the input does not give may be those that are asked for.
  if (known?.declared !== true) return undefined;
  return matchesSelector(namespaces, known.labels)
    ? undefined
    : `takes routes of namespaces with certain labels, and ${namespace} lacks them`;
}

/** "Hostnames that are prefixed with a wildcard label (*.) are interpreted as a suffix match": of one label or more. */
function meet(one: string, other: string): boolean {
  const [a, b] = [suffixOf(one), suffixOf(other)];
  if (a === undefined && b === undefined) return one === other;
  if (a !== undefined && b !== undefined) return a.endsWith(b) || b.endsWith(a);
  return a === undefined ? one.endsWith(b ?? "") : other.endsWith(a);
}

function suffixOf(hostname: string): string | undefined {
  return hostname.startsWith("*.") ? hostname.slice(1) : undefined;
}

/** "A ReferenceGrant object is required in the referent namespace to allow that namespace's owner to accept the reference." */
function whyRefused(
  { parents, namespace, ref }: IngressRoute,
  { namespace: wanted = namespace, service }: RouteBackend,
  { referenceGrants = [] }: Cluster,
): string | undefined {
  if (parents === undefined || wanted === namespace) return undefined;
  const isGranted = referenceGrants.some(
    (grant) =>
      grant.namespace === wanted &&
      grant.from.some((from) => from.kind === ref.kind && from.namespace === namespace) &&
      grant.services.some((name) => name === undefined || name === service),
  );
  return isGranted
    ? undefined
    : `no ReferenceGrant of namespace ${wanted} lets ${ref.kind} objects of ${namespace} send to it`;
}
