import { compareStrings } from "../lib/compare.ts";
import type { ConnectionTable } from "../sets/connection-set.ts";
import { alikeNodes } from "./alike.ts";
import type { DraftGraph } from "./draft-graph.ts";
import type { FoldedEdge } from "./folded-edges.ts";
import { mergeEdges } from "./merge-edges.ts";
import type {
  ByDirection,
  GraphNode,
  IpBlockNode,
  NamespaceGroupNode,
  NamespaceNode,
  WorkloadGroupNode,
  WorkloadNode,
} from "./graph-result.ts";
import { byDirection, shownNames } from "./isolation.ts";

/** Nodes of these types are put together where they are alike. */
export type Foldable = "ipBlock" | "workload" | "namespace";

/** The graph in which nodes that may change places are one. Nothing is lost: any of them stands for all. */
export function foldAlike(draft: DraftGraph, types: ReadonlySet<Foldable>, table: ConnectionTable): DraftGraph {
  const valueOf = edgeValues();
  const valued = draft.edges.map((edge) => ({ source: edge.source, target: edge.target, value: valueOf(edge) }));
  const found = alikeNodes(
    draft.nodes.map((node, at) => (types.has(node.type as Foldable) ? kindOf(node) : `${at}`)),
    valued,
  );
  if (found.length === draft.nodes.length) return draft;
  const blocks = withoutTwoSplits(found, draft.edges, valueOf);
  const nodes = blocks.map((block) => nodeOf(block.map((at) => draft.nodes[at] as GraphNode)));
  const first = (at: number): number => blocks[at]?.[0] ?? 0;
  return {
    nodes,
    edges: mergedEdges(draft, blocks, table),
    members: blocks.map((block) => block.flatMap((at) => draft.members[at] ?? [])),
    isShown: (_, at, isLinked) => isLinked || draft.isShown(draft.nodes[first(at)] as GraphNode, first(at), false),
  };
}

/** Numbers edges by what they carry: from 1 up, the same number for the same. */
function edgeValues(): (edge: FoldedEdge) => number {
  const known = new Map<string, number>();
  return ({ connections, split }) => {
    const key = split === undefined ? `${connections}` : `${split.within}/${split.between}`;
    const value = known.get(key) ?? known.size + 1;
    known.set(key, value);
    return value;
  };
}

/** An edge can tell what is within each and between them once: alike nodes in alike namespaces may need it twice, and stay apart. */
function withoutTwoSplits(
  blocks: readonly (readonly number[])[],
  edges: readonly FoldedEdge[],
  valueOf: (edge: FoldedEdge) => number,
): readonly (readonly number[])[] {
  const blockOf = blocksByMember(blocks);
  const inside = edges.filter(({ source, target }) => blockOf.get(source) === blockOf.get(target));
  const split = new Set(inside.flatMap(({ source, split: one }) => (one === undefined ? [] : [blockOf.get(source)])));
  const differs = new Set(
    [...split].filter((block) => {
      const values = inside.filter(({ source }) => blockOf.get(source) === block).map(valueOf);
      const size = blocks[block ?? 0]?.length ?? 0;
      return new Set(values).size > 1 || values.length !== size * size;
    }),
  );
  return blocks.flatMap((block, at) => (differs.has(at) ? block.map((member) => [member]) : [block]));
}

function blocksByMember(blocks: readonly (readonly number[])[]): ReadonlyMap<number, number> {
  return new Map(blocks.flatMap((block, at) => block.map((member) => [member, at] as const)));
}

/** What must be the same in nodes that are drawn as one, beside what they reach and are reached by. */
function kindOf(node: GraphNode): string {
  if (node.type === "ipBlock") return ["ipBlock", node.hops].join();
  if (node.type === "ingress-controller" || node.type === "reserved") return node.id;
  const { ingress, egress } = node.isolated;
  const isolation = [node.type, node.hops, ingress, egress].join();
  if (node.type === "workload") return [isolation, node.hostNetwork, node.namespace].join();
  const partly = byDirection((direction) => node.isolatedEndpoints[direction] > 0);
  return [isolation, partly.ingress, partly.egress].join();
}

function mergedEdges(
  { nodes, edges }: DraftGraph,
  blocks: readonly (readonly number[])[],
  table: ConnectionTable,
): readonly FoldedEdge[] {
  const blockOf = blocksByMember(blocks);
  // Bare Pods have nothing within themselves that could differ from what is between them.
  const told = new Set(
    blocks.flatMap((block, at) =>
      block.length > 1 && !block.every((member) => isBarePod(nodes[member] as GraphNode)) ? [at] : [],
    ),
  );
  const merging = {
    count: blocks.length,
    nodeOf: (at: number) => blockOf.get(at) ?? 0,
    isSplit: ({ source, target }: FoldedEdge) =>
      blockOf.get(source) === blockOf.get(target) && told.has(blockOf.get(source) ?? -1),
    isWithin: ({ source, target }: FoldedEdge) => source === target,
  };
  return mergeEdges(edges, merging, table);
}

