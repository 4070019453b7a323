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
