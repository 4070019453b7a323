import { type Scenario, arbitraryScenario } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alikeNodes } from "../../src/graph/alike.ts";
import { type BuiltGraph, buildGraph } from "../../src/graph/build-graph.ts";
import { EndpointRelation } from "../../src/graph/endpoint-relation.ts";
import { foldRelation } from "../../src/graph/fold-relation.ts";
import type { GraphNode } from "../../src/graph/graph-result.ts";
import { isolationPartition } from "../../src/graph/partition.ts";
import { blastRadius } from "../../src/graph/traversal.ts";
import { defaultAssumptions } from "../../src/model/assumptions.ts";
import type { ListedEndpoint } from "../../src/reachability/endpoints.ts";
import { PortFormatter } from "../../src/reachability/format-ports.ts";
import { connectionStream } from "../../src/reachability/list-connections.ts";
import type { Bound } from "../../src/reachability/part-expander.ts";
import { Reachability } from "../../src/reachability/reachability.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { type ConnectionId, noConnections } from "../../src/sets/connection-set.ts";
import { parseCidr } from "../../src/sets/address-set.ts";
import { unionAll } from "../../src/sets/interval-set.ts";

const numRuns = Number(process.env["NPA_PROPERTY_RUNS"] ?? 100);
/** Small clusters have small peer sets: with a low limit they are shared between rows as big ones are. */
const arbitraryCase = fc.record({
  scenario: arbitraryScenario({ assumptions: true, packets: 1, maxPods: 10 }),
  denseSize: fc.constantFrom(0, 1, 2, 64),
  bound: fc.constantFrom<Bound>("certain", "possible"),
  hops: fc.constantFrom(0, 1, 2, 3, Number.POSITIVE_INFINITY),
  seed: fc.nat(),
});

function reach({ objects, assumptions }: Scenario, denseSize: number): Reachability {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const { clusterPodCidrs = [], ...known } = assumptions;
  const podCidrs = unionAll(clusterPodCidrs.map((cidr) => parseCidr(cidr)?.addresses ?? []));
  return new Reachability(readManifests([{ name: "cluster.json", text }]), {
    assumptions: { ...defaultAssumptions, ...known },
    denseSize,
    ...(podCidrs.length === 0 ? {} : { podCidrs }),
  });
}

interface Pair {
  readonly from: ListedEndpoint;
  readonly to: ListedEndpoint;
  readonly connections: ConnectionId;
}

/** Every pair that has a connection, one by one. */
function pairs(
  reachability: Reachability,
  bound: Bound,
  endpoints: readonly ListedEndpoint[] = connectionStream(reachability).endpoints,
): readonly Pair[] {
  return endpoints.flatMap((from) =>
    endpoints.flatMap((to) => {
      if (from === to && !from.toItself) return [];
      if (from.endpoint.type === "ipBlock" && to.endpoint.type === "ipBlock") return [];
      const connections = reachability.connections(from.classId, to.classId, bound);
      return connections === noConnections ? [] : [{ from, to, connections }];
    }),
  );
}

/** What each endpoint of a list of pairs reaches, by breadth-first search over the list. */
function explored(all: readonly Pair[], from: ListedEndpoint, limit: number): ReadonlyMap<ListedEndpoint, number> {
  const found = new Map([[from, 0]]);
  for (const [endpoint, hops] of found) {
    if (hops >= limit) continue;
    for (const pair of all) if (pair.from === endpoint && !found.has(pair.to)) found.set(pair.to, hops + 1);
  }
  return found;
}

/** Pairs put together by the names of their ends. */
function folded(
  all: readonly Pair[],
  nameOf: (endpoint: ListedEndpoint) => string,
  reachability: Reachability,
): unknown {
  const format = new PortFormatter(reachability.table);
  const edges = new Map<string, { connections: ConnectionId; count: number; podPairs: number | undefined }>();
  for (const { from, to, connections } of all) {
    const key = `${nameOf(from)} ${nameOf(to)}`;
    const known = edges.get(key) ?? { connections: noConnections, count: 0, podPairs: 0 };
    const [a, b] = [podsOf(from), podsOf(to)];
    edges.set(key, {
      connections: reachability.table.union(known.connections, connections),
      count: known.count + 1,
      podPairs:
        a === undefined || b === undefined
          ? undefined
          : (known.podPairs ?? 0) + a * (from === to ? Math.max(0, b - 1) : b),
    });
  }
  const printed = [...edges].map(([key, { connections, count, podPairs }]) => {
    return [key, { ...format.format(connections), connections: count, podPairs }];
  });
  return Object.fromEntries(printed);
}

function podsOf({ endpoint }: ListedEndpoint): number | undefined {
  return endpoint.type === "workload" ? endpoint.pods : undefined;
}

function namespaceOf({ endpoint }: ListedEndpoint): string {
  return endpoint.type === "workload" ? `namespace/${endpoint.namespace}` : endpoint.id;
}

function pairName(from: ListedEndpoint, to: ListedEndpoint): string {
  return `${from.endpoint.id} ${to.endpoint.id}`;
}

