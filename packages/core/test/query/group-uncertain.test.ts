import { groupConnections, readManifests, streamConnectivity } from "@npa/core";
import { expect, it } from "vitest";

const text = `
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {containers: [{name: c, image: x}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}, spec: {containers: [{name: c, image: x}]}}
---
{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: out, namespace: shop}, spec: {endpointSelector: {matchLabels: {app: web}}, egress: [{toFQDNs: [{matchName: api.example.com}]}]}}
---
{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: cuts, namespace: shop}, spec: {endpointSelector: {matchLabels: {app: db}}, egress: [{toCIDR: [203.0.113.0/24, 198.51.100.7/32]}]}}
`;

it("what hangs on one fact is told once, whatever other rules cut addresses into", () => {
  const stream = streamConnectivity(readManifests([{ name: "a.yaml", text }]));
  const raw = [...stream.uncertain];
  const grouped = [...groupConnections(streamConnectivity(readManifests([{ name: "a.yaml", text }]))).uncertain];
  expect(grouped).toMatchObject([{ source: "shop/web[Pod]", target: "internet", all: true }]);
  expect(grouped.reduce((sum, { connections }) => sum + connections, 0)).toBe(raw.length);
  expect(raw.length).toBeGreaterThan(1);
});

const pods = (names: readonly string[], spec = ""): string =>
  names
    .map(
      (name) =>
        `---\n{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}, spec: {${spec}containers: [{name: c, image: x}]}}\n`,
    )
    .join("");
const isolating = (names: readonly string[]): string =>
  names
    .map(
      (name) =>
        `---\n{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: {endpointSelector: {matchLabels: {app: ${name}}}, ingress: [{}]}}\n`,
    )
    .join("");

it("where only nodes are missing, what one end may reach is told once", () => {
  const groupsOf = (names: readonly string[]): readonly object[] => {
    const cluster = readManifests([
      { name: "a.yaml", text: pods(["agent"], "hostNetwork: true, ") + pods(names) + isolating(names) },
    ]);
    return [...groupConnections(streamConnectivity(cluster)).uncertain];
  };
  expect(groupsOf(["a", "b", "c"])).toMatchObject(
    ["a", "b", "c"].map((name) => ({ source: "shop/agent[Pod]", target: `shop/${name}[Pod]`, connections: 1 })),
  );
  expect(groupsOf(["a", "b", "c", "d", "e"])).toEqual([
    expect.objectContaining({
      source: "shop/agent[Pod]",
      target: "shop/a[Pod], shop/b[Pod], shop/c[Pod] and 2 more",
      because: [
        { endpoint: "shop/agent[Pod]", missing: "node" },
        { endpoint: "each of these", missing: "node" },
      ],
      connections: 5,
    }),
  ]);
});
