import { apiVersion } from "../answers/api-version.ts";
import { basisOf } from "../proof/basis-of.ts";
import type { Connection, ConnectivityList, TruncatedList, UncertainConnection } from "../answers/connectivity.ts";
import type { Endpoint } from "../answers/endpoint.ts";
import { stoppable, stoppableItems } from "../lib/stoppable.ts";
import type { Cluster } from "../model/cluster.ts";
import { type Focus, focusOf } from "../query/focus.ts";
import type { ListedEndpoint } from "../reachability/endpoints.ts";
import { connectionStream } from "../reachability/list-connections.ts";
import { buildReachability, completeAssumptions, type ConnectivityOptions } from "./connectivity.ts";

/** Where a list stops: after so many connections, or so many different sets of ports. */
export interface ListBound {
  /** How many connections may be listed. */
  readonly connections: number;
  /** How many different sets of ports they may have. */
  readonly portSets: number;
}

/** What a list can be given. */
export interface ListOptions extends ConnectivityOptions {
  /** List only what has to do with some workloads, or passes on some port. */
  readonly focus?: Focus;
  /** List only connections with an end of which this is true. Default: all. */
  readonly select?: (endpoint: Endpoint) => boolean;
  /** Where the list stops. Default: nowhere. */
  readonly atMost?: ListBound;
}

/** The list, made while it is read. */
export interface ConnectivityStream {
  /** All endpoints, sorted by id, whether or not they are connected. */
  readonly endpoints: readonly Endpoint[];
  /** What may pass for certain. It can be read once. */
  readonly connections: Iterable<Connection>;
  /** What may pass only if missing facts turn out so. It can be read once. */
  readonly uncertain: Iterable<UncertainConnection>;
  /** How far the list went, when it stopped before its end; to be asked when all is read. */
  readonly truncated: () => TruncatedList | undefined;
}

/** Who may talk to whom, on which ports, made while it is read: memory does not grow with the list. */
export function streamConnectivity(cluster: Cluster, options: ListOptions = {}): ConnectivityStream {
  const reachability = buildReachability(cluster, options);
  const { signal } = options;
  const all = stoppable(signal, () => connectionStream(reachability));
  const byId = new Map(all.endpoints.map((listed) => [listed.endpoint.id, listed.endpoint]));
  const focus = stoppable(signal, () => focusOf(options.focus ?? {}, reachability, all.endpoints));
  const wanted = [focus.isWanted, ofEndpoint(options.select, byId), inNamespaces(options.namespaces, byId)];
  const first = wanted.find((isWanted) => isWanted !== undefined);
  // One of them cuts the work down, the others what comes of it.
  const isEnd = first === undefined ? {} : { isWanted: ({ endpoint }: ListedEndpoint) => first(endpoint.id) };
  const stream = first === undefined ? all : connectionStream(reachability, isEnd);
  const keep = ({ source, target }: Connection): boolean =>
    wanted.every((isWanted) => isWanted === undefined || isWanted(source) || isWanted(target));
  const bound = options.atMost;
  let listed = 0;
  let isTruncated = false;
  return {
    endpoints: stream.endpoints.map(({ endpoint }) => endpoint),
    connections: stoppableItems(signal, filter(stream.connections())),
    uncertain: stoppableItems(signal, filter(stream.uncertain())),
    truncated: () => (isTruncated ? { listed } : undefined),
  };

  function* filter<T extends Connection>(connections: Iterable<T>): Generator<T> {
    if (isTruncated) return;
    for (const connection of connections) {
      const picked = keep(connection) ? focus.pick(connection) : undefined;
      if (picked === undefined) continue;
      if (bound !== undefined && (listed >= bound.connections || stream.portSets() > bound.portSets)) {
        isTruncated = true;
        return;
      }
      listed++;
      yield picked;
    }
  }
}

type IsWanted = (id: string) => boolean;

function ofEndpoint(select: ListOptions["select"], endpoints: ReadonlyMap<string, Endpoint>): IsWanted | undefined {
  if (select === undefined) return undefined;
  const selected = new Set([...endpoints].flatMap(([id, endpoint]) => (select(endpoint) ? [id] : [])));
  return (id) => selected.has(id);
}

function inNamespaces(
  namespaces: readonly string[] = [],
  endpoints: ReadonlyMap<string, Endpoint>,
): IsWanted | undefined {
  if (namespaces.length === 0) return undefined;
  const wanted = new Set(namespaces);
  return ofEndpoint((endpoint) => endpoint.type === "workload" && wanted.has(endpoint.namespace), endpoints);
}

/** Who may talk to whom, on which ports. */
export function listConnectivity(cluster: Cluster, options: ListOptions = {}): ConnectivityList {
  const stream = streamConnectivity(cluster, options);
  const [connections, uncertain] = [[...stream.connections], [...stream.uncertain]];
  const truncated = stream.truncated();
  return {
    apiVersion,
    kind: "ConnectivityList",
    endpoints: stream.endpoints,
    connections,
    uncertain,
    ...(truncated === undefined ? {} : { truncated }),
    ...basisOf(cluster, completeAssumptions(options, cluster)),
  };
}
