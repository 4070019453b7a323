import { analyzeCluster, can, listConnectivity, readManifests } from "@npa/core";
import { expect, it } from "vitest";

const calico = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: lockdown}
spec: {order: 1, types: [Ingress]}
`;
const cilium = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  endpointSelector: {}
  ingress: [{fromEndpoints: [{}]}]
`;

it("policies that another data plane would enforce are named as not evaluated, whatever is asked", () => {
  const cluster = readManifests([{ name: "all.yaml", text: `${calico}---\n${cilium}` }]);
  const named = (kind: string): unknown => expect.objectContaining({ kind, count: 1 });
  expect(listConnectivity(cluster).notEvaluated).toEqual([named("GlobalNetworkPolicy")]);
  expect(analyzeCluster(cluster).notEvaluated).toEqual([named("GlobalNetworkPolicy")]);
  const asCalico = { assumptions: { dataplane: "calico" } } as const;
  expect(listConnectivity(cluster, asCalico).notEvaluated).toEqual([named("CiliumNetworkPolicy")]);
  expect(listConnectivity(readManifests([{ name: "c.yaml", text: calico }])).notEvaluated).toEqual([]);
});

it("networks of a ClusterNetworkPolicy hold pods, but not where Cilium enforces it", () => {
  const pods = ["web", "db"].map((name, i) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop", labels: { app: name } },
    status: { podIP: `10.0.0.${i + 1}`, podIPs: [{ ip: `10.0.0.${i + 1}` }] },
  }));
  const node = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n" },
    status: { addresses: [{ type: "InternalIP", address: "10.9.0.1" }] },
  };
  const cut = {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name: "cut" },
    spec: {
      tier: "Admin",
      priority: 1,
      subject: { namespaces: {} },
      egress: [{ action: "Deny", to: [{ networks: ["10.0.0.0/8"] }] }],
    },
  };
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: [...pods, node, cut] });
  const cluster = readManifests([{ name: "all.json", text }]);
  const answers = (dataplane: "kubernetes" | "calico" | "cilium"): readonly string[] =>
    ["shop/db", "10.1.0.1", "10.9.0.1"].map(
      (target) => can(cluster, { source: "shop/web", target, port: "80" }, { assumptions: { dataplane } }).answer,
    );
  expect(answers("kubernetes")).toEqual(["no", "no", "no"]);
  expect(answers("calico")).toEqual(["no", "no", "no"]);
  expect(answers("cilium")).toEqual(["yes", "no", "yes"]);
});
