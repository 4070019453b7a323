import { describe, expect, it } from "vitest";
import { type BuiltGraph, buildGraph } from "../../src/graph/build-graph.ts";
import { accepts, chain, deployment, reach } from "./clusters.ts";

/** A namespace in which web reaches api, and nobody else reaches anybody. */
function team(name: string, port = 8080): string {
  return (
    deployment(name, "web") + deployment(name, "api") + accepts(name, "web") + accepts(name, "api", [name, "web"], port)
  );
}

const nodes = ({ graph }: BuiltGraph): readonly string[] => graph.nodes();
const attributes = ({ graph }: BuiltGraph, id: string): unknown => graph.getNodeAttributes(id);
const edge = ({ graph }: BuiltGraph, from: string, to: string): unknown =>
  graph.getEdgeAttributes(graph.edge(from, to));

describe("folding by behaviour", () => {
  const teams = ["team-1", "team-2", "team-3"].map((name) => team(name)).join("");

  it("draws one namespace for all that may change places with it, with what is in it", () => {
    const built = buildGraph(reach(teams + team("other", 9090)), { fold: "same" });
    expect(built).toMatchObject({ by: "workload", folded: true });
    expect(nodes(built)).toEqual([
      "external",
      "other/api[Deployment]",
      "other/web[Deployment]",
      "team-1/api[Deployment]",
      "team-1/web[Deployment]",
    ]);
    expect(attributes(built, "team-1/api[Deployment]")).toMatchObject({
      namespace: "team-1",
      pods: 2,
      alike: { namespaceCount: 3, namespaces: ["team-1", "team-2", "team-3"] },
    });
    expect(edge(built, "team-1/web[Deployment]", "team-1/api[Deployment]")).toMatchObject({
      text: "TCP 8080",
      within: { ports: { TCP: ["8080"] }, all: false },
      between: { ports: {}, all: false },
      connections: 3,
    });
  });

  it("tells what different ones of them may send each other", () => {
    const open = ["a", "b"].map((name) => deployment(name, "web") + deployment(name, "job") + accepts(name, "job"));
    const built = buildGraph(reach(open.join("")), { fold: "same" });
    expect(edge(built, "a/job[Deployment]", "a/web[Deployment]")).toMatchObject({ text: "All", connections: 4 });
    expect(edge(built, "a/job[Deployment]", "a/web[Deployment]")).not.toHaveProperty("between");
  });

  it("puts workloads of a namespace together that reach and are reached alike", () => {
    const three = ["q", "r", "s"].map((app) => deployment("shop", app)).join("");
    const built = buildGraph(reach(three + deployment("shop", "db") + accepts("shop", "db", ["shop", "q"])), {
      fold: "same",
    });
    expect(nodes(built)).toEqual([
      "external",
      "shop/db[Deployment]",
      "shop/q[Deployment]",
      "workloads[shop/r[Deployment],+1]",
    ]);
    expect(attributes(built, "workloads[shop/r[Deployment],+1]")).toMatchObject({
      type: "workloads",
      namespace: "shop",
      workloads: ["shop/r[Deployment]", "shop/s[Deployment]"],
      endpoints: 2,
      pods: 4,
      isolatedEndpoints: { ingress: 0, egress: 0 },
    });
  });

  it("folds nothing by itself, and for the eye only what is too much for it", () => {
    expect(buildGraph(reach(teams)).folded).toBe(false);
    expect(nodes(buildGraph(reach(teams), { fold: "auto" }))).toHaveLength(3);
    expect(nodes(buildGraph(reach(chain), { fold: "auto" }))).toHaveLength(5);
    const few = buildGraph(reach(chain + teams), { fold: "auto", maxNodes: 4 });
    expect(few).toMatchObject({ by: "namespace", folded: true });
    expect(nodes(few)).toEqual(["external", "namespace/ops", "namespace/shop", "namespaces[team-1,+2]"]);
    expect(attributes(few, "namespaces[team-1,+2]")).toMatchObject({
      type: "namespaces",
      namespaceCount: 3,
      namespaces: ["team-1", "team-2", "team-3"],
      endpoints: 6,
      pods: 12,
    });
  });

  it("puts both families of the internet together where they have the same edges", () => {
    const outbound = (cidrs: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: out, namespace: shop }
spec: { podSelector: {}, policyTypes: [Egress], egress: [{ to: ${cidrs} }] }
---`;
    const both = '[{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8] } }, { ipBlock: { cidr: "::/0" } }]';
    const built = buildGraph(reach(deployment("shop", "web") + outbound(both)), { fold: "auto" });
    const outside = nodes(built).filter((id) => id.startsWith("external"));
    expect(outside).toHaveLength(2);
    expect(outside.some((id) => id.endsWith("+1 alike]"))).toBe(true);
  });
});
