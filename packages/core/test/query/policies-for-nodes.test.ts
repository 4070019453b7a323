import { type Assumptions, type Cluster, can, listConnectivity, readManifests } from "@npa/core";
import { diffClusters } from "@npa/core/diff";
import { explain } from "@npa/core/explain";
import { proveClusters } from "@npa/core/proof";
import { describe, expect, it } from "vitest";

const pod = (name: string, spec = ""): string =>
  `---\n{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}, spec: {${spec}containers: [{name: c, image: x}]}}\n`;
const node = (name: string, address: string): string =>
  `---\n{apiVersion: v1, kind: Node, metadata: {name: ${name}, labels: {pool: ${name}}}, status: {addresses: [{type: InternalIP, address: ${address}}]}}\n`;
const pods = pod("web") + pod("api") + pod("exporter", "hostNetwork: true, ");
const nodes = node("n1", "10.9.0.1") + node("n2", "10.9.0.2");
const firewall = (spec: string): string =>
  `---\n{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: fw}, spec: ${spec}}\n`;
const port = (number: number): string => `toPorts: [{ports: [{port: "${number}", protocol: TCP}]}]`;
const rules = `ingress: [{fromCIDR: [192.0.2.0/24], ${port(22)}}, {fromEndpoints: [{matchLabels: {app: web}}], ${port(443)}}]`;
const everyNode = firewall(`{nodeSelector: {}, ${rules}}`);

const read = (text: string): Cluster => readManifests([{ name: "cluster.yaml", text }]);

function ask(text: string, question: string, assumptions: Partial<Assumptions> = {}): string {
  const [source = "", target = "", number] = question.split(" ");
  return can(read(text), { source, target, ...(number === undefined ? {} : { port: number }) }, { assumptions }).answer;
}

