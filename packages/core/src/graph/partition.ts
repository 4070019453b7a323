import { by } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import { directions } from "../model/policy.ts";
import type { ListedEndpoint } from "../reachability/endpoints.ts";
import { formatRanges } from "../sets/address-set.ts";
import { unionAll } from "../sets/interval-set.ts";
import type { EndpointRelation } from "./endpoint-relation.ts";
import type { Explored } from "./explore.ts";
import type { ByDirection, GraphNode, IpBlockNode, NamespaceGroupNode, NamespaceNode } from "./graph-result.ts";
import { IsolationFinder, byDirection, shownNames } from "./isolation.ts";

/** The classes of a cluster, put together into nodes. */
export interface Partition {
  readonly nodes: readonly GraphNode[];
  /** The node of each class, as a position in `nodes`. */
  readonly nodeOf: Int32Array;
}

/** With more address classes than this, all external addresses are one node. */
const mostAddressNodes = 20;

/** The id of the node of all external addresses, where they are one. */
export const externalNode = "external";

interface Group {
  readonly node: GraphNode;
  readonly endpoints: readonly ListedEndpoint[];
}

/** One node per namespace that has workloads, and the external addresses. */
export function namespacePartition(relation: EndpointRelation, explored?: Explored): Partition {
  const finder = new IsolationFinder(relation.reachability);
  const groups = [...byNamespace(relation)].map(([namespace, endpoints]): Group => {
    const isolatedEndpoints = countIsolated(endpoints, relation);
    const node: NamespaceNode = {
      id: `namespace/${namespace}`,
      type: "namespace",
      namespace,
      ...sizeOf(endpoints),
      ...finder.ofNamespaces([namespace], allIsolated(endpoints, isolatedEndpoints)),
      isolatedEndpoints,
      ...reachedOf(endpoints, explored),
    };
    return { node, endpoints };
  });
  return partition(relation, [...groups, ...externalGroups(relation, explored)]);
}

/** One node for all namespaces that are isolated to the same extent, and the external addresses: ten nodes and some. */
export function isolationPartition(relation: EndpointRelation, explored?: Explored): Partition {
  const finder = new IsolationFinder(relation.reachability);
  const alike = groupBy(byNamespace(relation), ([, endpoints]) => extentOf(endpoints, relation));
  const groups = [...alike].map(([extent, members]): Group => {
    const endpoints = members.flatMap(([, ofNamespace]) => ofNamespace);
    const namespaces = members.map(([namespace]) => namespace).toSorted();
    const isolatedEndpoints = countIsolated(endpoints, relation);
    const node: NamespaceGroupNode = {
      id: `namespaces[${extent}]`,
      type: "namespaces",
      namespaceCount: namespaces.length,
      namespaces: namespaces.slice(0, shownNames),
      ...sizeOf(endpoints),
      ...finder.ofNamespaces(namespaces, allIsolated(endpoints, isolatedEndpoints)),
      isolatedEndpoints,
      ...reachedOf(endpoints, explored),
    };
    return { node, endpoints };
  });
  return partition(relation, [...groups, ...externalGroups(relation, explored)]);
}

function byNamespace(relation: EndpointRelation): ReadonlyMap<string, readonly ListedEndpoint[]> {
  const ofWorkloads = relation.endpoints.filter(({ workload }) => workload !== undefined);
  return groupBy(ofWorkloads, ({ workload }) => workload?.namespace ?? "");
}

/** The external addresses as they are told apart or, when those are many, as one; and reserved identities. */
function externalGroups(relation: EndpointRelation, explored: Explored | undefined): Group[] {
  const external = relation.endpoints.filter(({ endpoint }) => endpoint.type === "ipBlock");
  const reserved = relation.endpoints.filter(({ endpoint }) => endpoint.type === "reserved");
  if (external.length > mostAddressNodes)
    return [{ node: externalNodeOf(external, relation, explored), endpoints: external }, ...apart(reserved, explored)];
  return apart([...external, ...reserved], explored);
}

function apart(outside: readonly ListedEndpoint[], explored: Explored | undefined): Group[] {
  return outside.flatMap((listed) => {
    const { endpoint } = listed;
    if (endpoint.type !== "ipBlock" && endpoint.type !== "reserved") return [];
    return [{ node: { ...endpoint, ...hopsOf([listed], explored) }, endpoints: [listed] }];
  });
}

/** Many ranges of external addresses as one node. */
export function externalNodeOf(
  endpoints: readonly ListedEndpoint[],
  { reachability }: EndpointRelation,
  explored: Explored | undefined,
): IpBlockNode {
  const addresses = unionAll(endpoints.map(({ classId }) => reachability.addressesOf(classId)));
  return { id: externalNode, type: "ipBlock", ranges: formatRanges(addresses), ...hopsOf(endpoints, explored) };
}

function partition(relation: EndpointRelation, groups: readonly Group[]): Partition {
  const nodeOf = new Int32Array(relation.reachability.classCount).fill(-1);
  const sorted = groups.toSorted(by(({ node }) => node.id));
  sorted.forEach(({ endpoints }, at) => {
    for (const { classId } of endpoints) nodeOf[classId] = at;
  });
  return { nodes: sorted.map(({ node }) => node), nodeOf };
}

function sizeOf(endpoints: readonly ListedEndpoint[]): { readonly endpoints: number; readonly pods: number } {
  return { endpoints: endpoints.length, pods: endpoints.reduce((sum, listed) => sum + podsOf(listed), 0) };
}

/** The pods of an endpoint; external addresses have none. */
export function podsOf({ endpoint }: ListedEndpoint): number {
  return endpoint.type === "workload" ? endpoint.pods : 0;
}

function countIsolated(endpoints: readonly ListedEndpoint[], { reachability }: EndpointRelation): ByDirection<number> {
  return byDirection(
    (direction) => endpoints.filter(({ classId }) => reachability.isIsolated(classId, direction)).length,
  );
}

function allIsolated(endpoints: readonly unknown[], isolated: ByDirection<number>): ByDirection<boolean> {
  return byDirection((direction) => isolated[direction] === endpoints.length);
}

/** `ingress=all,egress=some`. */
function extentOf(endpoints: readonly ListedEndpoint[], relation: EndpointRelation): string {
  const isolated = countIsolated(endpoints, relation);
  return directions
    .map((direction) => {
      const count = isolated[direction];
      return `${direction}=${count === 0 ? "none" : count === endpoints.length ? "all" : "some"}`;
    })
    .join();
}

function hopsOf(endpoints: readonly ListedEndpoint[], explored: Explored | undefined): { readonly hops?: number } {
  let fewest: number | undefined;
  for (const endpoint of endpoints) {
    const hops = explored?.get(endpoint);
    if (hops !== undefined && (fewest === undefined || hops < fewest)) fewest = hops;
  }
  return fewest === undefined ? {} : { hops: fewest };
}

function reachedOf(
  endpoints: readonly ListedEndpoint[],
  explored: Explored | undefined,
): { readonly hops?: number; readonly reachedEndpoints?: number } {
  if (explored === undefined) return {};
  const reachedEndpoints = endpoints.filter((endpoint) => explored.has(endpoint)).length;
  return { ...hopsOf(endpoints, explored), reachedEndpoints };
}
