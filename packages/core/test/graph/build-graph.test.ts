import { describe, expect, it } from "vitest";
import { buildGraph } from "../../src/graph/build-graph.ts";
import type { BuiltGraph } from "../../src/graph/build-graph.ts";
import { UsageError } from "../../src/lib/usage-error.ts";
import { accepts, chain, deployment, reach } from "./clusters.ts";

const edges = ({ graph }: BuiltGraph): string[] =>
  graph.mapEdges((_, { source, target, text }) => `${source} -> ${target}: ${text}`);

describe("a graph by workload", () => {
  const built = buildGraph(reach(chain));

  it("has the connections as edges, with their ports", () => {
    expect(edges(built)).toEqual([
      "external -> ops/admin[Deployment]: All",
      "ops/admin[Deployment] -> external: All",
      "ops/admin[Deployment] -> ops/admin[Deployment]: All",
      "shop/api[Deployment] -> external: All",
      "shop/api[Deployment] -> ops/admin[Deployment]: All",
      "shop/api[Deployment] -> shop/db[Deployment]: TCP 5432",
      "shop/db[Deployment] -> external: All",
      "shop/db[Deployment] -> ops/admin[Deployment]: All",
      "shop/web[Deployment] -> external: All",
      "shop/web[Deployment] -> ops/admin[Deployment]: All",
      "shop/web[Deployment] -> shop/api[Deployment]: TCP 8080",
    ]);
    expect(built).toMatchObject({ by: "workload", folded: false, bound: "certain" });
    expect(built.note).toBeUndefined();
  });

  it("tells of each node who isolates it, and of each edge the pairs of pods", () => {
    expect(built.graph.getNodeAttributes("shop/db[Deployment]")).toEqual({
      id: "shop/db[Deployment]",
      type: "workload",
      namespace: "shop",
      name: "db",
      workloadKind: "Deployment",
      pods: 2,
      isolated: { ingress: true, egress: false },
      policies: { ingress: ["db-accepts"], egress: [] },
      policyCounts: { ingress: 1, egress: 0 },
    });
    const edge = built.graph.edge("shop/api[Deployment]", "shop/db[Deployment]");
    expect(built.graph.getEdgeAttributes(edge)).toEqual({
      source: "shop/api[Deployment]",
      target: "shop/db[Deployment]",
      ports: { TCP: ["5432"] },
      all: false,
      text: "TCP 5432",
      connections: 1,
      onAllPorts: 0,
      podPairs: 4,
    });
  });

  it("explores only what the starting point reaches", () => {
    const one = buildGraph(reach(chain), { from: "shop/web[Deployment]", hops: 1 });
    expect(one).toMatchObject({ from: ["shop/web[Deployment]"], hops: 1 });
    expect(one.graph.mapNodes((id, { hops }) => [id, hops])).toEqual([
      ["external", 1],
      ["ops/admin[Deployment]", 1],
      ["shop/api[Deployment]", 1],
      ["shop/web[Deployment]", 0],
    ]);
    expect(edges(one)).toHaveLength(3);
    const two = buildGraph(reach(chain), { from: ["shop/web[Deployment]"], hops: 2 });
    expect(two.graph.getNodeAttribute("shop/db[Deployment]", "hops")).toBe(2);
    expect(two.graph.hasEdge("shop/db[Deployment]", "external")).toBe(false);
  });

  it("of some namespaces has the edges with an end in them", () => {
    const scoped = buildGraph(reach(chain + deployment("idle", "x") + accepts("idle", "x")), { namespaces: ["ops"] });
    expect(scoped.graph.hasNode("idle/x[Deployment]")).toBe(true);
    expect(scoped.graph.hasEdge("shop/web[Deployment]", "ops/admin[Deployment]")).toBe(true);
    expect(scoped.graph.hasEdge("shop/web[Deployment]", "shop/api[Deployment]")).toBe(false);
  });

  it("knows a starting point by its id or a node's", () => {
    const from = (id: string): readonly string[] | undefined => buildGraph(reach(chain), { from: id, hops: 0 }).from;
    expect(from("shop/db[Deployment]")).toEqual(["shop/db[Deployment]"]);
    expect(from("external")).toEqual(["external"]);
    expect(from("namespace/shop")).toHaveLength(3);
    expect(() => from("shop/db")).toThrow('no endpoint "shop/db" in the input');
  });

  it("refuses figures that make no sense", () => {
    const from = "shop/web[Deployment]";
    expect(() => buildGraph(reach(chain), { from, hops: -1 })).toThrow("hops is -1");
    expect(() => buildGraph(reach(chain), { from, hops: Number.NaN })).toThrow(UsageError);
  });
});

