import { type Cluster, analyzeCluster, can, listConnectivity, readManifests } from "@npa/core";
import { explain } from "@npa/core/explain";
import { proveClusters } from "@npa/core/proof";
import { describe, expect, it } from "vitest";

const world = `
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {containers: [{name: c, image: x}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}, spec: {containers: [{name: c, image: x}]}}
`;

const ofDb = (entries: string): string =>
  `---\n{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: db, namespace: shop}, spec: {endpointSelector: {matchLabels: {app: db}}, ${entries}}}\n`;

function read(text: string): Cluster {
  return readManifests([{ name: "cluster.yaml", text }]);
}

function ask(entries: string, port: string): string {
  return can(read(world + ofDb(entries)), { source: "shop/web", target: "shop/db", port }).answer;
}

describe("ICMP", () => {
  it("is refused to a node that is in no block, wherever the node is", () => {
    const node =
      "---\n{apiVersion: v1, kind: Pod, metadata: {name: agent, namespace: shop}, spec: {hostNetwork: true, containers: [{name: c, image: x}]}}\n";
    const policy =
      "---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: shop}, spec: {podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}}\n";
    const asked = (ciliumCidrMatchMode: "none" | "nodes"): string =>
      can(
        read(world + node + policy),
        { source: "shop/web", target: "shop/agent", port: "8/ICMP" },
        { assumptions: { dataplane: "cilium", ciliumCidrMatchMode } },
      ).answer;
    expect(asked("none")).toBe("no");
    expect(asked("nodes")).toBe("yes");
  });

  it("does not make pods isolated that a rule which does not isolate lets everything into", () => {
    const open =
      'enableDefaultDeny: {ingress: false}, ingress: [{fromEntities: [all], toPorts: [{ports: [{port: "0"}]}]}]';
    const elsewhere = ofDb("ingress: [{icmps: [{fields: [{type: 8}]}]}]").replaceAll("shop", "other");
    for (const more of ["", elsewhere]) {
      const { findings } = analyzeCluster(read(world + ofDb(open) + more));
      const found = findings.find(
        ({ ruleId, object }) => ruleId === "missing-default-deny-ingress" && object.name === "shop",
      );
      expect(found).toMatchObject({ severity: "high", affected: ["shop/db[Pod]", "shop/web[Pod]"] });
    }
  });

  it("is asked about by its type: icmps allow some, entries without ports all, ports none", () => {
    const pings = "ingress: [{icmps: [{fields: [{type: EchoRequest}, {type: 128, family: IPv6}]}]}]";
    expect(["8/ICMP", "icmp/8", "0/ICMP", "128/ICMPv6", "8/ICMPv6", "80"].map((port) => ask(pings, port))).toEqual([
      "yes",
      "yes",
      "no",
      "yes",
      "no",
      "no",
    ]);
    expect(ask("ingress: [{fromEndpoints: [{}]}]", "8/ICMP")).toBe("yes");
    expect(ask('ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: "0"}]}]}]', "8/ICMP")).toBe("no");
    expect(ask("ingress: [{fromEndpoints: [{}]}], ingressDeny: [{icmps: [{fields: [{type: 8}]}]}]", "8/ICMP")).toBe(
      "no",
    );
    expect(ask("ingress: [{fromEndpoints: [{}]}], ingressDeny: [{icmps: [{fields: [{type: 8}]}]}]", "80")).toBe("yes");
    expect(ask("ingress: [{icmps: [{}]}]", "8/ICMP")).toBe("no");
  });

  it("is in lists where a policy speaks of it", () => {
    const ports = (entries: string): unknown =>
      listConnectivity(read(world + ofDb(entries))).connections.find(({ target }) => target === "shop/db[Pod]")?.ports;
    expect(ports("ingress: [{icmps: [{fields: [{type: 8}]}]}]")).toEqual({ ICMP: ["8"] });
    expect(ports('ingress: [{toPorts: [{ports: [{port: "80", protocol: TCP}]}]}]')).toEqual({ TCP: ["80"] });
  });

  it("is refused where no type is, and asked about where Cilium enforces", () => {
    expect(() => ask("ingress: [{}]", "256/ICMP")).toThrow('"256/ICMP" is not a port');
    const cluster = read(world);
    expect(() => can(cluster, { source: "shop/web", target: "shop/db", port: "8/ICMP" })).toThrow(
      "8/ICMP is asked where Cilium enforces only",
    );
    const answer = explain(read(world + ofDb("ingress: [{}]")), {
      source: "shop/web",
      target: "shop/db",
      port: "8/ICMP",
    });
    expect([answer.answer, answer.changes]).toEqual(["no", []]);
  });

  it("types that the CRD or the agent refuses are refused", () => {
    const reasons = (field: string): readonly string[] =>
      read(ofDb(`ingress: [{icmps: [{fields: [${field}]}]}]`)).refusedPolicies.flatMap((policy) => policy.reasons);
    expect(reasons("{type: Ping}")[0]).toContain('the CRD refuses type "Ping"');
    expect(reasons('{type: "256"}')[0]).toContain('the CRD refuses type "256"');
    expect(reasons('{type: "08"}')[0]).toContain('the CRD refuses type "08"');
    expect(reasons("{type: 256}")).toEqual([]);
    expect(reasons("{type: PacketTooBig}")[0]).toContain('the agent refuses type "PacketTooBig": it is one of ICMPv6');
    expect(reasons("{family: IPv6}")[0]).toContain("the CRD refuses a field without type");
    expect(reasons('{type: "8"}')).toEqual([]);
  });

  it("tells policies apart in proofs", () => {
    const pings = (...types: readonly string[]): Cluster =>
      read(ofDb(`ingress: [{icmps: [{fields: [${types.map((type) => `{type: ${type}}`).join(", ")}]}]}]`));
    expect(proveClusters(pings("8"), pings("EchoRequest", "Echo")).verdict).toBe("equivalent");
    const { verdict, counterexamples } = proveClusters(pings("8"), pings("8", "13"));
    expect(verdict).toBe("looser");
    expect(counterexamples[0]).toMatchObject({ packet: { protocol: "ICMP", port: 13 } });
  });
});
