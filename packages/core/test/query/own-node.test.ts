import { analyzeCluster, type Assumptions, can, listConnectivity, readManifests, type Verdict } from "@npa/core";
import { exposure } from "@npa/core/exposure";
import { describe, expect, it } from "vitest";

const world = `
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 10.0.0.11}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {containers: [{name: c, image: x}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: agent, namespace: shop, labels: {app: agent}}, spec: {hostNetwork: true, containers: [{name: c, image: x}]}}
`;
const wide = (spec: string): string =>
  `---\n{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: p}, spec: ${spec}}\n`;
const closed = wide("{endpointSelector: {matchLabels: {app: web}}, ingress: [{}], egress: [{}]}");
const nodes = ["shop/agent", "10.0.0.11", "reserved:kube-apiserver"];

function ask(policy: string, source: string, target = "shop/web", assumptions: Partial<Assumptions> = {}): Verdict {
  const cluster = readManifests([{ name: "cluster.yaml", text: world + policy }]);
  return can(cluster, { source, target, port: "80" }, { assumptions });
}

describe("what may be the node of an isolated pod, where Cilium enforces", () => {
  it("is let in if it is, so that it is not known", () => {
    for (const source of nodes) expect([source, ask(closed, source).answer]).toEqual([source, "unknown"]);
    expect(ask(closed, "reserved:host").answer).toBe("yes");
    for (const source of ["reserved:remote-node", "reserved:health", "10.0.0.12"])
      expect([source, ask(closed, source).answer]).toEqual([source, "no"]);
  });

  it("is told of: the nodes of both ends are what is missing, and the answer rests on what Cilium lets in", () => {
    const { because, notes, restsOn } = ask(closed, "shop/agent");
    expect(because).toEqual([
      { endpoint: "shop/agent[Pod]", missing: "node" },
      { endpoint: "shop/web[Pod]", missing: "node" },
    ]);
    expect(notes).toContain(
      "what a pod's own node sends it is let in unless a rule denies it, whatever isolates the pod: whether both ends are on one node the input does not tell",
    );
    expect(restsOn).toContain("ciliumAllowLocalhost");
    expect(ask(closed, "10.0.0.11").because).toEqual([{ endpoint: "shop/web[Pod]", missing: "node" }]);
    expect(ask(closed, "reserved:kube-apiserver").because).toContainEqual({
      endpoint: "reserved:kube-apiserver",
      missing: "node",
    });
  });

  it("is let in for certain where a rule lets other nodes in, and not where a rule denies all", () => {
    const others = wide("{endpointSelector: {matchLabels: {app: web}}, ingress: [{fromEntities: [remote-node]}]}");
    const denied = wide("{endpointSelector: {}, ingressDeny: [{fromEntities: [all]}]}");
    for (const source of ["shop/agent", "10.0.0.11"]) {
      expect([source, ask(closed + others.replace("name: p", "name: q"), source).answer]).toEqual([source, "yes"]);
      expect([source, ask(closed + denied.replace("name: p", "name: q"), source).answer]).toEqual([source, "no"]);
    }
  });

  it("is one of other nodes where Cilium does not let the own one in, or it is known to be another", () => {
    for (const source of nodes)
      expect(ask(closed, source, "shop/web", { ciliumAllowLocalhost: "policy" }).answer).toBe("no");
    const on = (kubeApiserver: string): string =>
      ask(closed, "reserved:kube-apiserver", "shop/web", { kubeApiserver }).answer;
    expect(["host", "remote-node", "203.0.113.9"].map(on)).toEqual(["yes", "no", "no"]);
    expect(on("10.0.0.11")).toBe("unknown");
  });

  it("needs a rule for both where Cilium does not let the own one in", () => {
    const policy = { ciliumAllowLocalhost: "policy" } as const;
    const from = (entities: string, source: string): string =>
      ask(
        wide(`{endpointSelector: {matchLabels: {app: web}}, ingress: [{fromEntities: [${entities}]}]}`),
        source,
        "shop/web",
        policy,
      ).answer;
    for (const source of ["shop/agent", "10.0.0.11"]) {
      expect([source, from("remote-node", source)]).toEqual([source, "unknown"]);
      expect([source, from("host", source)]).toEqual([source, "unknown"]);
      expect([source, from("host, remote-node", source)]).toEqual([source, "yes"]);
      expect([source, from("cluster", source)]).toEqual([source, "yes"]);
    }
    expect([from("remote-node", "reserved:remote-node"), from("remote-node", "reserved:host")]).toEqual(["yes", "no"]);
    expect([from("host", "reserved:remote-node"), from("host", "reserved:host")]).toEqual(["no", "yes"]);
    const { because } = ask(
      wide("{endpointSelector: {matchLabels: {app: web}}, ingress: [{fromEntities: [world, remote-node]}]}"),
      "shop/agent",
      "shop/web",
      policy,
    );
    expect(because).toContainEqual({
      policy: "CiliumClusterwideNetworkPolicy p",
      missing: "which node is the pod's own",
    });
  });

  it("has no such way out of a pod, and none where nothing isolates", () => {
    for (const target of nodes) expect([target, ask(closed, "shop/web", target).answer]).toEqual([target, "no"]);
    const onlyEgress = wide("{endpointSelector: {matchLabels: {app: web}}, egress: [{}]}");
    for (const source of nodes) expect([source, ask(onlyEgress, source).answer]).toEqual([source, "yes"]);
  });

  it("is uncertain in lists, and no door of an exposure", () => {
    const cluster = readManifests([{ name: "cluster.yaml", text: world + closed }]);
    const { uncertain } = listConnectivity(cluster);
    expect(uncertain.map(({ source, target }) => `${source} ${target}`)).toEqual([
      "external[10.0.0.11-10.0.0.11] shop/web[Pod]",
      "shop/agent[Pod] shop/web[Pod]",
    ]);
    const web = exposure(cluster).workloads.find(({ id }) => id === "shop/web[Pod]");
    expect(web?.ingress.internet).toEqual([]);
    const some = wide(
      "{endpointSelector: {matchLabels: {app: web}}, ingress: [{fromEntities: [remote-node], toPorts: [{ports: [{port: '80', protocol: TCP}]}]}]}",
    );
    const opened = exposure(readManifests([{ name: "cluster.yaml", text: world + some }]));
    const doors = opened.workloads.find(({ id }) => id === "shop/web[Pod]")?.ingress.internet ?? [];
    expect(doors.find(({ ranges }) => ranges.includes("10.0.0.11"))?.ports).toEqual({ TCP: ["80"] });
  });

  it("is nobody whom a policy allows", () => {
    const deny = wide("{endpointSelector: {matchLabels: {app: web}}, ingress: [{}]}") + kubernetes("app: web");
    const found = (policy: string): readonly string[] =>
      analyzeCluster(readManifests([{ name: "cluster.yaml", text: world + policy }]))
        .findings.filter(({ ruleId }) => ruleId === "implicit-deny-all")
        .map(({ message }) => message);
    expect(found(deny)).toHaveLength(1);
    const other = wide("{endpointSelector: {matchLabels: {app: agent}}, ingress: [{fromEntities: [host]}]}");
    expect(found(deny + other.replace("name: p", "name: q"))).toHaveLength(1);
    const host = wide("{endpointSelector: {matchLabels: {app: web}}, ingress: [{fromEntities: [host]}]}");
    expect(found(deny + host.replace("name: p", "name: q"))).toEqual([]);
  });
});

function kubernetes(labels: string): string {
  return `---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: np, namespace: shop}, spec: {podSelector: {matchLabels: {${labels}}}, policyTypes: [Ingress]}}\n`;
}
