import type { ListedEndpoint } from "../reachability/endpoints.ts";
import { foldRelation } from "./fold-relation.ts";
import { FoldedEdges, type FoldedEdge } from "./folded-edges.ts";
import type { DraftGraph } from "./draft-graph.ts";
import { isPods } from "./graph-of.ts";
import { type GraphRequest, followed, isNodeInScope } from "./graph-request.ts";
import type { GraphNode } from "./graph-result.ts";
import type { Partition } from "./partition.ts";

/** One node per part of a partition. Undefined when that has more than `limit` edges. */
export function foldedGraph(request: GraphRequest, partition: Partition, limit: number): DraftGraph | undefined {
  const { relation } = request;
  const controller = controllerNode(request);
  const nodes = [...partition.nodes, ...controller];
  const wanted = nodes.map((node) => isNodeInScope(node, request));
  const isWanted = (source: number, target: number): boolean =>
    (isPods(nodes[source] as GraphNode) || isPods(nodes[target] as GraphNode)) &&
    (wanted[source] === true || wanted[target] === true);
  const folded = foldRelation(relation.reachability, {
    bound: relation.bound,
    partition,
    sources: followed(request),
    targets: relation.endpoints,
    isWanted,
    limit,
  });
  if (folded === undefined) return undefined;
  const routed = controller.length === 0 ? [] : routes(request, partition, isWanted);
  return {
    nodes,
    edges: [...folded, ...routed],
    members: membersOf(request, partition, nodes.length),
    isShown: (node, at, isLinked) => isLinked || (wanted[at] === true && isExplored(node, request)),
  };
}

/** The endpoints of each node; the ingress controller, which has no class, is that of the last. */
function membersOf(
  { relation }: GraphRequest,
  { nodeOf }: Partition,
  count: number,
): readonly (readonly ListedEndpoint[])[] {
  const members = Array.from({ length: count }, (): ListedEndpoint[] => []);
  for (const listed of relation.endpoints)
    members[listed.endpoint.type === "ingress-controller" ? count - 1 : (nodeOf[listed.classId] ?? -1)]?.push(listed);
  return members;
}

function isExplored(node: GraphNode, { explored }: GraphRequest): boolean {
  return explored === undefined || node.hops !== undefined;
}

/** The ingress controller belongs to no class: its node comes after those of the partition. */
function controllerNode({ relation, explored }: GraphRequest): readonly GraphNode[] {
  return relation.endpoints.flatMap((listed): GraphNode[] => {
    const hops = explored?.get(listed);
    if (listed.endpoint.type !== "ingress-controller" || (explored !== undefined && hops === undefined)) return [];
    return [{ ...listed.endpoint, ...(hops === undefined ? {} : { hops }) }];
  });
}

/** What the ingress controller may send, folded. Only a starting point can be explored that nothing leads to. */
function routes(
  { relation, hops }: GraphRequest,
  { nodes, nodeOf }: Partition,
  isWanted: (source: number, target: number) => boolean,
): readonly FoldedEdge[] {
  const edges = new FoldedEdges(nodes.length + 1, Number.POSITIVE_INFINITY);
  for (const [target, connections] of hops > 0 ? relation.routed() : []) {
    const to = nodeOf[target.classId] ?? -1;
    if (to >= 0 && isWanted(nodes.length, to)) edges.add(nodes.length, to, connections, 1, 0);
  }
  return edges.toArray(relation.reachability.table);
}
