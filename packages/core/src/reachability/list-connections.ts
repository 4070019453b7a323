import type { Connection, UncertainConnection } from "../answers/connectivity.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import { type ListedEndpoint, listEndpoints } from "./endpoints.ts";
import { PortFormatter } from "./format-ports.ts";
import { ingressControllerTraffic } from "./ingress-controller.ts";
import { missingFacts } from "./missing-facts.ts";
import { type ListRequest, type Pair, pairLister, routedPairs } from "./list-pairs.ts";
import { RequestLimits } from "./request-limits.ts";
import type { Reachability } from "./reachability.ts";

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

/** Lists every pair of endpoints that has a connection. */
export function connectionStream(reachability: Reachability, request: ListRequest = {}): ConnectionStream {
  const listed = listEndpoints(reachability);
  const ports = new PortFormatter(reachability.table);
  const routed = ingressControllerTraffic(reachability, listed);
  const endpoints = routed.endpoint === undefined ? listed : insertSorted(listed, routed.endpoint);
  const pairs = pairLister(reachability, endpoints, routed, request);
  const isExact = reachability.possible === reachability.certain;
  const limits = new RequestLimits(reachability);
  return { endpoints, portSets: () => ports.size, connections, uncertain };

  function* connections(): Generator<Connection> {
    for (const { from, to, connections: id } of pairs("certain")) {
      const isPart = !isExact && from.workload !== undefined && possibleBetween(from, to) !== id;
      const family = isPart ? familyBetween(reachability, from, to, id) : {};
      const limited = from.endpoint.type === "ingress-controller" ? [] : limits.of(from.classId, to.classId, id);
      const some = limited.length === 0 ? {} : { limited };
      yield { source: from.endpoint.id, target: to.endpoint.id, ...ports.format(id), ...family, ...some };
    }
  }

  function* uncertain(): Generator<UncertainConnection> {
    for (const pair of isExact ? routedPairsOnly() : pairs("possible")) {
      const { from, to } = pair;
      const extra = reachability.table.difference(pair.connections, certainBetween(from, to));
      if (extra === noConnections) continue;
      const because =
        from.endpoint.type === "ingress-controller" ? routed.because : missingFacts(reachability, from, to);
      const family = familyBetween(reachability, from, to, extra);
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

  function certainBetween(from: ListedEndpoint, to: ListedEndpoint): ConnectionId {
    if (from.endpoint.type === "ingress-controller") return routed.certain.get(to) ?? noConnections;
    return reachability.connections(from.classId, to.classId);
  }
}

/** Of pods only: addresses outside are of one family anyway. */
function familyBetween(
  { table }: Reachability,
  from: ListedEndpoint,
  to: ListedEndpoint,
  id: ConnectionId,
): Pick<Connection, "family"> {
  if (from.workload === undefined || to.workload === undefined) return {};
  if (table.difference(id, table.family[4]) === noConnections) return { family: "IPv4" };
  return table.difference(id, table.family[6]) === noConnections ? { family: "IPv6" } : {};
}

function insertSorted(endpoints: readonly ListedEndpoint[], added: ListedEndpoint): readonly ListedEndpoint[] {
  const at = endpoints.findIndex(({ endpoint }) => endpoint.id > added.endpoint.id);
  return at < 0 ? [...endpoints, added] : endpoints.toSpliced(at, 0, added);
}
