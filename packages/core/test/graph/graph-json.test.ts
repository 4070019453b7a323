import { describe, expect, it } from "vitest";
import { basisOf } from "../../src/proof/basis-of.ts";
import { buildGraph } from "../../src/graph/build-graph.ts";
import { graphJson } from "../../src/graph/graph-json.ts";
import type { GraphOptions } from "../../src/graph/graph-request.ts";
import type { ReachabilityGraph } from "../../src/graph/graph-result.ts";
import { defaultAssumptions } from "../../src/model/assumptions.ts";
import { schemaErrors } from "../report/schemas.ts";
import { accepts, chain, deployment, reach } from "./clusters.ts";

const text = `${chain}
apiVersion: v1
kind: Pod
metadata: { name: agent, namespace: ops }
spec: { hostNetwork: true, containers: [{ name: c, image: i }] }
---
apiVersion: v1
kind: Service
metadata: { name: admin, namespace: ops }
spec: { selector: { app: admin }, ports: [{ port: 80 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: admin, namespace: ops }
spec: { defaultBackend: { service: { name: admin, port: { number: 80 } } } }
---
${deployment("other", "x")}${accepts("other", "x", ["shop", "web"])}`;

function json(options: GraphOptions): ReachabilityGraph {
  const reachability = reach(text);
  return graphJson(buildGraph(reachability, options), basisOf(reachability.cluster, defaultAssumptions));
}

const cases: readonly (readonly [GraphOptions, ReachabilityGraph["by"]])[] = [
  [{}, "workload"],
  [{ from: "shop/web[Deployment]", hops: 2 }, "workload"],
  [{ from: "ingress-controller" }, "workload"],
  [{ by: "namespace" }, "namespace"],
  [{ by: "namespace", from: "shop/web[Deployment]", hops: 1 }, "namespace"],
  [{ maxEdges: 10 }, "namespace"],
  [{ maxEdges: 0 }, "isolation"],
  [{ maxEdges: 0, from: "external", bound: "possible" }, "isolation"],
];

describe("the JSON answer", () => {
  it.each(cases)("with %j is as the schema says, by %s", (options, by) => {
    const answer = json(options);
    expect(answer.by).toBe(by);
    expect(schemaErrors(answer)).toEqual([]);
  });

  it("does not depend on when or how often it is made", () => {
    expect(JSON.stringify(json({ by: "namespace" }))).toBe(JSON.stringify(json({ by: "namespace" })));
  });

  it("has nodes sorted by id and edges by source, then target, that join nodes", () => {
    for (const [options] of cases) {
      const { nodes, edges } = json(options);
      const ids = nodes.map(({ id }) => id);
      expect(ids).toEqual(ids.toSorted());
      const keys = edges.map(({ source, target }) => [ids.indexOf(source), ids.indexOf(target)] as const);
      expect(keys.flat()).not.toContain(-1);
      expect(keys).toEqual(keys.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
    }
  });

  it("is refused by the schema when a field is missing or too much", () => {
    const { nodes, ...rest } = json({});
    expect(schemaErrors(rest)).not.toEqual([]);
    const coloured = { ...rest, nodes: [Object.assign({ colour: "red" }, nodes[0])] };
    expect(schemaErrors(coloured)).not.toEqual([]);
  });
});