describe("policies of Cilium for nodes", () => {
  it.each([
    ["192.0.2.7 reserved:host 22", "yes"],
    ["192.0.2.7 reserved:host 443", "no"],
    ["203.0.113.7 reserved:remote-node 22", "no"],
    ["192.0.2.7 10.9.0.2 22", "yes"],
    ["203.0.113.7 10.9.0.2 22", "no"],
    ["shop/web reserved:host 443", "yes"],
    ["shop/web reserved:host 22", "no"],
    ["shop/api 10.9.0.1 443", "no"],
    ["203.0.113.7 shop/exporter 22", "no"],
    ["shop/web shop/exporter 443", "yes"],
    ["reserved:remote-node reserved:host 6443", "no"],
    ["reserved:host reserved:remote-node 6443", "no"],
    ["10.9.0.1 10.9.0.2 6443", "no"],
  ])("isolate them: %s %s", (question, answer) => {
    expect(ask(pods + nodes + everyNode, question)).toBe(answer);
  });

  it("say nothing about pods", () => {
    const denyAll = firewall("{nodeSelector: {}, ingressDeny: [{fromEntities: [all]}], egress: [{}]}");
    expect(ask(pods + denyAll, "203.0.113.7 shop/api 80")).toBe("yes");
    expect(ask(pods + denyAll, "shop/api shop/web 80")).toBe("yes");
    // What the node may not send does not arrive.
    expect(ask(pods + denyAll, "reserved:host shop/web 80")).toBe("no");
    const report = listConnectivity(read(pods + denyAll));
    expect(report.connections).toContainEqual(
      expect.objectContaining({ source: "shop/api[Pod]", target: "shop/web[Pod]" }),
    );
  });

  it("of some nodes are certain of these, and leave open what may be any", () => {
    const some = pods + nodes + firewall(`{nodeSelector: {matchLabels: {pool: n1}}, ${rules}}`);
    expect(ask(some, "203.0.113.7 10.9.0.1 22")).toBe("no");
    expect(ask(some, "203.0.113.7 10.9.0.2 22")).toBe("yes");
    expect(ask(some, "203.0.113.7 reserved:host 22")).toBe("unknown");
    const { because } = can(read(some), { source: "203.0.113.7", target: "reserved:host", port: "22" });
    expect(because).toEqual([
      { policy: "CiliumClusterwideNetworkPolicy fw", missing: "which nodes have the labels of its nodeSelector" },
    ]);
    const noNodes = pods + firewall(`{nodeSelector: {matchLabels: {pool: n1}}, ${rules}}`);
    expect(ask(noNodes, "203.0.113.7 reserved:host 22")).toBe("unknown");
    const none = pods + nodes + firewall(`{nodeSelector: {matchLabels: {pool: n9}}, ${rules}}`);
    expect(ask(none, "203.0.113.7 reserved:host 22")).toBe("yes");
    const hostname = "{nodeSelector: {matchLabels: {kubernetes.io/hostname: n1}}, ingress: [{}]}";
    expect(ask(pods + nodes + firewall(hostname), "203.0.113.7 reserved:host 22")).toBe("yes");
  });

  it("pods on the network of a node have the policies of that node, and what may stay on it is open", () => {
    const on = (address: string): string =>
      pods.replace(
        "hostNetwork: true, containers: [{name: c, image: x}]}",
        `$&, status: {podIP: ${address}, hostIP: ${address}}`,
      );
    const some = nodes + firewall(`{nodeSelector: {matchLabels: {pool: n1}}, ${rules}}`);
    expect(ask(on("10.9.0.1") + some, "203.0.113.7 shop/exporter 22")).toBe("no");
    expect(ask(on("10.9.0.2") + some, "203.0.113.7 shop/exporter 22")).toBe("yes");
    expect(ask(pods + some, "203.0.113.7 shop/exporter 22")).toBe("unknown");
    expect(ask(pods + nodes + everyNode, "reserved:host shop/exporter 22")).toBe("yes");
    expect(ask(pods + nodes + everyNode, "10.9.0.1 shop/exporter 22")).toBe("unknown");
    expect(ask(pods + nodes + everyNode, "shop/exporter reserved:remote-node 22")).toBe("unknown");
  });

  it("are not in force without the host firewall, or where Cilium does not enforce", () => {
    const question = "203.0.113.7 reserved:host 22";
    expect(ask(pods + everyNode, question, { ciliumHostFirewall: false })).toBe("yes");
    expect(ask(pods + everyNode, question, { ciliumEnforcement: "never" })).toBe("yes");
    expect(ask(pods + everyNode, "203.0.113.7 shop/exporter 22", { dataplane: "kubernetes" })).toBe("yes");
    const config = (data: string): string =>
      `---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: cilium-config, namespace: kube-system}, data: {${data}}}\n`;
    expect(ask(pods + everyNode + config(""), question)).toBe("yes");
    expect(ask(pods + everyNode + config('enable-host-firewall: "true"'), question)).toBe("no");
    expect(explain(read(pods + everyNode), { source: "203.0.113.7", target: "reserved:host" }).restsOn).toContain(
      "ciliumHostFirewall",
    );
  });

  it("answers name what they rest on", () => {
    const restsOn = (text: string, source: string, target: string, port = "80"): readonly string[] =>
      can(read(text), { source, target, port }).restsOn;
    const cilium = (spec: string): string =>
      `---\n{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: p, namespace: shop}, spec: {endpointSelector: {}, ${spec}}}\n`;
    const denyAll = pods + nodes + cilium("ingress: [{}], egress: [{toCIDR: [10.0.0.0/8]}]");
    expect(restsOn(denyAll, "reserved:host", "shop/web")).toEqual(["ciliumAllowLocalhost", "dataplane"]);
    expect(restsOn(denyAll, "shop/web", "10.9.0.1")).toEqual(["ciliumCidrMatchMode", "dataplane"]);
    expect(restsOn(denyAll, "shop/web", "10.8.0.1")).toEqual(["dataplane"]);
    const service = pods + cilium("egress: [{toServices: [{k8sService: {serviceName: gone}}]}]");
    expect(restsOn(service, "shop/web", "203.0.113.7")).toEqual(["ciliumMissingObjects", "dataplane"]);
    const ping = pods + cilium("ingress: [{icmps: [{fields: [{type: 0}]}]}]");
    expect(restsOn(ping, "203.0.113.7", "shop/web", "8/ICMP")).toEqual(["ciliumIcmpTypeZero", "dataplane"]);
  });

  it("are in lists and differences with what is outside, and undecided in proofs where they differ", () => {
    const between = ({ source, target }: { readonly source: string; readonly target: string }): string =>
      `${source} > ${target}`;
    const listed = listConnectivity(read(pods + everyNode)).connections.map(between);
    expect(listed).toContain("external[192.0.2.0-192.0.2.255] > reserved:host");
    expect(listed.filter((pair) => /^external.* > reserved:/.test(pair))).toHaveLength(2);
    const wider = firewall(
      `{nodeSelector: {}, ingress: [{fromCIDR: [192.0.2.0/24], ${port(22)}}, {fromEntities: [world], ${port(80)}}]}`,
    );
    const { changes, changedPolicies } = diffClusters(read(pods + everyNode), read(pods + wider));
    expect(changes.map(between).filter((pair) => /^external.* > reserved:host/.test(pair)).length).toBeGreaterThan(0);
    expect(changedPolicies).toMatchObject([{ object: { name: "fw" }, change: "changed" }]);
    expect(proveClusters(read(pods + everyNode), read(pods + wider))).toMatchObject({
      verdict: "undecided",
      undecided: ["CiliumClusterwideNetworkPolicy fw selects nodes: proofs are about pods"],
    });
    expect(proveClusters(read(pods + everyNode), read(pods + everyNode)).verdict).toBe("equivalent");
  });
});
