import { type Answer, type Assumptions, can, readManifests } from "@npa/core";
import { describe, expect, it } from "vitest";
import { namespace, pod } from "./manifests.ts";

describe("peers of Cilium's policies", () => {
  const world = namespace("a") + pod("a/web", "{app: web}") + pod("a/db", "{app: db}");
  const answer = (ingress: string, source: string, assumptions: Partial<Assumptions> = {}): Answer => {
    const text = `${world}---
{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: c, namespace: a}, spec: {endpointSelector: {}, ingress: [${ingress}]}}
`;
    const cluster = readManifests([{ name: "cluster.yaml", text }]);
    return can(cluster, { source, target: "a/web", port: "80" }, { assumptions }).answer;
  };

  it("a selector that only leaves identities out means whoever else is no pod", () => {
    const from = (keys: string): string => `{fromEndpoints: [{matchExpressions: [${keys}]}]}`;
    const without = (name: string): string => `{key: reserved:${name}, operator: DoesNotExist}`;
    const host = without("host");
    expect(answer(from(host), "203.0.113.9")).toBe("yes");
    expect(answer(from(host), "reserved:health")).toBe("yes");
    expect(answer(from(host), "reserved:remote-node")).toBe("yes");
    expect(answer(from(host), "a/db")).toBe("yes");
    expect(answer(from(without("health")), "reserved:health")).toBe("no");
    expect(answer(from(without("health")), "reserved:ingress")).toBe("yes");
    expect(answer(from(without("remote-node")), "reserved:remote-node")).toBe("no");
    expect(answer(from("{key: reserved:health, operator: NotIn, values: ['']}"), "reserved:health")).toBe("no");
    expect(answer(from("{key: reserved:health, operator: NotIn, values: [other]}"), "reserved:health")).toBe("yes");
    expect(answer(from(`${host}, ${without("ingress")}`), "reserved:ingress")).toBe("no");
    // What the world is called hangs on the families of the cluster, and whether an address is the API server's is not known.
    expect(answer(from(without("world")), "203.0.113.9")).toBe("unknown");
    expect(answer(from(without("world")), "reserved:health")).toBe("yes");
    expect(answer(from(without("kube-apiserver")), "203.0.113.9")).toBe("unknown");
    expect(answer(from(without("kube-apiserver")), "reserved:kube-apiserver")).toBe("no");
    // Whoever is no pod has no label to be asked for; nodes may have some where these are on.
    expect(answer(from(`${host}, {key: app, operator: Exists}`), "203.0.113.9")).toBe("no");
    const lacking = from(`${host}, {key: app, operator: NotIn, values: [x]}`);
    expect(answer(lacking, "reserved:remote-node")).toBe("yes");
    expect(answer(lacking, "reserved:remote-node", { ciliumNodeLabels: "all" })).toBe("unknown");
    expect(answer(lacking, "reserved:health", { ciliumNodeLabels: "all" })).toBe("yes");
  });

  it("up to 1.18 what rules require is asked of them, too", () => {
    const left = "{fromEndpoints: [{matchExpressions: [{key: reserved:host, operator: DoesNotExist}]}]}";
    const required = "{fromRequires: [{matchLabels: {app: db}}]}";
    const old = { ciliumVersion: "1.18" } as const;
    expect(answer(left, "203.0.113.9", old)).toBe("yes");
    expect(answer(`${left}, ${required}`, "203.0.113.9", old)).toBe("no");
    expect(answer(`${left}, ${required}`, "a/db", old)).toBe("yes");
  });

  it("up to 1.18 what a cluster-wide policy requires is met by pods alone, whatever it asks", () => {
    const text = `${world}---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: np, namespace: a}, spec: {podSelector: {}, ingress: [{}]}}
---
{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: r}, spec: {endpointSelector: {}, ingress: [{fromRequires: [{matchExpressions: [{key: app, operator: NotIn, values: [x]}]}]}]}}
`;
    const cluster = readManifests([{ name: "cluster.yaml", text }]);
    const from = (source: string): Answer =>
      can(cluster, { source, target: "a/web", port: "80" }, { assumptions: { ciliumVersion: "1.18" } }).answer;
    expect(from("a/db")).toBe("yes");
    expect(from("203.0.113.9")).toBe("no");
  });
});
