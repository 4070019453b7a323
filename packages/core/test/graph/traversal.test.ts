import { describe, expect, it } from "vitest";
import { buildGraph } from "../../src/graph/build-graph.ts";
import { blastRadius, reachedBy, unreachable } from "../../src/graph/traversal.ts";
import { UsageError } from "../../src/lib/usage-error.ts";
import { accepts, chain, deployment, reach } from "./clusters.ts";

const { graph } = buildGraph(reach(chain));

describe("blastRadius", () => {
  it("is what can be reached, nearest first, as far as asked", () => {
    expect(blastRadius(graph, "shop/web[Deployment]", 1)).toEqual([
      { id: "external", hops: 1 },
      { id: "ops/admin[Deployment]", hops: 1 },
      { id: "shop/api[Deployment]", hops: 1 },
    ]);
    expect(blastRadius(graph, "shop/web[Deployment]").at(-1)).toEqual({ id: "shop/db[Deployment]", hops: 2 });
    expect(blastRadius(graph, "shop/web[Deployment]", 0)).toEqual([]);
  });

  it("refuses a node that is not there", () => {
    expect(() => blastRadius(graph, "shop/web")).toThrow(UsageError);
    expect(() => blastRadius(graph, "shop/web")).toThrow("did you mean shop/web[Deployment]");
  });
});

describe("reachedBy", () => {
  it("is the other way round", () => {
    expect(reachedBy(graph, "shop/db[Deployment]")).toEqual([
      { id: "shop/api[Deployment]", hops: 1 },
      { id: "shop/web[Deployment]", hops: 2 },
    ]);
    expect(reachedBy(graph, "shop/web[Deployment]")).toEqual([]);
  });
});

describe("unreachable", () => {
  it("lists the workloads that nothing but themselves reaches", () => {
    expect(unreachable(graph)).toEqual(["shop/web[Deployment]"]);
    const own = deployment("shop", "web") + accepts("shop", "web", ["shop", "web"]);
    expect(unreachable(buildGraph(reach(own)).graph)).toEqual(["shop/web[Deployment]"]);
  });

  it("of a folded graph lists the namespaces of which nothing is reached", () => {
    const closed = deployment("shop", "web") + accepts("shop", "web") + deployment("ops", "admin");
    expect(unreachable(buildGraph(reach(closed), { by: "namespace" }).graph)).toEqual(["namespace/shop"]);
    expect(unreachable(buildGraph(reach(chain), { by: "namespace" }).graph)).toEqual([]);
  });
});
