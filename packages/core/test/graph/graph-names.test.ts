import { readManifests } from "@npa/core";
import { describe, expect, it } from "vitest";
import { reachabilityGraph } from "../../src/analysis/reachability-graph.ts";
import { UsageError } from "../../src/lib/usage-error.ts";
import { chain } from "./clusters.ts";

const service = `
---
apiVersion: v1
kind: Service
metadata: { name: store, namespace: shop }
spec: { selector: { app: db }, ports: [{ port: 5432 }] }
`;
const cluster = readManifests([{ name: "a.yaml", text: chain + service }]);
const from = (name: string, defaultNamespace = "default"): readonly string[] | undefined =>
  reachabilityGraph(cluster, { from: name, hops: 0, defaultNamespace }).from;

describe("where a graph starts", () => {
  it.each(["shop/db[Deployment]", "shop/db", "shop/Deployment/db", "shop/deployment/db", "shop/svc/store"])(
    "may be named as the source of a question: %s",
    (name) => {
      expect(from(name)).toEqual(["shop/db[Deployment]"]);
    },
  );

  it("may be a bare name of the namespace that is meant, or all of one", () => {
    expect(from("db", "shop")).toEqual(["shop/db[Deployment]"]);
    expect(from("deploy/db", "shop")).toEqual(["shop/db[Deployment]"]);
    expect(() => from("db")).toThrow(UsageError);
    expect(from("shop/*")).toHaveLength(3);
    expect(from("namespace/shop")).toEqual(from("shop/*"));
  });

  it.each(["external", "internet", "8.8.8.8", "10.0.0.0/8", "::1"])("may be addresses: %s", (name) => {
    expect(from(name)).toEqual(["external"]);
  });

  it("may be a reserved identity of Cilium", () => {
    const assumptions = { dataplane: "cilium" } as const;
    const { from: host } = reachabilityGraph(cluster, { from: "reserved:host", hops: 0, assumptions });
    expect(host).toEqual(["reserved:host"]);
    expect(() => from("reserved:host")).toThrow(/is an identity of Cilium/);
  });

  it("is refused where it is not there, with the nearest names", () => {
    expect(() => from("shop/wbe")).toThrow(/did you mean .*shop\/web/);
    for (const name of ["shop/Job/db", "shop/db/"]) expect(() => from(name)).toThrow(UsageError);
  });
});
