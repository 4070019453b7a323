import type { Connection, UncertainConnection } from "../answers/connectivity.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import type { ClassId } from "./class-set.ts";
import { type ListedEndpoint, listEndpoints } from "./endpoints.ts";
import { PortFormatter } from "./format-ports.ts";
import { type RoutedTraffic, ingressControllerTraffic } from "./ingress-controller.ts";
import { missingFacts } from "./missing-facts.ts";
import { Outgoing } from "./outgoing.ts";
import type { Bound } from "./part-expander.ts";
import { RequestLimits } from "./request-limits.ts";
import type { Reachability } from "./reachability.ts";

/** How far to list. */
export interface ListRequest {
  /** Only pairs with an end of which this is true. Default: all. */
  readonly isWanted?: (endpoint: ListedEndpoint) => boolean;
}

/** The relation as a list, made while it is read: only one source's connections exist at a time. */
export interface ConnectionStream {
  /** Sorted by id. */
  readonly endpoints: readonly ListedEndpoint[];
  /** How many different sets of ports were written so far. */
  readonly portSets: () => number;
  /** Sorted by source, then target. */
  connections(): Generator<Connection>;
  /** What the facts that the input does not give would add. Sorted likewise. */
  uncertain(): Generator<UncertainConnection>;
}

interface Pair {
  readonly from: ListedEndpoint;
  readonly to: ListedEndpoint;
  readonly connections: ConnectionId;
}

/** Lists every pair of endpoints that has a connection. */
export function connectionStream(reachability: Reachability, request: ListRequest = {}): ConnectionStream {
  const listed = listEndpoints(reachability);
  const ports = new PortFormatter(reachability.table);
  const routed = ingressControllerTraffic(reachability, listed);
  const endpoints = routed.endpoint === undefined ? listed : insertSorted(listed, routed.endpoint);
  const ranks = ranksByClass(endpoints);
  const isExact = reachability.possible === reachability.certain;
  const limits = new RequestLimits(reachability);
  const wanted = wantedRanks(endpoints, request);
  const wantedClasses = wanted && new Set([...wanted].map((rank) => (endpoints[rank] as ListedEndpoint).classId));
  return { endpoints, portSets: () => ports.size, connections, uncertain };

  function* connections(): Generator<Connection> {
    for (const { from, to, connections: id } of pairs("certain")) {
      const isPart = !isExact && from.workload !== undefined && possibleBetween(from, to) !== id;
      const family = isPart ? familyBetween(from, to, id) : {};
      const limited = from.endpoint.type === "ingress-controller" ? [] : limits.of(from.classId, to.classId, id);
      const some = limited.length === 0 ? {} : { limited };
      yield { source: from.endpoint.id, target: to.endpoint.id, ...ports.format(id), ...family, ...some };
    }
  }

  function* pairs(bound: Bound): Generator<Pair> {
    const outgoing = new Outgoing(reachability, bound);
    for (const [rank, from] of endpoints.entries()) {
      const isAll = wanted === undefined || wanted.has(rank);
      if (from.endpoint.type === "ingress-controller") yield* routedPairs(from, routed, bound);
      else if (isAll || wanted.size > 0) yield* pairsFrom(from, outgoing, isAll);
    }
  }

  function* pairsFrom(from: ListedEndpoint, outgoing: Outgoing, isAll: boolean): Generator<Pair> {
    const found = new Map<number, ConnectionId>();
    outgoing.from(
      from.classId,
      (target, id) => {
        for (const rank of ranks.get(target) ?? []) if (isAll || wanted?.has(rank)) found.set(rank, id);
      },
      isAll ? undefined : (target) => wantedClasses?.has(target) === true,
    );
    for (const rank of [...found.keys()].toSorted((a, b) => a - b)) {
      const to = endpoints[rank] as ListedEndpoint;
      if (to === from && !to.toItself) continue;
      if (!reachability.isDecided(from.classId, to.classId)) continue;
      yield { from, to, connections: found.get(rank) as ConnectionId };
    }
  }

  function* uncertain(): Generator<UncertainConnection> {
    for (const pair of isExact ? routedPairsOnly() : pairs("possible")) {
      const { from, to } = pair;
      const extra = reachability.table.difference(pair.connections, certainBetween(from, to));
      if (extra === noConnections) continue;
      const because =
        from.endpoint.type === "ingress-controller" ? routed.because : missingFacts(reachability, from, to);
      const family = familyBetween(from, to, extra);
      const limited =
        from.endpoint.type === "ingress-controller" ? [] : limits.ofUncertain(from.classId, to.classId, extra);
      const some = limited.length === 0 ? {} : { limited };
      yield { source: from.endpoint.id, target: to.endpoint.id, ...ports.format(extra), ...family, ...some, because };
    }
  }

  function* routedPairsOnly(): Generator<Pair> {
    if (routed.endpoint !== undefined) yield* routedPairs(routed.endpoint, routed, "possible");
  }

  function possibleBetween(from: ListedEndpoint, to: ListedEndpoint): ConnectionId {
    return reachability.connections(from.classId, to.classId, "possible");
  }

  /** Of pods only: addresses outside are of one family anyway. */
  function familyBetween(from: ListedEndpoint, to: ListedEndpoint, id: ConnectionId): Pick<Connection, "family"> {
    const { table } = reachability;
    if (from.workload === undefined || to.workload === undefined) return {};
    if (table.difference(id, table.family[4]) === noConnections) return { family: "IPv4" };
    return table.difference(id, table.family[6]) === noConnections ? { family: "IPv6" } : {};
  }

  function certainBetween(from: ListedEndpoint, to: ListedEndpoint): ConnectionId {
    if (from.endpoint.type === "ingress-controller") return routed.certain.get(to) ?? noConnections;
    return reachability.connections(from.classId, to.classId);
  }
}

function* routedPairs(from: ListedEndpoint, routed: RoutedTraffic, bound: Bound): Generator<Pair> {
  for (const [to, connections] of routed[bound]) if (connections !== noConnections) yield { from, to, connections };
}

/** The positions of the ends of which one is wanted in each pair; undefined for all. */
function wantedRanks(endpoints: readonly ListedEndpoint[], { isWanted }: ListRequest): ReadonlySet<number> | undefined {
  if (isWanted === undefined) return undefined;
  return new Set(endpoints.flatMap((endpoint, rank) => (isWanted(endpoint) ? [rank] : [])));
}

function insertSorted(endpoints: readonly ListedEndpoint[], added: ListedEndpoint): readonly ListedEndpoint[] {
  const at = endpoints.findIndex(({ endpoint }) => endpoint.id > added.endpoint.id);
  return at < 0 ? [...endpoints, added] : endpoints.toSpliced(at, 0, added);
}

/** The positions of a class's endpoints in the sorted list. */
function ranksByClass(endpoints: readonly ListedEndpoint[]): ReadonlyMap<ClassId, readonly number[]> {
  const ranks = new Map<ClassId, number[]>();
  endpoints.forEach(({ classId }, rank) => {
    const same = ranks.get(classId);
    if (same === undefined) ranks.set(classId, [rank]);
    else same.push(rank);
  });
  return ranks;
}