/** The node of a folded graph that stands for each endpoint. */
function nodesByEndpoint(
  graph: BuiltGraph["graph"],
  endpoints: readonly ListedEndpoint[],
): ReadonlyMap<ListedEndpoint, string> {
  return new Map(
    endpoints.map((endpoint) => {
      const found = graph.nodes().filter((id) => standsFor(graph.getNodeAttributes(id), endpoint));
      expect({ endpoint: endpoint.endpoint.id, found }).toMatchObject({ found: [expect.any(String)] });
      return [endpoint, found[0] ?? ""];
    }),
  );
}

function standsFor(node: GraphNode, { endpoint }: ListedEndpoint): boolean {
  if (node.type === "ipBlock") {
    return endpoint.type === "ipBlock" && endpoint.ranges.every((range) => node.ranges.includes(range));
  }
  if (node.type !== "workload" && node.type !== "workloads") return node.id === endpoint.id;
  if (endpoint.type !== "workload") return false;
  const names = node.type === "workload" ? [node.id] : node.workloads;
  const { namespaces = [node.namespace] } = node.alike ?? {};
  const drawn = node.namespace + endpoint.id.slice(endpoint.namespace.length);
  return namespaces.includes(endpoint.namespace) && names.includes(drawn);
}

function isAlike(graph: BuiltGraph["graph"], id: string | undefined): boolean {
  const node = id === undefined ? undefined : graph.getNodeAttributes(id);
  return node !== undefined && "alike" in node;
}

function edgesOf({ graph }: BuiltGraph): unknown {
  const printed = graph.mapEdges((_, { source, target, ports, all, connections, podPairs }) => [
    `${source} ${target}`,
    { ports, all, connections, podPairs },
  ]);
  return Object.fromEntries(printed);
}

