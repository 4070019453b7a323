import { describe, expect, it } from "vitest";
import { listConnectivity } from "../../src/analysis/stream-connectivity.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

const shop = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: a}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 9090}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: http}, {name: metrics, port: 81, targetPort: 9090}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
`;

function policy(ingress: string): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: ${ingress}
`;
}

function fromController(manifests: string): { certain: unknown; uncertain: unknown } {
  const list = listConnectivity(readManifests([{ name: "shop.yaml", text: manifests }]));
  const portsOf = (connections: readonly { readonly source: string; readonly ports: unknown }[]): unknown =>
    connections.filter(({ source }) => source === "ingress-controller").map(({ ports }) => ports);
  return { certain: portsOf(list.connections), uncertain: portsOf(list.uncertain) };
}

describe("the ingress controller", () => {
  it("reaches the pods' port behind the Service port that an Ingress names, and no other", () => {
    expect(fromController(shop)).toEqual({ certain: [{ TCP: ["8080"] }], uncertain: [] });
  });

  it("is a pod: a rule for pods of every namespace certainly admits it", () => {
    expect(fromController(shop + policy("[{from: [{namespaceSelector: {}}]}]"))).toEqual({
      certain: [{ TCP: ["8080"] }],
      uncertain: [],
    });
  });

  it("has unknown labels: a rule that asks for some may admit it", () => {
    const rule = "[{from: [{namespaceSelector: {matchLabels: {name: ingress-nginx}}}]}]";
    expect(fromController(shop + policy(rule))).toEqual({ certain: [], uncertain: [{ TCP: ["8080"] }] });
  });

  it("is admitted by no ipBlock, and by nothing where ingress is denied", () => {
    expect(fromController(shop + policy("[{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]"))).toEqual({
      certain: [],
      uncertain: [],
    });
    expect(fromController(shop + policy("[]"))).toEqual({ certain: [], uncertain: [] });
  });

  it("is admitted on the ports of the rule only", () => {
    expect(fromController(shop + policy("[{ports: [{port: metrics}]}]"))).toEqual({ certain: [], uncertain: [] });
    expect(fromController(shop + policy("[{ports: [{port: http}]}]"))).toEqual({
      certain: [{ TCP: ["8080"] }],
      uncertain: [],
    });
  });

  it("is no endpoint where nothing is routed to a workload of the input", () => {
    const list = listConnectivity(
      readManifests([{ name: "a.yaml", text: shop.replace("name: web, port: {number", "name: other, port: {number") }]),
    );
    expect(list.endpoints.filter(({ type }) => type === "ingress-controller")).toEqual([]);
  });
});
