import { type Answer, type Assumptions, can, readManifests } from "@npa/core";
import { describe, expect, it } from "vitest";
import { namespace, pod } from "./manifests.ts";

describe("peers of Cilium's policies", () => {
  const world = namespace("a") + pod("a/web", "{app: web}") + pod("a/db", "{app: db}");
  const answer = (ingress: string, source: string, assumptions: Partial<Assumptions> = {}): Answer => {
    const text = `${world}---
{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: c, namespace: a}, spec: {endpointSelector: {}, ingress: [${ingress}]}}
`;
    const cluster = readManifests([{ name: "cluster.yaml", text }]);
    return can(cluster, { source, target: "a/web", port: "80" }, { assumptions }).answer;
  };

  it("a selector that only leaves identities out means whoever else is no pod", () => {
    const from = (keys: string): string => `{fromEndpoints: [{matchExpressions: [${keys}]}]}`;
    const without = (name: string): string => `{key: reserved:${name}, operator: DoesNotExist}`;
    const host = without("host");
    expect(answer(from(host), "203.0.113.9")).toBe("yes");
    expect(answer(from(host), "reserved:health")).toBe("yes");
    expect(answer(from(host), "reserved:remote-node")).toBe("yes");
    expect(answer(from(host), "a/db")).toBe("yes");
    expect(answer(from(without("health")), "reserved:health")).toBe("no");
    expect(answer(from(without("health")), "reserved:ingress")).toBe("yes");
    expect(answer(from(without("remote-node")), "reserved:remote-node")).toBe("no");
    expect(answer(from("{key: reserved:health, operator: NotIn, values: ['']}"), "reserved:health")).toBe("no");
    expect(answer(from("{key: reserved:health, operator: NotIn, values: [other]}"), "reserved:health")).toBe("yes");
    expect(answer(from(`${host}, ${without("ingress")}`), "reserved:ingress")).toBe("no");
    // What the world is called hangs on the families of the cluster, and whether an address is the API server's is not known.
    expect(answer(from(without("world")), "203.0.113.9")).toBe("unknown");
    expect(answer(from(without("world")), "reserved:health")).toBe("yes");
    expect(answer(from(without("kube-apiserver")), "203.0.113.9")).toBe("unknown");
    // It may be on the pod's own node, which is let in.
    expect(answer(from(without("kube-apiserver")), "reserved:kube-apiserver")).toBe("unknown");
    // Whoever is no pod has no label to be asked for; nodes may have some where these are on.
    expect(answer(from(`${host}, {key: app, operator: Exists}`), "203.0.113.9")).toBe("no");
    const lacking = from(`${host}, {key: app, operator: NotIn, values: [x]}`);
    expect(answer(lacking, "reserved:remote-node")).toBe("yes");
    expect(answer(lacking, "reserved:remote-node", { ciliumNodeLabels: "all" })).toBe("unknown");
    expect(answer(lacking, "reserved:health", { ciliumNodeLabels: "all" })).toBe("yes");
  });

  it("where nodes have labels, one that only says which namespaces it does not mean means nodes, too", () => {
    const labelled = { ciliumNodeLabels: "all" } as const;
    const not = "{key: io.kubernetes.pod.namespace, operator: NotIn, values: [b]}";
    const from = (keys: string): string => `{fromEndpoints: [{matchExpressions: [${keys}]}]}`;
    expect(answer(from(not), "reserved:remote-node")).toBe("no");
    for (const source of ["reserved:remote-node", "reserved:host", "a/db"])
      expect(answer(from(not), source, labelled)).toBe("yes");
    for (const source of ["203.0.113.9", "reserved:health"]) expect(answer(from(not), source, labelled)).toBe("no");
    // Which labels nodes have is not looked up; that of their cluster is known.
    expect(answer(from(`${not}, {key: zone, operator: In, values: [x]}`), "reserved:remote-node", labelled)).toBe(
      "unknown",
    );
    const ofCluster = (name: string): string =>
      from(`${not}, {key: io.cilium.k8s.policy.cluster, operator: In, values: [${name}]}`);
    expect(answer(ofCluster("default"), "reserved:remote-node", labelled)).toBe("yes");
    expect(answer(ofCluster("other"), "reserved:remote-node", labelled)).toBe("no");
    expect(answer(from("{key: app, operator: NotIn, values: [x]}"), "reserved:remote-node", labelled)).toBe("no");
  });

  it("up to 1.18 what rules require is asked of them, too", () => {
    const left = "{fromEndpoints: [{matchExpressions: [{key: reserved:host, operator: DoesNotExist}]}]}";
    const required = "{fromRequires: [{matchLabels: {app: db}}]}";
    const old = { ciliumVersion: "1.18" } as const;
    expect(answer(left, "203.0.113.9", old)).toBe("yes");
    expect(answer(`${left}, ${required}`, "203.0.113.9", old)).toBe("no");
    expect(answer(`${left}, ${required}`, "a/db", old)).toBe("yes");
  });

  it("up to 1.18 what a cluster-wide policy requires is met by pods alone, whatever it asks", () => {
    const text = `${world}---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: np, namespace: a}, spec: {podSelector: {}, ingress: [{}]}}
---
{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: r}, spec: {endpointSelector: {}, ingress: [{fromRequires: [{matchExpressions: [{key: app, operator: NotIn, values: [x]}]}]}]}}
`;
    const cluster = readManifests([{ name: "cluster.yaml", text }]);
    const from = (source: string): Answer =>
      can(cluster, { source, target: "a/web", port: "80" }, { assumptions: { ciliumVersion: "1.18" } }).answer;
    expect(from("a/db")).toBe("yes");
    expect(from("203.0.113.9")).toBe("no");
  });

  it("a selector that asks for an identity asks for all else as well", () => {
    const from = (labels: string): string => `{fromEndpoints: [{matchLabels: {${labels}}}]}`;
    expect(answer(from("'reserved:health': ''"), "reserved:health")).toBe("yes");
    // The label of an identity has no value, and no other label stands beside it.
    expect(answer(from("'reserved:health': yes-it-is"), "reserved:health")).toBe("no");
    expect(answer(from("'reserved:health': '', app: db"), "reserved:health")).toBe("no");
    expect(answer(from("'reserved:health': '', app: db"), "a/db")).toBe("no");
    expect(answer(from("'reserved:world': '', app: db"), "203.0.113.9")).toBe("no");
    // In clusters of both families the world has other labels.
    expect(answer(from("'reserved:world': ''"), "203.0.113.9")).toBe("unknown");
    const server = { kubeApiserver: "203.0.113.9" };
    expect(answer(from("'reserved:kube-apiserver': ''"), "203.0.113.9", server)).toBe("yes");
    expect(answer(from("'reserved:kube-apiserver': ''"), "203.0.113.8", server)).toBe("no");
    const other = "{key: reserved:kube-apiserver, operator: DoesNotExist}";
    const node = `{fromEndpoints: [{matchLabels: {'reserved:remote-node': ''}, matchExpressions: [${other}]}]}`;
    expect(answer(node, "reserved:remote-node")).toBe("unknown");
  });

  it("an empty list beside other peers, and an entry whose lists say nothing, match nobody", () => {
    expect(answer("{fromEntities: [all], fromCIDR: []}", "a/db")).toBe("no");
    expect(answer("{icmps: []}", "a/db")).toBe("no");
    expect(answer("{toPorts: []}", "a/db")).toBe("no");
  });

  it("a selector of groups that asks for no label matches addresses of no group, too", () => {
    const group = (name: string, labels: string, cidr: string): string =>
      `---\n{apiVersion: cilium.io/v2, kind: CiliumCIDRGroup, metadata: {name: ${name}, labels: ${labels}}, spec: {externalCIDRs: [${cidr}]}}\n`;
    const groups = group("g", "{kind: partner}", "192.0.2.0/24") + group("h", "{kind: office}", "198.51.100.0/24");
    const from = (selector: string, source: string): Answer => {
      const text = `${world}${groups}---
{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: c, namespace: a}, spec: {endpointSelector: {}, ingress: [{fromCIDRSet: [{cidrGroupSelector: ${selector}}]}]}}
`;
      const cluster = readManifests([{ name: "cluster.yaml", text }]);
      return can(cluster, { source, target: "a/web", port: "80" }).answer;
    };
    const asked = (selector: string): readonly Answer[] =>
      ["192.0.2.1", "198.51.100.1", "203.0.113.1", "a/db"].map((source) => from(selector, source));
    expect(asked("{matchLabels: {kind: partner}}")).toEqual(["yes", "no", "no", "no"]);
    expect(asked("{matchLabels: {'cidrgroup:kind': partner}}")).toEqual(["yes", "no", "no", "no"]);
    expect(asked("{matchLabels: {'k8s:kind': partner}}")).toEqual(["no", "no", "no", "no"]);
    // Of one that asks for nothing agents may give the answer of another such selector: everybody.
    expect(asked("{}")).toEqual(["yes", "yes", "yes", "unknown"]);
    expect(asked("{matchExpressions: [{key: kind, operator: NotIn, values: [partner]}]}")).toEqual([
      "no",
      "yes",
      "yes",
      "no",
    ]);
  });

  it("of the subject only the namespace under k8s: is set to that of the policy; others must hold as well", () => {
    const isolated = (key: string): boolean => {
      const text = `${world}---
{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: c, namespace: a}, spec: {endpointSelector: {matchLabels: {'${key}': b}}, ingress: [{}]}}
`;
      const cluster = readManifests([{ name: "cluster.yaml", text }]);
      return can(cluster, { source: "a/db", target: "a/web", port: "80" }).ingress.isolated;
    };
    expect(isolated("k8s:io.kubernetes.pod.namespace")).toBe(true);
    expect(isolated("io.kubernetes.pod.namespace")).toBe(false);
    expect(isolated("any:io.kubernetes.pod.namespace")).toBe(false);
    expect(isolated("io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name")).toBe(false);
  });

  it("no node has labels of a namespace", () => {
    const text = `${world}---
{apiVersion: v1, kind: Node, metadata: {name: n1, labels: {zone: z}}, status: {addresses: [{type: InternalIP, address: 10.1.0.1}]}}
---
{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: h}, spec: {nodeSelector: {matchLabels: {LABEL}}, ingress: [{}]}}
`;
    const from = (label: string): Answer => {
      const cluster = readManifests([{ name: "cluster.yaml", text: text.replace("LABEL", label) }]);
      return can(cluster, { source: "203.0.113.9", target: "10.1.0.1", port: "22" }).answer;
    };
    expect(["zone: z", "'k8s:zone': z", "'node:zone': z", "io.kubernetes.pod.namespace: a"].map(from)).toEqual([
      "no",
      "no",
      "yes",
      "yes",
    ]);
  });
});