describe("on random clusters", () => {
  it("a graph by workload is the relation pair by pair", () => {
    fc.assert(
      fc.property(arbitraryCase, ({ scenario, denseSize, bound }) => {
        const reachability = reach(scenario, denseSize);
        const built = buildGraph(reachability, { bound, maxEdges: Number.POSITIVE_INFINITY });
        expect(edgesOf(built)).toEqual(folded(pairs(reachability, bound), ({ endpoint }) => endpoint.id, reachability));
        expect(built.graph.order).toBe(connectionStream(reachability).endpoints.length);
      }),
      { numRuns },
    );
  });

  it("a graph by namespace is the pairs put together", () => {
    fc.assert(
      fc.property(arbitraryCase, ({ scenario, denseSize, bound }) => {
        const reachability = reach(scenario, denseSize);
        const built = buildGraph(reachability, { by: "namespace", bound });
        expect(edgesOf(built)).toEqual(folded(pairs(reachability, bound), namespaceOf, reachability));
      }),
      { numRuns },
    );
  });

  it("a graph of one namespace has the pairs with an end in it", () => {
    fc.assert(
      fc.property(arbitraryCase, ({ scenario, denseSize, bound, seed }) => {
        const reachability = reach(scenario, denseSize);
        const names = [...reachability.cluster.namespaces.keys()];
        const name = names[seed % names.length] as string;
        const isIn = ({ workload }: ListedEndpoint): boolean => workload?.namespace === name;
        const wanted = pairs(reachability, bound).filter(({ from, to }) => isIn(from) || isIn(to));
        const built = buildGraph(reachability, { bound, namespaces: [name] });
        expect(edgesOf(built)).toEqual(folded(wanted, ({ endpoint }) => endpoint.id, reachability));
        const byNamespace = buildGraph(reachability, { bound, namespaces: [name], by: "namespace" });
        expect(edgesOf(byNamespace)).toEqual(folded(wanted, namespaceOf, reachability));
      }),
      { numRuns },
    );
  });

  it("any partition of the classes is folded alike", () => {
    fc.assert(
      fc.property(arbitraryCase, ({ scenario, denseSize, bound }) => {
        const reachability = reach(scenario, denseSize);
        const relation = new EndpointRelation(reachability, bound);
        const partition = isolationPartition(relation);
        const nameOf = ({ classId }: ListedEndpoint): string => `${partition.nodeOf[classId]}`;
        const isPods = (node: number): boolean => (partition.nodes[node] as GraphNode).type !== "ipBlock";
        const edges = foldRelation(reachability, {
          bound,
          partition,
          sources: relation.endpoints,
          targets: relation.endpoints,
          isWanted: (source, target) => isPods(source) || isPods(target),
          limit: Number.POSITIVE_INFINITY,
        });
        const format = new PortFormatter(reachability.table);
        const printed = edges?.map((edge) => [
          `${edge.source} ${edge.target}`,
          {
            ...format.format(edge.connections),
            connections: edge.endpointPairs,
            podPairs: isPods(edge.source) && isPods(edge.target) ? edge.podPairs : undefined,
          },
        ]);
        expect(Object.fromEntries(printed ?? [])).toEqual(folded(pairs(reachability, bound), nameOf, reachability));
      }),
      { numRuns },
    );
  });

  it("a graph in which alike nodes are one tells all that the graph told", () => {
    fc.assert(
      fc.property(arbitraryCase, ({ scenario, denseSize, bound }) => {
        const reachability = reach(scenario, denseSize);
        const { endpoints } = connectionStream(reachability);
        const all = pairs(reachability, bound, endpoints);
        const format = new PortFormatter(reachability.table);
        const told = new Map(all.map(({ from, to, connections }) => [pairName(from, to), format.format(connections)]));
        const { graph } = buildGraph(reachability, { bound, fold: "same" });
        const nodeOf = nodesByEndpoint(graph, endpoints);
        let connections = 0;
        for (const from of endpoints) {
          for (const to of endpoints) {
            if (from === to && !from.toItself) continue;
            const edge = graph.edge(nodeOf.get(from), nodeOf.get(to));
            const attributes = edge === undefined ? undefined : graph.getEdgeAttributes(edge);
            const isWithin = from === to || (namespaceOf(from) === namespaceOf(to) && isAlike(graph, nodeOf.get(from)));
            const { ports, all: isAll } = (isWithin ? attributes?.within : attributes?.between) ??
              attributes ?? { ports: {}, all: false };
            expect({ pair: pairName(from, to), ports, all: isAll }).toEqual({
              pair: pairName(from, to),
              ...(told.get(pairName(from, to)) ?? { ports: {}, all: false }),
            });
          }
        }
        graph.forEachEdge((_, edge) => (connections += edge.connections));
        expect(connections).toBe(all.length);
      }),
      { numRuns },
    );
  });

  it("two nodes are one exactly where they may change places", () => {
    const arbitraryEdges = fc
      .array(fc.record({ source: fc.nat(6), target: fc.nat(6), value: fc.constantFrom(1, 1, 1, 2) }), { maxLength: 49 })
      .map((edges) => [...new Map(edges.map((edge) => [`${edge.source} ${edge.target}`, edge])).values()]);
    fc.assert(
      fc.property(
        arbitraryEdges,
        fc.array(fc.constantFrom("a", "b"), { minLength: 7, maxLength: 7 }),
        (edges, kinds) => {
          const blocks = alikeNodes(kinds, edges);
          const values = new Map(edges.map(({ source, target, value }) => [`${source} ${target}`, value]));
          const together = (a: number, b: number): boolean =>
            blocks.some((block) => block.includes(a) && block.includes(b));
          for (const a of kinds.keys()) {
            for (const b of kinds.keys()) {
              if (a === b) continue;
              const swap = (at: number): number => (at === a ? b : at === b ? a : at);
              const isSame = [...kinds.keys()].every((x) =>
                [...kinds.keys()].every((y) => values.get(`${x} ${y}`) === values.get(`${swap(x)} ${swap(y)}`)),
              );
              expect({ a, b, together: together(a, b) }).toEqual({ a, b, together: isSame && kinds[a] === kinds[b] });
            }
          }
        },
      ),
      { numRuns: numRuns * 3 },
    );
  });

  it("exploring finds what following the pairs finds, and draws the connections with hops left", () => {
    fc.assert(
      fc.property(arbitraryCase, ({ scenario, denseSize, bound, hops, seed }) => {
        const reachability = reach(scenario, denseSize);
        const { endpoints } = connectionStream(reachability);
        const from = endpoints[seed % endpoints.length] as ListedEndpoint;
        const all = pairs(reachability, bound, endpoints);
        const expected = explored(all, from, hops);
        const followed = all.filter((pair) => (expected.get(pair.from) ?? hops) < hops);
        const built = buildGraph(reachability, { from: from.endpoint.id, hops, bound });
        const found = built.graph.mapNodes((id, node) => [id, node.hops] as const);
        expect(new Map(found)).toEqual(new Map([...expected].map(([{ endpoint }, depth]) => [endpoint.id, depth])));
        expect(edgesOf(built)).toEqual(folded(followed, ({ endpoint }) => endpoint.id, reachability));
        const byNamespace = buildGraph(reachability, { from: from.endpoint.id, hops, bound, by: "namespace" });
        expect(edgesOf(byNamespace)).toEqual(folded(followed, namespaceOf, reachability));
        const reached = byNamespace.graph.nodes();
        expect(reached.toSorted()).toEqual([...new Set([...expected.keys()].map(namespaceOf))].toSorted());
      }),
      { numRuns },
    );
  });

  it("the blast radius in the whole graph is what exploring finds", () => {
    fc.assert(
      fc.property(arbitraryCase, ({ scenario, denseSize, bound, hops, seed }) => {
        const reachability = reach(scenario, denseSize);
        const { graph } = buildGraph(reachability, { bound });
        const start = graph.nodes()[seed % graph.order] as string;
        const exploredGraph = buildGraph(reachability, { bound, from: start, hops }).graph;
        const found = exploredGraph.mapNodes((id, node) => ({ id, hops: node.hops ?? 0 }));
        const radius = blastRadius(graph, start, hops);
        expect(new Set([{ id: start, hops: 0 }, ...radius])).toEqual(new Set(found));
      }),
      { numRuns },
    );
  });
});
