import type { ListedEndpoint } from "../reachability/endpoints.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import { type DraftGraph, shownNodes } from "./draft-graph.ts";
import { FoldedEdges } from "./folded-edges.ts";
import type { GraphNode } from "./graph-result.ts";
import { type GraphRequest, isInScope } from "./graph-request.ts";
import { IsolationFinder } from "./isolation.ts";
import { externalNode, externalNodeOf, podsOf } from "./partition.ts";

/** Pairs of endpoints that may be tried one by one; more would take too long. */
const mostPairsTried = 20_000_000;

/** Why a graph is too big to be drawn. */
export interface TooBig {
  readonly tooBig: string;
}

/** The endpoints of a node: one, but for external addresses that are drawn together. */
type NodeMembers = readonly [ListedEndpoint, ...ListedEndpoint[]];

/** One node per endpoint; external addresses `apart` as policies tell them apart, or `together` as one node. */
export function workloadGraph(
  request: GraphRequest,
  external: "apart" | "together",
  maxEdges: number,
): DraftGraph | TooBig {
  const { relation, explored } = request;
  const candidates =
    explored === undefined ? relation.endpoints : relation.endpoints.filter((one) => explored.has(one));
  const members = nodeMembers(candidates, external);
  const inScope = candidates.filter((endpoint) => isInScope(endpoint, request));
  const tooBig = sizeProblem(request, members, inScope, maxEdges) ?? wholeProblem(request, external, maxEdges);
  if (tooBig !== undefined) return { tooBig };
  const position = new Map(members.flatMap((endpoints, at) => endpoints.map((endpoint) => [endpoint, at])));
  const edges = new FoldedEdges(members.length, maxEdges);
  for (const source of candidates) {
    if ((explored?.get(source) ?? 0) >= request.hops) continue;
    const from = position.get(source) ?? 0;
    for (const [target, connections] of targetsOf(source, inScope, request))
      edges.add(from, position.get(target) ?? 0, connections, 1, podPairs(source, target));
    if (edges.tooMany) return { tooBig: `more than ${maxEdges} connections` };
  }
  const finder = new IsolationFinder(relation.reachability);
  const nodes = members.map((endpoints) => nodeOf(endpoints, request, finder));
  const folded = edges.toArray(relation.reachability.table);
  const isShown = (_: GraphNode, at: number, isLinked: boolean): boolean =>
    isLinked || isAnyInScope(members[at] ?? [], request);
  const draft = { nodes, edges: folded, members, isShown };
  const shown = shownNodes(draft).length;
  if (shown > maxEdges) return { tooBig: `${shown} endpoints (the limit is ${maxEdges})` };
  return draft;
}

/** The endpoints by node, sorted by the nodes' ids. */
function nodeMembers(candidates: readonly ListedEndpoint[], external: "apart" | "together"): readonly NodeMembers[] {
  const [first, ...rest] = candidates.filter(({ endpoint }) => endpoint.type === "ipBlock");
  if (external === "apart" || first === undefined) return candidates.map((endpoint) => [endpoint]);
  const others = candidates.filter(({ endpoint }) => endpoint.type !== "ipBlock");
  const at = others.findIndex(({ endpoint }) => endpoint.id > externalNode);
  const nodes: NodeMembers[] = others.map((endpoint) => [endpoint]);
  return nodes.toSpliced(at < 0 ? nodes.length : at, 0, [first, ...rest]);
}

function sizeProblem(
  request: GraphRequest,
  members: readonly NodeMembers[],
  inScope: readonly ListedEndpoint[],
  maxEdges: number,
): string | undefined {
  const { namespaces } = request;
  const wanted = namespaces === undefined ? members.length : inScope.length;
  if (wanted > maxEdges) return `${wanted} endpoints (the limit is ${maxEdges})`;
  if (namespaces === undefined || wanted * members.length <= mostPairsTried) return undefined;
  return `${wanted} of ${members.length} endpoints`;
}

/** The whole relation has been counted before it is expanded. */
function wholeProblem(request: GraphRequest, external: "apart" | "together", maxEdges: number): string | undefined {
  const { explored, namespaces, relation } = request;
  if (external === "together" || explored !== undefined || namespaces !== undefined || relation.bound !== "certain")
    return undefined;
  const { connections } = relation.reachability.counts();
  return connections > maxEdges ? `${connections} connections (the limit is ${maxEdges})` : undefined;
}

function isAnyInScope(endpoints: readonly ListedEndpoint[], request: GraphRequest): boolean {
  return endpoints.some((endpoint) => isInScope(endpoint, request));
}

/** From an endpoint out of scope only what is in scope is asked for, pair by pair. */
function targetsOf(
  source: ListedEndpoint,
  inScope: readonly ListedEndpoint[],
  request: GraphRequest,
): Iterable<readonly [ListedEndpoint, ConnectionId]> {
  const { relation } = request;
  if (isInScope(source, request)) return relation.from(source);
  if (source.endpoint.type === "ingress-controller")
    return relation.from(source).filter(([target]) => isInScope(target, request));
  return inScope.flatMap((target) => {
    const connections = relation.reachability.connections(source.classId, target.classId, relation.bound);
    return connections === noConnections ? [] : [[target, connections] as const];
  });
}

function podPairs(source: ListedEndpoint, target: ListedEndpoint): number {
  return podsOf(source) * (source === target ? Math.max(0, podsOf(target) - 1) : podsOf(target));
}

function nodeOf(endpoints: NodeMembers, { explored, relation }: GraphRequest, finder: IsolationFinder): GraphNode {
  const [listed] = endpoints;
  if (endpoints.length > 1) return externalNodeOf(endpoints, relation, explored);
  const { endpoint } = listed;
  const hops = explored?.get(listed);
  const reached = hops === undefined ? {} : { hops };
  if (endpoint.type !== "workload") return { ...endpoint, ...reached };
  return { ...endpoint, ...finder.ofClass(listed.classId), ...reached };
}
