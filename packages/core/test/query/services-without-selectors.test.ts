import { can, readManifests } from "@npa/core";
import { describe, expect, it } from "vitest";

const world = `
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {containers: [{name: c, image: x}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: db, namespace: shop}, spec: {ports: [{port: 5432}]}}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: p, namespace: shop}
spec: {endpointSelector: {}, egress: [{toServices: [{k8sService: {serviceName: db, namespace: shop}}]}]}
---
`;
const slice =
  "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: db-1, namespace: shop, labels: {kubernetes.io/service-name: db}}, endpoints: [{addresses: [203.0.113.7]}], ports: [{port: 5432}]}";
const endpoints =
  "{apiVersion: v1, kind: Endpoints, metadata: {name: db, namespace: shop}, subsets: [{addresses: [{ip: 203.0.113.7}], ports: [{port: 5432}]}]}";

function ask(text: string, target: string, missing: "unknown" | "absent" = "unknown"): string {
  const cluster = readManifests([{ name: "cluster.yaml", text: world + text }]);
  const assumptions = { ciliumMissingObjects: missing } as const;
  return can(cluster, { source: "shop/web", target, port: "5432" }, { assumptions }).answer;
}

describe("toServices of a Service without a selector", () => {
  it.each([slice, endpoints])("means the addresses that %s tells", (known) => {
    expect([ask(known, "203.0.113.7"), ask(known, "203.0.113.8")]).toEqual(["yes", "no"]);
  });

  it("may mean any address outside where nothing tells, and no pod; nobody where what is missing does not exist", () => {
    expect(ask("", "203.0.113.7")).toBe("unknown");
    expect(ask("", "203.0.113.7", "absent")).toBe("no");
    expect(ask("{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop}}", "shop/db")).toBe("no");
  });

  it("opens its ports to everybody where nothing tells and nothing is there, as one that is not found does", () => {
    const pod = "{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop}}";
    const asked = (target: string, port: string, missing: "unknown" | "absent"): string => {
      const text = world.replace(
        "namespace: shop}}]}]}",
        "namespace: shop}}], toPorts: [{ports: [{port: '5432', protocol: TCP}]}]}]}",
      );
      const cluster = readManifests([{ name: "cluster.yaml", text: text + pod }]);
      const assumptions = { ciliumMissingObjects: missing } as const;
      return can(cluster, { source: "shop/web", target, port }, { assumptions }).answer;
    };
    for (const target of ["shop/db", "203.0.113.7"])
      expect([
        asked(target, "5432", "unknown"),
        asked(target, "5432", "absent"),
        asked(target, "80", "absent"),
      ]).toEqual(["unknown", "yes", "no"]);
  });

  it("of any namespace where it names none", () => {
    const any = (text: string): string => text.replace("serviceName: db, namespace: shop", "serviceName: db");
    const elsewhere = (text: string): string =>
      any(text).replace("{name: db, namespace: shop}", "{name: db, namespace: data}");
    const slices = slice.replace("namespace: shop", "namespace: data");
    const cluster = readManifests([{ name: "cluster.yaml", text: elsewhere(world) + slices }]);
    const answer = (target: string): string => can(cluster, { source: "shop/web", target, port: "5432" }).answer;
    expect([answer("203.0.113.7"), answer("203.0.113.8")]).toEqual(["yes", "no"]);
  });
});
