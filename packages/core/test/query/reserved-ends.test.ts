import { groupConnections } from "../../src/query/group-connections.ts";
import { type Cluster, can, listConnectivity, readManifests } from "@npa/core";
import { reachabilityGraph } from "@npa/core/graph";
import { explain } from "@npa/core/explain";
import { proveClusters } from "@npa/core/proof";
import { describe, expect, it } from "vitest";

const world = `
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 172.18.0.2}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {containers: [{name: c, image: x}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: host, namespace: default}, spec: {containers: [{name: c, image: x}]}}
`;

const wide = (spec: string, kind = "CiliumClusterwideNetworkPolicy"): string =>
  `---\n{apiVersion: cilium.io/v2, kind: ${kind}, metadata: {name: p${kind === "CiliumNetworkPolicy" ? ", namespace: shop" : ""}}, spec: ${spec}}\n`;

function read(text: string): Cluster {
  return readManifests([{ name: "cluster.yaml", text }]);
}

function ask(policy: string, source: string, target: string): string {
  return can(read(world + policy), { source, target, port: "80" }).answer;
}

describe("reserved identities of Cilium as ends", () => {
  it("are in a list where a policy names them, and nowhere else", () => {
    const ids = (policy: string): readonly string[] =>
      listConnectivity(read(world + policy)).endpoints.flatMap(({ id, type }) => (type === "reserved" ? [id] : []));
    expect(ids(wide("{endpointSelector: {}, egress: [{toEntities: [cluster, world, all]}]}"))).toEqual([]);
    expect(ids(wide("{endpointSelector: {}, egress: [{toEntities: [host, health]}]}"))).toEqual([
      "reserved:health",
      "reserved:host",
    ]);
    expect(ids(wide("{endpointSelector: {matchLabels: {'reserved:ingress': ''}}, ingress: [{}]}"))).toEqual([
      "reserved:ingress",
    ]);
  });

  it("have no label of the cluster, as pods have", () => {
    const isolating = (selector: string): string => wide(`{endpointSelector: ${selector}, ingress: [{}]}`);
    expect(ask(isolating("{}"), "shop/web", "reserved:health")).toBe("no");
    expect(
      ask(isolating("{matchLabels: {io.cilium.k8s.policy.cluster: default}}"), "shop/web", "reserved:health"),
    ).toBe("yes");
    expect(ask(isolating("{matchLabels: {io.cilium.k8s.policy.cluster: default}}"), "default/host", "shop/web")).toBe(
      "no",
    );
  });

  it("the entity cluster means no pods of other clusters of a mesh, whatever the version", () => {
    const far = `---\n{apiVersion: v1, kind: Pod, metadata: {name: far, namespace: shop, labels: {io.cilium.k8s.policy.cluster: other}}, spec: {containers: [{name: c, image: x}]}}\n`;
    const answers = (from: string): readonly string[] =>
      (["1.18", "1.20"] as const).map((ciliumVersion) => {
        const text = world + far + wide(`{endpointSelector: {matchLabels: {app: web}}, ingress: [${from}]}`);
        const question = { source: "shop/far", target: "shop/web", port: "80" };
        return can(read(text), question, { assumptions: { ciliumVersion } }).answer;
      });
    expect(answers("{fromEntities: [cluster]}")).toEqual(["no", "no"]);
    expect(answers("{fromEntities: [all]}")).toEqual(["yes", "yes"]);
    expect(
      answers("{fromEndpoints: [{matchExpressions: [{key: io.kubernetes.pod.namespace, operator: Exists}]}]}"),
    ).toEqual(["yes", "no"]);
  });

  it("no policy selects pods of other clusters of a mesh, also where it names them", () => {
    const far = `---\n{apiVersion: v1, kind: Pod, metadata: {name: far, namespace: shop, labels: {io.cilium.k8s.policy.cluster: other}}, spec: {containers: [{name: c, image: x}]}}\n`;
    const selecting = wide(
      "{endpointSelector: {matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: Exists}]}, ingress: [{}]}",
    );
    expect(ask(far + selecting, "shop/web", "shop/far")).toBe("yes");
    expect(ask(far + selecting, "shop/far", "shop/web")).toBe("no");
  });

  it("may be in a block where blocks match nodes", () => {
    const answer = (cidr: string, ciliumCidrMatchMode: "none" | "nodes", text = world): string => {
      const to = wide(`{endpointSelector: {}, egress: [{toCIDR: [${cidr}]}]}`);
      const question = { source: "shop/web", target: "reserved:remote-node", port: "80" };
      return can(read(text + to), question, { assumptions: { ciliumCidrMatchMode } }).answer;
    };
    expect(answer("172.18.0.0/16", "none")).toBe("no");
    expect(answer("172.18.0.0/16", "nodes")).toBe("unknown");
    expect(answer("10.0.0.0/8", "nodes")).toBe("no");
    const withoutNodes = world.replace(/.*kind: Node,.*\n---\n/, "");
    expect(answer("10.0.0.0/8", "nodes", withoutNodes)).toBe("unknown");
  });

  it("one place of the API server, unless addresses or nodes make it two", () => {
    const ids = (text: string): readonly string[] =>
      listConnectivity(read(text)).endpoints.flatMap(({ id, type }) => (type === "reserved" ? [id] : []));
    const pod = world.slice(world.indexOf("{apiVersion: v1, kind: Pod"));
    const to = wide("{endpointSelector: {}, egress: [{toEntities: [kube-apiserver]}]}");
    expect(ids(pod + to)).toEqual(["reserved:kube-apiserver"]);
    const both = to + wide("{endpointSelector: {}, egress: [{toCIDR: [10.0.0.0/8]}]}", "CiliumNetworkPolicy");
    expect(ids(pod + both)).toEqual(["reserved:kube-apiserver[node]", "reserved:kube-apiserver[outside]"]);
  });

  it("a row of people's list that has both places of the API server calls them by the identity", () => {
    const pod = world.slice(world.indexOf("{apiVersion: v1, kind: Pod"));
    const into = wide("{endpointSelector: {}, ingress: [{fromEntities: [kube-apiserver]}]}");
    const apart = wide("{endpointSelector: {}, egress: [{toCIDR: [10.0.0.0/8]}]}", "CiliumNetworkPolicy");
    const { groups } = groupConnections(listConnectivity(read(pod + into + apart)));
    const sources = groups.flatMap(({ rows }) => rows.flatMap((row) => row.sources));
    expect(sources).toContain("reserved:kube-apiserver");
    expect(sources.filter((name) => name.startsWith("reserved:kube-apiserver["))).toEqual([]);
  });

  it("a pod's own node is let in whatever isolates it, unless a rule denies it", () => {
    const isolated = wide("{endpointSelector: {}, ingress: [{}], egress: [{}]}");
    expect(ask(isolated, "reserved:host", "shop/web")).toBe("yes");
    expect(ask(isolated, "reserved:remote-node", "shop/web")).toBe("no");
    expect(ask(isolated, "shop/web", "reserved:host")).toBe("no");
    const denied = wide("{endpointSelector: {}, ingressDeny: [{fromEntities: [host]}]}");
    expect(ask(denied, "reserved:host", "shop/web")).toBe("no");
    const { ingress, notes } = explain(read(world + isolated), { source: "reserved:host", target: "shop/web" });
    expect([ingress.answer, ingress.byDefault, ingress.isolated]).toEqual(["yes", true, true]);
    expect(notes).toEqual([
      "what a pod's own node sends it is let in unless a rule denies it, whatever isolates the pod",
    ]);
  });

  it("a policy for the whole cluster selects health, ingress and init; those of a namespace and NetworkPolicies do not", () => {
    const isolated = wide("{endpointSelector: {}, ingress: [{}]}");
    for (const identity of ["health", "ingress", "init"])
      expect([identity, ask(isolated, "reserved:remote-node", identity)]).toEqual([identity, "no"]);
    expect(ask(isolated, "reserved:remote-node", "reserved:unmanaged")).toBe("yes");
    const own = wide("{endpointSelector: {}, ingress: [{}]}", "CiliumNetworkPolicy");
    expect(ask(own, "reserved:remote-node", "reserved:health")).toBe("yes");
    expect(ask(own, "reserved:remote-node", "reserved:init")).toBe("no");
    const but = wide(
      "{endpointSelector: {matchExpressions: [{key: 'reserved:health', operator: DoesNotExist}]}, ingress: [{}]}",
    );
    expect(ask(but, "reserved:remote-node", "reserved:health")).toBe("yes");
    expect(ask(but, "reserved:remote-node", "shop/web")).toBe("no");
  });

  it("are named with and without their source; a workload of that name comes first", () => {
    const policy = wide("{endpointSelector: {}, egress: [{toEntities: [remote-node]}]}");
    expect(ask(policy, "shop/web", "remote-node")).toBe("yes");
    expect(can(read(world + policy), { source: "shop/web", target: "host" }).target).toBe("default/host[Pod]");
    expect(can(read(world + policy), { source: "shop/web", target: "reserved:host" }).target).toBe("reserved:host");
    expect(ask(policy, "shop/web", "reserved:world")).toBe("no");
  });

  it("are asked about where Cilium enforces only", () => {
    expect(() => ask("", "shop/web", "reserved:host")).toThrow(
      "reserved:host is an identity of Cilium, which is not known to enforce these policies: assume dataplane=cilium if it does",
    );
  });

  it("are nodes of graphs", () => {
    const policy = wide("{endpointSelector: {}, egress: [{toEntities: [health]}]}");
    const { nodes } = reachabilityGraph(read(world + policy));
    expect(nodes.filter(({ type }) => type === "reserved")).toEqual([{ id: "reserved:health", type: "reserved" }]);
  });

  it("tell policies apart in proofs", () => {
    const to = (entities: string): Cluster =>
      read(wide(`{endpointSelector: {}, egress: [{toEntities: [${entities}]}]}`));
    expect(proveClusters(to("health"), to("health")).verdict).toBe("equivalent");
    expect(proveClusters(to("health"), to("health, ingress")).verdict).not.toBe("equivalent");
    expect(proveClusters(to("health, cluster"), to("cluster")).verdict).toBe("equivalent");
  });

  it("an API server that may be on a node may be one of those that a policy of Kubernetes denies", () => {
    const admin =
      "---\n{apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: b}, spec: {tier: Admin, priority: 0, subject: {namespaces: {}}, egress: [{action: Deny, to: [{nodes: {}}]}]}}\n";
    const answer = (kubeApiserver: string): string => {
      const question = { source: "shop/web", target: "reserved:kube-apiserver", port: "443" };
      const noNode = world.replace(/^.*kind: Node.*$/m, "");
      return can(read(noNode + admin), question, {
        assumptions: { dataplane: "cilium", ciliumNodeLabels: "all", kubeApiserver },
      }).answer;
    };
    expect([answer("unknown"), answer("host")]).toEqual(["unknown", "unknown"]);
  });
});
