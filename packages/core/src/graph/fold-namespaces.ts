import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import type { ConnectionId, ConnectionTable } from "../sets/connection-set.ts";
import type { DraftGraph } from "./draft-graph.ts";
import type { FoldedEdge } from "./folded-edges.ts";
import type { GraphNode, WorkloadNode } from "./graph-result.ts";
import { shownNames } from "./isolation.ts";
import { mergeEdges } from "./merge-edges.ts";

/** The workloads of one namespace: their positions by what their names are within it. */
interface Home {
  readonly namespace: string;
  readonly members: ReadonlyMap<string, number>;
}

type Edges = ReadonlyMap<number, ConnectionId>;

/** What a node sends and gets. */
interface Around {
  readonly out: Map<number, ConnectionId>;
  readonly into: Map<number, ConnectionId>;
}

/**
 * The graph by workload in which one namespace is drawn for all that may change places with it: those with workloads of
 * the same names, which do among each other and towards everybody else what their namesakes do. Nothing is lost.
 */
export function foldNamespaces(draft: DraftGraph, table: ConnectionTable): DraftGraph {
  const homes = homesOf(draft.nodes);
  const around = surroundings(draft);
  const blocks = [...groupBy(homes, (home) => shapeOf(home, draft.nodes, around)).values()].flatMap((alike) =>
    blocksOf(alike, around),
  );
  if (blocks.every((block) => block.length === 1)) return draft;
  return folded(draft, blocks, table);
}

function homesOf(nodes: readonly GraphNode[]): readonly Home[] {
  const homes = new Map<string, Map<string, number>>();
  nodes.forEach((node, at) => {
    if (node.type !== "workload") return;
    const members = homes.get(node.namespace) ?? new Map<string, number>();
    homes.set(node.namespace, members.set(node.id.slice(node.namespace.length), at));
  });
  return [...homes]
    .map(([namespace, members]) => ({ namespace, members }))
    .toSorted((a, b) => compareStrings(a.namespace, b.namespace));
}

function surroundings({ nodes, edges }: DraftGraph): readonly Around[] {
  const around = nodes.map((): Around => ({ out: new Map(), into: new Map() }));
  for (const { source, target, connections } of edges) {
    around[source]?.out.set(target, connections);
    around[target]?.into.set(source, connections);
  }
  return around;
}

/** What namespaces that may change places have in common for certain: names, isolation, and how many neighbours on which ports. */
function shapeOf({ members }: Home, nodes: readonly GraphNode[], around: readonly Around[]): string {
  return JSON.stringify(
    [...members]
      .toSorted(([a], [b]) => compareStrings(a, b))
      .map(([name, at]) => {
        const { isolated, hops, hostNetwork } = nodes[at] as WorkloadNode;
        const { out, into } = around[at] as Around;
        return [name, isolated, hops, hostNetwork, countsOf(out), countsOf(into)];
      }),
  );
}

function countsOf(edges: Edges): readonly (readonly [number, number])[] {
  const counts = new Map<ConnectionId, number>();
  for (const connections of edges.values()) counts.set(connections, (counts.get(connections) ?? 0) + 1);
  return [...counts].toSorted(([a], [b]) => a - b);
}

/** To change places is an equivalence, so one of each block is enough to compare with. */
function blocksOf(homes: readonly Home[], around: readonly Around[]): readonly (readonly Home[])[] {
  const blocks: Home[][] = [];
  for (const home of homes) {
    const block = blocks.find(([first = home]) => mayChangePlaces(first, home, around));
    if (block === undefined) blocks.push([home]);
    else block.push(home);
  }
  return blocks;
}

function mayChangePlaces(one: Home, other: Home, around: readonly Around[]): boolean {
  const swapped = new Map<number, number>();
  for (const [name, at] of one.members) {
    const namesake = other.members.get(name);
    if (namesake === undefined) return false;
    swapped.set(at, namesake).set(namesake, at);
  }
  return [...one.members.values()].every((at) => {
    const [own, others] = [around[at] as Around, around[swapped.get(at) ?? at] as Around];
    return isMapped(own.out, others.out, swapped) && isMapped(own.into, others.into, swapped);
  });
}

function isMapped(one: Edges, other: Edges, swapped: ReadonlyMap<number, number>): boolean {
  if (one.size !== other.size) return false;
  for (const [at, connections] of one) if (other.get(swapped.get(at) ?? at) !== connections) return false;
  return true;
}

function folded(draft: DraftGraph, blocks: readonly (readonly Home[])[], table: ConnectionTable): DraftGraph {
  const drawnFor = new Map<number, number>();
  const homeOf = new Map<number, Home>();
  const blockOf = new Map<number, readonly Home[]>();
  for (const block of blocks) {
    const [drawn] = block;
    if (drawn === undefined || block.length < 2) continue;
    for (const home of block)
      for (const [name, at] of home.members) {
        drawnFor.set(at, drawn.members.get(name) ?? at);
        homeOf.set(at, home);
        blockOf.set(at, block);
      }
  }
  const members = draft.members.map((endpoints) => [...endpoints]);
  for (const [at, drawn] of drawnFor) if (at !== drawn) members[drawn]?.push(...(draft.members[at] ?? []));
  const kept = draft.nodes.flatMap((_, at) => ((drawnFor.get(at) ?? at) === at ? [at] : []));
  const position = new Map(kept.map((old, at) => [old, at]));
  const isSplit = ({ source, target }: FoldedEdge): boolean =>
    blockOf.has(source) && blockOf.get(source) === blockOf.get(target);
  return {
    nodes: kept.map((at) => withAlike(draft.nodes[at] as GraphNode, blockOf.get(at))),
    edges: mergeEdges(
      draft.edges,
      {
        count: kept.length,
        nodeOf: (at) => position.get(drawnFor.get(at) ?? at) ?? 0,
        isSplit,
        isWithin: ({ source, target }) => homeOf.get(source) === homeOf.get(target),
      },
      table,
    ),
    members: kept.map((at) => members[at] ?? []),
    isShown: (_, at, isLinked) => {
      const old = kept[at] ?? 0;
      return isLinked || draft.isShown(draft.nodes[old] as GraphNode, old, false);
    },
  };
}

function withAlike(node: GraphNode, block: readonly Home[] | undefined): GraphNode {
  if (node.type !== "workload" || block === undefined) return node;
  const namespaces = block.slice(0, shownNames).map(({ namespace }) => namespace);
  return { ...node, alike: { namespaceCount: block.length, namespaces } };
}
