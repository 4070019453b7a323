import type { Cluster, Connection, ConnectivityStream } from "@npa/core";
import type { LabelMatcher } from "./label-selector.ts";

/** The connections with an end at a workload whose pods have the labels, in one of the namespaces if any are given. */
export function connectionsOf(
  stream: ConnectivityStream,
  cluster: Cluster,
  matches: LabelMatcher,
  namespaces: readonly string[],
): ConnectivityStream {
  const workloads = new Set(
    cluster.workloads.filter(({ groups }) => groups.some(({ labels }) => matches(labels))).map(({ id }) => id),
  );
  const selected = new Set(
    stream.endpoints.flatMap((endpoint) => {
      if (endpoint.type !== "workload") return [];
      const { id, namespace, name, workloadKind } = endpoint;
      const inScope = namespaces.length === 0 || namespaces.includes(namespace);
      return inScope && workloads.has(`${namespace}/${name}[${workloadKind}]`) ? [id] : [];
    }),
  );
  const isSelected = ({ source, target }: Connection): boolean => selected.has(source) || selected.has(target);
  return {
    endpoints: stream.endpoints,
    connections: filtered(stream.connections, isSelected),
    uncertain: filtered(stream.uncertain, isSelected),
  };
}

function* filtered<T>(items: Iterable<T>, keep: (item: T) => boolean): Generator<T> {
  for (const item of items) if (keep(item)) yield item;
}
