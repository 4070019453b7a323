import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import type { ClassId } from "./class-set.ts";
import type { ListedEndpoint } from "./endpoints.ts";
import type { RoutedTraffic } from "./ingress-controller.ts";
import { Outgoing } from "./outgoing.ts";
import type { Bound } from "./part-expander.ts";
import type { Reachability } from "./reachability.ts";

/** How far to list. */
export interface ListRequest {
  /** Only pairs with an end of which this is true. Default: all. */
  readonly isWanted?: (endpoint: ListedEndpoint) => boolean;
}

/** Two listed endpoints with a connection, and all their connections. */
export interface Pair {
  readonly from: ListedEndpoint;
  readonly to: ListedEndpoint;
  readonly connections: ConnectionId;
}

/** Lists the wanted pairs of a bound by source, then target, as they stand among the endpoints: one source's exist at a time. */
export function pairLister(
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
  routed: RoutedTraffic,
  request: ListRequest,
): (bound: Bound) => Generator<Pair> {
  const ranks = ranksByClass(endpoints);
  const wanted = wantedRanks(endpoints, request);
  const wantedClasses = wanted && new Set([...wanted].map((rank) => (endpoints[rank] as ListedEndpoint).classId));
  return pairs;

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
}

/** What the controller of an Ingress sends to the backends. */
export function* routedPairs(from: ListedEndpoint, routed: RoutedTraffic, bound: Bound): Generator<Pair> {
  for (const [to, connections] of routed[bound]) if (connections !== noConnections) yield { from, to, connections };
}

/** The positions of the ends of which one is wanted in each pair; undefined for all. */
function wantedRanks(endpoints: readonly ListedEndpoint[], { isWanted }: ListRequest): ReadonlySet<number> | undefined {
  if (isWanted === undefined) return undefined;
  return new Set(endpoints.flatMap((endpoint, rank) => (isWanted(endpoint) ? [rank] : [])));
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