describe("a folded graph", () => {
  it("has one node per namespace, counting what it stands for", () => {
    const built = buildGraph(reach(chain), { by: "namespace" });
    expect(built).toMatchObject({ by: "namespace", folded: true });
    expect(built.note).toBeUndefined();
    expect(built.graph.nodes()).toEqual(["external", "namespace/ops", "namespace/shop"]);
    expect(built.graph.getNodeAttributes("namespace/shop")).toEqual({
      id: "namespace/shop",
      type: "namespace",
      namespace: "shop",
      endpoints: 3,
      pods: 6,
      isolated: { ingress: true, egress: false },
      isolatedEndpoints: { ingress: 3, egress: 0 },
      policies: { ingress: ["api-accepts", "db-accepts", "web-accepts"], egress: [] },
      policyCounts: { ingress: 3, egress: 0 },
    });
    const own = built.graph.edge("namespace/shop", "namespace/shop");
    expect(built.graph.getEdgeAttributes(own)).toMatchObject({
      ports: { TCP: ["5432", "8080"] },
      connections: 2,
      podPairs: 8,
    });
  });

  it("takes the place of one that is too big, and says so", () => {
    const built = buildGraph(reach(chain), { maxEdges: 10 });
    expect(built).toMatchObject({ by: "namespace", folded: true });
    expect(built.note).toBe("Too big to draw by workload, with more than 10 connections: folded per namespace.");
    expect(buildGraph(reach(chain), { maxEdges: 11 })).toMatchObject({ by: "workload", folded: false });
  });

  it("gives way to kinds of namespaces when those are too many, and says so", () => {
    const many = Array.from({ length: 8 }, (_, i) => deployment(`n${i}`, "app", 1)).join("");
    const built = buildGraph(reach(many + accepts("n7", "app")), { maxEdges: 1 });
    expect(built).toMatchObject({ by: "isolation", folded: true });
    expect(built.note).toContain("Too big to draw by namespace, with more than 10 edges");
    expect(built.graph.nodes()).toEqual([
      "external",
      "namespaces[ingress=all,egress=none]",
      "namespaces[ingress=none,egress=none]",
    ]);
    const open = built.graph.edge("namespaces[ingress=none,egress=none]", "namespaces[ingress=none,egress=none]");
    expect(built.graph.getEdgeAttributes(open)).toMatchObject({ connections: 49, podPairs: 42, all: true });
  });

  it("puts only the external addresses together when that is enough", () => {
    const rules = Array.from(
      { length: 30 },
      (_, i) => `{ to: [{ ipBlock: { cidr: 10.0.${i}.0/24 } }], ports: [{ port: ${80 + i} }] }`,
    );
    const policy = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: out, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress, Egress], egress: [${rules.join()}] }`;
    const text = deployment("shop", "web") + policy;
    expect(buildGraph(reach(text)).graph.size).toBe(30);
    const built = buildGraph(reach(text), { maxEdges: 20 });
    expect(built).toMatchObject({ by: "workload", folded: true });
    expect(built.note).toContain("external addresses are put together");
    expect(edges(built)).toEqual(["shop/web[Deployment] -> external: TCP 80-109"]);
    expect(built.graph.getEdgeAttribute("0", "connections")).toBe(30);
    expect(buildGraph(reach(text), { by: "namespace" }).graph.getEdgeAttribute("0", "connections")).toBe(30);
  });
});

describe("what the input leaves open", () => {
  const text = `
${deployment("shop", "web")}
${deployment("ops", "admin")}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: team, namespace: shop }
spec: { podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }] }`;

  it("is left out with a note, or drawn when asked for", () => {
    const certain = buildGraph(reach(text));
    expect(certain.graph.hasEdge("ops/admin[Deployment]", "shop/web[Deployment]")).toBe(false);
    expect(certain.note).toBe("Connections that depend on facts the input does not give are left out.");
    const possible = buildGraph(reach(text), { bound: "possible" });
    expect(possible.graph.hasEdge("ops/admin[Deployment]", "shop/web[Deployment]")).toBe(true);
    expect(possible.note).toContain("drawn as if they were so");
  });
});

describe("the ingress controller", () => {
  const text = `
${deployment("shop", "web")}
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec: { defaultBackend: { service: { name: web, port: { number: 80 } } } }`;

  it("is a node of every graph, and a starting point", () => {
    expect(edges(buildGraph(reach(text)))).toContain("ingress-controller -> shop/web[Deployment]: TCP 8080");
    expect(edges(buildGraph(reach(text), { by: "namespace" }))).toContain(
      "ingress-controller -> namespace/shop: TCP 8080",
    );
    const explored = buildGraph(reach(text), { from: "ingress-controller", hops: 1 });
    expect(edges(explored)).toEqual(["ingress-controller -> shop/web[Deployment]: TCP 8080"]);
    const folded = buildGraph(reach(text), { from: "ingress-controller", hops: 1, by: "namespace" });
    expect(edges(folded)).toEqual(["ingress-controller -> namespace/shop: TCP 8080"]);
  });
});
