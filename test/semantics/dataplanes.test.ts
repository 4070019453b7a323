import { analyzeCluster, listConnectivity, readManifests } from "@npa/core";
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
