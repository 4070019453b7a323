import { describe, expect, it } from "vitest";
import { documents, findings, findingsWith, podAt } from "./evaluate.ts";

const id = "cidr-matches-no-pods";
const cilium = (name: string, spec: string): string =>
  `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}`;
const block = (cidr: string, field = "egress: [{ toCIDR"): string =>
  cilium("web", `{ endpointSelector: {}, ${field}: ["${cidr}"] }] }`);
const found = (cidr: string, field?: string): readonly unknown[] =>
  findings(id, documents(podAt("web", ["10.244.1.7"]), block(cidr, field)));

describe("cidr-matches-no-pods", () => {
  it("finds blocks over the addresses of pods, in allows and denies", () => {
    expect(found("10.244.0.0/16")).toMatchObject([
      { severity: "medium", location: { path: "spec.egress[0].toCIDR[0]" }, affected: ["shop/web[Pod]"] },
    ]);
    expect(found("10.244.1.7/32")).toHaveLength(1);
    expect(found("10.0.0.0/8", "ingressDeny: [{ fromCIDR")).toHaveLength(1);
  });

  it.each(["0.0.0.0/0", "192.168.0.0/16", "10.244.1.8/32"])("is silent on %s", (cidr) => {
    expect(found(cidr)).toEqual([]);
  });

  it("is milder on a network that holds Services or nodes among others", () => {
    const service =
      "apiVersion: v1\nkind: Service\nmetadata: { name: db, namespace: shop }\nspec: { clusterIP: 10.96.7.7, ports: [{ port: 80 }] }";
    const node =
      "apiVersion: v1\nkind: Node\nmetadata: { name: a }\nstatus: { addresses: [{ type: InternalIP, address: 192.168.1.9 }] }";
    const severities = (cidr: string, clusterCidrs?: object): readonly unknown[] =>
      findingsWith(id, documents(service, node, block(cidr)), clusterCidrs === undefined ? {} : { clusterCidrs }).map(
        ({ severity }) => severity,
      );
    expect(severities("10.0.0.0/8")).toEqual(["low"]);
    expect(severities("192.168.1.0/24")).toEqual(["low"]);
    expect(severities("10.96.7.7/32")).toEqual(["medium"]);
    expect(severities("192.168.1.9/32")).toEqual(["medium"]);
    expect(severities("10.96.7.0/24", { services: ["10.96.0.0/16"] })).toEqual(["medium"]);
    expect(severities("10.0.0.0/8", { services: ["10.96.0.0/16"] })).toEqual(["low"]);
    expect(severities("10.0.0.0/8", { pods: ["10.244.0.0/16"] })).toEqual(["medium"]);
  });

  it("is silent on what blocks match by the settings of Cilium", () => {
    const config = (modes: string): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: cilium-config, namespace: kube-system }\ndata: { policy-cidr-match-mode: "${modes}" }`;
    const node = podAt("host", ["10.9.0.1"], "hostNetwork: true");
    const under = (modes: string, cidr: string): unknown =>
      findings(id, documents(podAt("web", ["10.244.1.7"]), node, block(cidr), config(modes))).length;
    const [ofPods, ofNodes] = ["10.244.0.0/16", "10.9.0.0/16"];
    expect([under("", ofPods), under("", ofNodes)]).toEqual([1, 1]);
    expect([under("pods", ofPods), under("pods", ofNodes)]).toEqual([0, 1]);
    expect([under("nodes", ofPods), under("nodes", ofNodes)]).toEqual([1, 0]);
    expect([under("nodes pods", ofPods), under("nodes pods", ofNodes)]).toEqual([0, 0]);
  });
});
