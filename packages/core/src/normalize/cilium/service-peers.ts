import { groupBy } from "../../lib/group-by.ts";
import { type Assumptions, ciliumVersions } from "../../model/assumptions.ts";
import type { Service } from "../../model/cluster.ts";
import type { Peer } from "../../model/policy.ts";
import { singleAddresses } from "../../sets/address-set.ts";
import type { NodePath } from "../../source/position.ts";
import type { CiliumPeer, PlacedPeer } from "./cilium-draft.ts";
import { type AskedEntry, type CiliumEntities, outside, type Possible } from "./cilium-entities.ts";
import { podsOf } from "./labelled-objects.ts";
import { selectsNoService, selectsService } from "./service-selector.ts";

type CiliumVersion = Assumptions["ciliumVersion"];
type ServicePeer = Extract<CiliumPeer, { type: "service" }>;

/** One that `toServices` names, and where. */
export interface PlacedService extends PlacedPeer {
  readonly peer: ServicePeer;
}

/** What `toServices` of an entry means in some versions. */
export interface ServiceReading {
  /** Absent: in all of them. */
  readonly versions?: readonly CiliumVersion[];
  readonly peers: "everyone" | readonly ResolvedService[];
}

/** Whom one of its items means. */
export interface ResolvedService {
  readonly at: NodePath;
  readonly certain: readonly Peer[];
  readonly possible?: Possible;
}

/** What Services are looked up in. */
interface ServiceGround {
  readonly services: readonly Service[];
  readonly entities: CiliumEntities;
}

/** Whether an item of an entry names Services. */
export function isService(placed: PlacedPeer): placed is PlacedService {
  return placed.peer.type === "service";
}

/** What `toServices` means, once for all versions that agree. */
export function readingsOf(
  placed: readonly PlacedService[],
  entry: AskedEntry,
  ground: ServiceGround,
): readonly ServiceReading[] {
  // "Of a deny nothing is ever resolved."
  if (entry.action === "deny") return [{ peers: unresolved(entry) }];
  const groups = groupBy(ciliumVersions, (version) =>
    JSON.stringify(
      placed.map(({ peer }) => {
        const { found, mayBeMissing } = servicesOf(peer, version, ground);
        return [found.map(({ namespace, name }) => [namespace, name]), mayBeMissing];
      }),
    ),
  );
  return [...groups.values()].map((versions): ServiceReading => {
    const [version = "1.20"] = versions;
    const peers = resolved(placed, version, entry, ground);
    return groups.size === 1 ? { peers } : { versions, peers };
  });
}

/** What is not resolved matches nothing, or with ports everybody on them. */
function unresolved({ ports }: AskedEntry): ServiceReading["peers"] {
  return ports === "any" ? [] : "everyone";
}

/** "toServices: with a selector its pods, else the addresses of its EndpointSlices", or of its Endpoints, of which these are made. */
function resolved(
  placed: readonly PlacedService[],
  version: CiliumVersion,
  entry: AskedEntry,
  ground: ServiceGround,
): ServiceReading["peers"] {
  const parts = placed.map(({ peer, path }) => ({ peer, at: path, ...servicesOf(peer, version, ground) }));
  const isResolved = parts.some(({ found }) => found.some(isResolvedService));
  if (!isResolved && !parts.some(({ found, mayBeMissing }) => mayBeMissing || found.some(isUnknown)))
    return unresolved(entry);
  const ifAbsent = isResolved || entry.ports === "any" ? "nobody" : "everyone";
  return parts.map(({ peer, at, found, mayBeMissing }): ResolvedService => {
    const unknown = found.find(isUnknown);
    const missing: Possible = { peers: "any", why: `the Service ${peer.name ?? "with these labels"}`, ifAbsent };
    return {
      at,
      certain: found.filter((service) => !isUnknown(service)).map((service) => endpointsOf(service, ground.entities)),
      ...(mayBeMissing ? { possible: missing } : {}),
      ...(unknown === undefined ? {} : { possible: unknownEndpoints(unknown, ifAbsent, ground.entities) }),
    };
  });
}

/** The Services that a version finds, and whether others may exist that the input does not show. */
function servicesOf(
  { name, namespace, labels }: ServicePeer,
  version: CiliumVersion,
  { services }: ServiceGround,
): { readonly found: readonly Service[]; readonly mayBeMissing: boolean } {
  if (labels === undefined ? name === undefined : selectsNoService(labels, version))
    return { found: [], mayBeMissing: false };
  const found = services.filter(
    (service) =>
      // "No namespace is any", not that of the policy.
      (namespace === undefined || service.namespace === namespace) &&
      (labels === undefined ? service.name === name : selectsService(labels, service.labels, version)),
  );
  // Up to 1.16 "only services without a label selector are allowed as targets of a toServices rule".
  return {
    found: version === "1.16" ? found.filter(({ selector }) => selector === undefined) : found,
    mayBeMissing: found.length === 0,
  };
}

/** Of a Service that selects no pods only EndpointSlices tell what is behind it. */
function isUnknown({ selector, endpoints }: Service): boolean {
  return selector === undefined && endpoints === undefined;
}

/** Of Services without pods and without addresses nothing is resolved. */
function isResolvedService({ selector, endpoints = [] }: Service): boolean {
  return selector !== undefined || endpoints.some(({ addresses }) => addresses.length > 0);
}

/** Where there are none the Service is not resolved, and may open its ports to everybody; else they are outside. */
function unknownEndpoints(
  { namespace, name }: Service,
  ifAbsent: "everyone" | "nobody",
  entities: CiliumEntities,
): Possible {
  const why = `the EndpointSlices of Service ${namespace}/${name}`;
  return { peers: ifAbsent === "everyone" ? "any" : [entities.outside(["world"], outside)], why, ifAbsent };
}

function endpointsOf(service: Service, entities: CiliumEntities): Peer {
  if (service.selector !== undefined) return podsOf(service);
  return entities.outside(
    [`Service ${service.namespace}/${service.name}`],
    singleAddresses((service.endpoints ?? []).flatMap(({ addresses }) => addresses)),
  );
}
