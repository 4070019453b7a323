import { type Assumptions, type Cluster, type Endpoint, type WorkloadEndpoint, listConnectivity } from "@npa/core";
import { type AddressRange, parseAddressRange } from "./address-range.ts";
import { type Connections, connectionsOfPorts, formatConnections, union } from "./connections.ts";
import { type End, Relation } from "./relation.ts";

/** The other tool's names for a workload, or for the pods it makes; none leaves it out. */
export type Naming = (workload: WorkloadEndpoint) => readonly string[];

/** As netpol-analyzer names workloads: the parts of one are one. */
export const byWorkload: Naming = ({ namespace, name, workloadKind }) => [`${namespace}/${name}[${workloadKind}]`];

/** By the name alone, for inputs that consist of pods without owners. */
export const byPod: Naming = ({ namespace, name }) => [`${namespace}/${name}`];

/** npa's list as a relation in another tool's words. What a name may send to itself is left out, as the others do. */
export function relationOf(cluster: Cluster, assumptions: Partial<Assumptions>, naming: Naming): Relation {
  const list = listConnectivity(cluster, { assumptions });
  const ends = new Map(list.endpoints.map((endpoint) => [endpoint.id, endsOf(endpoint, naming)]));
  const sums = new Map<string, { source: NamedEnd; target: NamedEnd; connections: Connections }>();
  for (const connection of list.connections) {
    const connections = connectionsOfPorts(connection);
    for (const source of ends.get(connection.source) ?? []) {
      for (const target of ends.get(connection.target) ?? []) {
        if (source.key === target.key) continue;
        // Parts of a workload that share a name add up.
        const key = `${source.key} => ${target.key}`;
        const sum = sums.get(key)?.connections;
        sums.set(key, {
          source,
          target,
          connections: sum === undefined ? connections : union([...sum, ...connections]),
        });
      }
    }
  }
  const relation = new Relation();
  for (const { source, target, connections } of sums.values())
    relation.add(source.end, target.end, formatConnections(connections));
  return relation;
}

interface NamedEnd {
  readonly key: string;
  readonly end: End;
}

function endsOf(endpoint: Endpoint, naming: Naming): readonly NamedEnd[] {
  switch (endpoint.type) {
    case "workload":
      return naming(endpoint).map((name) => ({ key: name, end: name }));
    case "ingress-controller":
      return [{ key: "{ingress-controller}", end: "{ingress-controller}" }];
    case "reserved":
      return [{ key: endpoint.id, end: endpoint.id }];
    case "ipBlock":
      return [{ key: endpoint.id, end: endpoint.ranges.map(knownRange) }];
  }
}

function knownRange(text: string): AddressRange {
  const range = parseAddressRange(text);
  if (range === undefined) throw new Error(`not a range of addresses: ${text}`);
  return range;
}

/**
 * What other tools assume: the input is everything there is, and pods on their node's network are ordinary pods. The
 * second is only said where there are such pods.
 */
export function theirAssumptions(cluster: Cluster): Partial<Assumptions> {
  const hasNodePods = cluster.workloads.some(({ groups }) => groups.some(({ hostNetwork }) => hostNetwork));
  return { unknownNamespaceLabels: "absent", ...(hasNodePods ? { hostNetworkPodsSelected: true } : {}) };
}