function isBarePod(node: GraphNode): boolean {
  return node.type === "workload" && node.workloadKind === "Pod";
}

function nodeOf(members: readonly GraphNode[]): GraphNode {
  const [first] = members;
  if (first === undefined) throw new Error("a block of alike nodes has at least one");
  if (members.length === 1) return first;
  const sorted = members.toSorted((a, b) => compareStrings(a.id, b.id));
  if (sorted.every((node) => node.type === "workload")) return workloadGroup(sorted);
  if (sorted.every((node) => node.type === "namespace")) return namespaceGroup(sorted);
  if (sorted.every((node) => node.type === "ipBlock")) return addressGroup(sorted);
  throw new Error(`nodes of type ${first.type} are never drawn as one`);
}

function workloadGroup(nodes: readonly WorkloadNode[]): WorkloadGroupNode {
  const [first] = nodes as readonly [WorkloadNode, ...WorkloadNode[]];
  return {
    id: `workloads[${first.id},+${nodes.length - 1}]`,
    type: "workloads",
    namespace: first.namespace,
    ...(first.alike === undefined ? {} : { alike: first.alike }),
    workloads: nodes.slice(0, shownNames).map(({ id }) => id),
    endpoints: nodes.length,
    pods: sum(nodes.map(({ pods }) => pods)),
    ...together(nodes),
    isolatedEndpoints: byDirection((direction) => (first.isolated[direction] ? nodes.length : 0)),
    ...(first.hops === undefined ? {} : { hops: first.hops, reachedEndpoints: nodes.length }),
  };
}

function namespaceGroup(nodes: readonly NamespaceNode[]): NamespaceGroupNode {
  const [first] = nodes as readonly [NamespaceNode, ...NamespaceNode[]];
  return {
    id: `namespaces[${first.namespace},+${nodes.length - 1}]`,
    type: "namespaces",
    namespaceCount: nodes.length,
    namespaces: nodes.slice(0, shownNames).map(({ namespace }) => namespace),
    endpoints: sum(nodes.map(({ endpoints }) => endpoints)),
    pods: sum(nodes.map(({ pods }) => pods)),
    ...together(nodes),
    isolatedEndpoints: byDirection((direction) => sum(nodes.map((node) => node.isolatedEndpoints[direction]))),
    ...(first.hops === undefined ? {} : { hops: first.hops }),
    ...(first.reachedEndpoints === undefined
      ? {}
      : { reachedEndpoints: sum(nodes.map(({ reachedEndpoints = 0 }) => reachedEndpoints)) }),
  };
}

function addressGroup(nodes: readonly IpBlockNode[]): IpBlockNode {
  const [first] = nodes as readonly [IpBlockNode, ...IpBlockNode[]];
  return {
    id: nodes.length === 1 ? first.id : `${first.id.replace(/\]$/, "")},+${nodes.length - 1} alike]`,
    type: "ipBlock",
    ranges: nodes.flatMap(({ ranges }) => ranges),
    ...(first.hops === undefined ? {} : { hops: first.hops }),
  };
}

/** The isolation of the first is that of all; the policies are those of any. */
function together(
  nodes: readonly (WorkloadNode | NamespaceNode)[],
): Pick<WorkloadNode, "isolated" | "policies" | "policyCounts"> {
  const [first] = nodes as readonly [WorkloadNode | NamespaceNode];
  const names = byDirection((direction) =>
    [...new Set(nodes.flatMap(({ policies }) => policies[direction]))].toSorted(compareStrings),
  );
  return {
    isolated: first.isolated,
    policies: byDirection((direction) => names[direction].slice(0, shownNames)),
    policyCounts: policyCounts(nodes, names),
  };
}

/** Policies are named within their namespaces: those of many are at least as many as the most that one has, and their names. */
function policyCounts(
  nodes: readonly (WorkloadNode | NamespaceNode)[],
  names: ByDirection<readonly string[]>,
): ByDirection<number> {
  return byDirection((direction) => {
    if (nodes.every(({ type }) => type === "namespace"))
      return sum(nodes.map(({ policyCounts }) => policyCounts[direction]));
    return Math.max(names[direction].length, ...nodes.map(({ policyCounts }) => policyCounts[direction]));
  });
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
