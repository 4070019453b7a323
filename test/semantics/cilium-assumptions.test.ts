import { type Answer, type Assumptions, analyzeCluster, can, readManifests } from "@npa/core";
import { describe, expect, it } from "vitest";
import { list } from "./answers.ts";
import { namespace, pod, policy } from "./manifests.ts";

const world = namespace("a") + pod("a/web", "{app: web}");

describe("assumptions about the data plane, and about Cilium", () => {
  /** What an input answers about a question: under the defaults, and under other assumptions. */
  function underEach(
    text: string,
    [source, target]: readonly [string, string],
    ...given: Partial<Assumptions>[]
  ): Answer[] {
    const cluster = readManifests([{ name: "cluster.yaml", text }]);
    return [{}, ...given].map((assumptions) => can(cluster, { source, target, port: "80" }, { assumptions }).answer);
  }

  const ofCilium = (spec: string): string =>
    `---\n{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: c, namespace: a}, spec: ${spec}}\n`;
  const nodeOf = (address: string): string =>
    `---\n{apiVersion: v1, kind: Node, metadata: {name: node-1}, status: {addresses: [{type: InternalIP, address: ${address}}]}}\n`;

  it("dataplane: whose policies are in force, and what NetworkPolicies mean", () => {
    const denyAll = world + ofCilium("{endpointSelector: {}, ingress: [{}]}");
    expect(underEach(denyAll, ["1.2.3.4", "a/web"], { dataplane: "kubernetes" }, { dataplane: "calico" })).toEqual([
      "no",
      "yes",
      "yes",
    ]);
    const outside =
      world + policy("a/p", "podSelector: {}\npolicyTypes: [Ingress]\negress: [{to: [{podSelector: {}}]}]");
    expect(underEach(outside, ["a/web", "1.2.3.4"], { dataplane: "cilium" })).toEqual(["yes", "no"]);
    const told =
      "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: cilium-config, namespace: kube-system}, data: {}}\n";
    expect(underEach(outside + told, ["a/web", "1.2.3.4"], { dataplane: "kubernetes" })).toEqual(["no", "yes"]);
  });

  it("dataplane: the kinds of another are told of by the answer's assumptions", () => {
    const both = world + ofCilium("{endpointSelector: {}, ingress: [{}]}");
    expect(list(both).assumptions.dataplane).toBe("cilium");
    expect(list(world).assumptions.dataplane).toBe("unknown");
  });

  it("ciliumEnforcement: which pods are isolated", () => {
    const denyAll =
      world + pod("a/db", "{app: db}") + ofCilium("{endpointSelector: {matchLabels: {app: web}}, ingress: [{}]}");
    const modes = [{ ciliumEnforcement: "always" }, { ciliumEnforcement: "never" }] as const;
    expect(underEach(denyAll, ["1.2.3.4", "a/web"], ...modes)).toEqual(["no", "no", "yes"]);
    expect(underEach(denyAll, ["1.2.3.4", "a/db"], ...modes)).toEqual(["yes", "no", "yes"]);
  });

  it("ciliumCidrMatchMode: whether CIDRs match nodes", () => {
    const block = "podSelector: {}\ningress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]";
    const mode = { ciliumCidrMatchMode: "nodes" } as const;
    const spec = "{endpointSelector: {}, ingress: [{fromCIDR: [10.0.0.0/8]}]}";
    for (const yaml of [
      world + policy("a/p", block) + ofCilium("{endpointSelector: {}, egress: [{}]}"),
      world + ofCilium(spec),
    ])
      expect(underEach(yaml + nodeOf("10.0.0.1"), ["10.0.0.1", "a/web"], mode)).toEqual(["unknown", "yes"]);
  });

  it("ipBlockMatchesPods: whether CIDRs match pods, and not those on the network of a node", () => {
    const at = (name: string, address: string, spec = ""): string =>
      `---\n{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: a}, spec: {${spec}containers: [{name: c, image: i}]}, status: {phase: Running, podIP: ${address}, podIPs: [{ip: ${address}}]}}\n`;
    const pods = world + at("near", "10.0.1.1") + at("far", "10.1.1.1") + at("host", "10.0.0.1", "hostNetwork: true, ");
    const block = "{ipBlock: {cidr: 10.0.0.0/16}}";
    const pods16 = { ipBlockMatchesPods: true } as const;
    const both = { ...pods16, ciliumCidrMatchMode: "nodes" } as const;
    for (const yaml of [
      pods + ofCilium("{endpointSelector: {matchLabels: {app: web}}, ingress: [{fromCIDR: [10.0.0.0/16]}]}"),
      pods +
        ofCilium("{endpointSelector: {}, egress: [{toEntities: [all]}]}") +
        policy("a/p", `podSelector: {matchLabels: {app: web}}\ningress: [{from: [${block}]}]`),
    ]) {
      expect(underEach(yaml, ["a/near", "a/web"], pods16, both)).toEqual(["no", "yes", "yes"]);
      expect(underEach(yaml, ["a/far", "a/web"], pods16, both)).toEqual(["no", "no", "no"]);
      expect(underEach(yaml, ["a/host", "a/web"], pods16, both)).toEqual(["unknown", "unknown", "yes"]);
    }
  });

  it("ciliumHostFirewall: whether policies for nodes are in force", () => {
    const forNodes =
      "---\n{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: nodes}, spec: {nodeSelector: {}, ingress: [{}]}}\n";
    expect(underEach(world + forNodes, ["a/web", "reserved:host"], { ciliumHostFirewall: false })).toEqual([
      "no",
      "yes",
    ]);
  });

  it("ciliumAllowLocalhost: whether a pod's own node is let in without a rule", () => {
    const denyAll = world + ofCilium("{endpointSelector: {}, ingress: [{}]}");
    const policy = { ciliumAllowLocalhost: "policy" } as const;
    expect(underEach(denyAll, ["reserved:host", "a/web"], policy)).toEqual(["yes", "no"]);
    expect(underEach(denyAll + nodeOf("10.0.0.1"), ["10.0.0.1", "a/web"], policy)).toEqual(["unknown", "no"]);
  });

  it("ciliumIcmpTypeZero: which messages a rule for echo replies matches", () => {
    const cluster = readManifests([
      {
        name: "cluster.yaml",
        text: world + ofCilium("{endpointSelector: {}, ingress: [{icmps: [{fields: [{type: 0}]}]}]}"),
      },
    ]);
    const ask = (port: string, assumptions: Partial<Assumptions>): Answer =>
      can(cluster, { source: "1.2.3.4", target: "a/web", port }, { assumptions }).answer;
    const all = { ciliumIcmpTypeZero: "all" } as const;
    expect(["0/ICMP", "8/ICMP"].map((port) => ask(port, {}))).toEqual(["yes", "no"]);
    expect(["0/ICMP", "8/ICMP"].map((port) => ask(port, all))).toEqual(["yes", "yes"]);
  });

  it("ciliumMissingObjects: whether Services that are not there may exist", () => {
    const to = "toServices: [{k8sService: {serviceName: gone, namespace: b}}]";
    const absent = { ciliumMissingObjects: "absent" } as const;
    const spec = (ports: string): string => world + ofCilium(`{endpointSelector: {}, egress: [{${to}${ports}}]}`);
    expect(underEach(spec(""), ["a/web", "1.2.3.4"], absent)).toEqual(["unknown", "no"]);
    expect(underEach(spec(', toPorts: [{ports: [{port: "80"}]}]'), ["a/web", "1.2.3.4"], absent)).toEqual([
      "unknown",
      "yes",
    ]);
  });

  it("kubeApiserver: where the API server is", () => {
    const to = (peer: string): string => world + ofCilium(`{endpointSelector: {}, egress: [{${peer}}]}`);
    const places = [{ kubeApiserver: "host" }, { kubeApiserver: "remote-node" }, { kubeApiserver: "203.0.113.7" }];
    const asked = ["a/web", "kube-apiserver"] as const;
    expect(underEach(to("toEntities: [kube-apiserver]"), asked, ...places)).toEqual(["yes", "yes", "yes", "yes"]);
    expect(underEach(to("toEntities: [host]"), asked, ...places)).toEqual(["unknown", "yes", "no", "no"]);
    expect(underEach(to("toEntities: [remote-node]"), asked, ...places)).toEqual(["unknown", "no", "yes", "no"]);
    expect(underEach(to("toEntities: [remote-node, host]"), asked, ...places)).toEqual(["unknown", "yes", "yes", "no"]);
    expect(underEach(to("toEntities: [world]"), asked, ...places)).toEqual(["unknown", "no", "no", "yes"]);
    expect(underEach(to("toCIDR: [203.0.113.0/24]"), asked, ...places)).toEqual(["unknown", "no", "no", "yes"]);
    expect(underEach(to("toEntities: [kube-apiserver]"), ["a/web", "203.0.113.7"], ...places)).toEqual([
      "no",
      "no",
      "no",
      "yes",
    ]);
    const slice =
      "---\n{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: kubernetes, namespace: default, labels: {kubernetes.io/service-name: kubernetes}}, addressType: IPv4, endpoints: [{addresses: [203.0.113.7]}], ports: []}\n";
    expect(list(to("toEntities: [kube-apiserver]") + slice).assumptions.kubeApiserver).toBe("203.0.113.7");
  });

  it("ciliumL7Proxy and ciliumIcmpRules: without them what needs them is refused as a whole", () => {
    const asked = ["1.2.3.4", "a/web"] as const;
    const limited =
      world +
      ofCilium(
        '{endpointSelector: {}, ingress: [{fromEntities: [cluster], toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET}]}}]}]}',
      );
    expect(underEach(limited, asked, { ciliumL7Proxy: false })).toEqual(["no", "yes"]);
    const ping =
      world +
      ofCilium("{endpointSelector: {}, ingressDeny: [{icmps: [{fields: [{type: 8}]}]}, {fromEntities: [all]}]}");
    expect(underEach(ping, asked, { ciliumIcmpRules: false })).toEqual(["no", "yes"]);
    const cluster = readManifests([{ name: "cluster.yaml", text: limited }]);
    const report = analyzeCluster(cluster, { assumptions: { ciliumL7Proxy: false } });
    expect(report.summary).toMatchObject({ policies: 0, refusedPolicies: 1 });
    expect(report.findings.find(({ ruleId }) => ruleId === "invalid-policy")?.message).toContain("enable-l7-proxy");
    const names = world + ofCilium("{endpointSelector: {}, egress: [{toFQDNs: [{matchName: api.example.com}]}]}");
    expect(underEach(names, ["a/web", "1.2.3.4"], { ciliumL7Proxy: false })).toEqual(["unknown", "no"]);
    // A ClusterNetworkPolicy with domainNames is refused as a whole, where Cilium enforces it.
    const ofNames =
      "---\n{apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: b}, spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [{name: names, action: Accept, to: [{domainNames: [api.example.com]}]}, {name: rest, action: Deny, to: [{networks: [0.0.0.0/0]}]}]}}\n";
    const off = [
      { dataplane: "cilium" },
      { dataplane: "cilium", ciliumL7Proxy: false },
      { dataplane: "kubernetes", ciliumL7Proxy: false },
    ] as const;
    expect(underEach(world + ofNames, ["a/web", "1.2.3.4"], ...off)).toEqual(["unknown", "unknown", "yes", "unknown"]);
    const refused = analyzeCluster(readManifests([{ name: "cluster.yaml", text: world + ofNames }]), {
      assumptions: off[1],
    });
    expect(refused.findings.map(({ ruleId, message }) => [ruleId, message])).toContainEqual([
      "invalid-policy",
      "ClusterNetworkPolicy b is not in force: the agent refuses it: domainNames need the proxy, which enable-l7-proxy turns off",
    ]);
  });

  it("ciliumNodeLabels: without them agents refuse a ClusterNetworkPolicy that selects nodes", () => {
    const ofNodes =
      "---\n{apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: b}, spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [{name: nodes, action: Deny, to: [{nodes: {}}]}]}}\n";
    const text = world + nodeOf("10.9.0.1") + ofNodes;
    const given = [
      { dataplane: "kubernetes" },
      { dataplane: "cilium" },
      { dataplane: "cilium", ciliumNodeLabels: "all" },
    ] as const;
    expect(underEach(text, ["a/web", "10.9.0.1"], ...given).slice(1)).toEqual(["no", "yes", "no"]);
    const { findings } = analyzeCluster(readManifests([{ name: "cluster.yaml", text }]), { assumptions: given[1] });
    expect(findings.map(({ message }) => message)).toContainEqual(
      "ClusterNetworkPolicy b is not in force: the agent refuses it: nodes need enable-node-selector-labels, which is off",
    );
  });

  it("ciliumNonDefaultDeny: whether enableDefaultDeny is heard", () => {
    const open =
      world +
      ofCilium("{endpointSelector: {}, enableDefaultDeny: {ingress: false}, ingress: [{fromEntities: [health]}]}");
    expect(underEach(open, ["1.2.3.4", "a/web"], { ciliumNonDefaultDeny: false })).toEqual(["yes", "no"]);
  });

  it("ciliumIdentityLabels: which labels selectors see", () => {
    const pods = world + pod("a/db", "{app: db, release: r, pod-template-hash: h}");
    const ask = (labels: string, filter: string, kind = "cilium"): unknown => {
      const own = `{endpointSelector: {}, ingress: [{fromEndpoints: [{matchLabels: {${labels}}}]}]}`;
      const api = policy("a/np", `podSelector: {}\ningress: [{from: [{podSelector: {matchLabels: {${labels}}}}]}]`);
      const yaml = pods + (kind === "cilium" ? ofCilium(own) : api);
      const given = { dataplane: "cilium", ciliumIdentityLabels: filter } as const;
      return underEach(yaml, ["a/db", "a/web"], given)[1];
    };
    for (const kind of ["cilium", "kubernetes"]) {
      expect(ask("release: r", "default", kind)).toBe("yes");
      expect(ask("release: r", "k8s:!release", kind)).toBe("no");
      expect(ask("release: r", "k8s:app", kind)).toBe("no");
      expect(ask("app: db", "k8s:app", kind)).toBe("yes");
      expect(ask("app: db", "k8s:!ap k8s:app", kind)).toBe("yes");
      expect(ask("app: db", "k8s:!app.* k8s:ap", kind)).toBe("no");
      expect(ask("app: db", "reserved:.* container:app", kind)).toBe("no");
      expect(ask("pod-template-hash: h", "default", kind)).toBe("no");
      expect(ask("pod-template-hash: h", "k8s:pod-template-hash.*", kind)).toBe("no");
    }
    expect(ask("io.cilium.k8s.policy.serviceaccount: default", "k8s:app")).toBe("yes");
    expect(() => ask("app: db", "k8s:a(")).toThrow(/no filter of labels/);
  });

  it("ciliumNodeLabels: whether policies may name nodes, and by which labels", () => {
    const node = (name: string, address: string, labels: string): string =>
      `---\n{apiVersion: v1, kind: Node, metadata: {name: ${name}, labels: ${labels}}, status: {addresses: [{type: InternalIP, address: ${address}}]}}\n`;
    const nodes = node("a", "10.0.0.1", "{zone: one, node.x/role: db}") + node("b", "10.0.0.2", "{zone: two}");
    const labels = (text: string): string => `{matchLabels: {${text}}}`;
    const from = (selector: string): string =>
      world + nodes + ofCilium(`{endpointSelector: {}, ingress: [{fromNodes: [${selector}]}]}`);
    const to = (selector: string): string =>
      world + nodes + ofCilium(`{endpointSelector: {}, egress: [{toNodes: [${selector}]}]}`);
    const under = (yaml: string, ends: readonly [string, string], ciliumNodeLabels: string): unknown =>
      underEach(yaml, ends, { dataplane: "cilium", ciliumNodeLabels })[1];
    const a = ["10.0.0.1", "a/web"] as const;
    const b = ["10.0.0.2", "a/web"] as const;
    // Refused, so that nothing isolates the pod.
    expect(under(from(labels("zone: one")), b, "off")).toBe("yes");
    expect(under(from(labels("zone: one")), a, "all")).toBe("yes");
    expect(under(from(labels("node:zone: one")), a, "all")).toBe("yes");
    expect(under(from(labels("node.x/role: db")), a, "all")).toBe("yes");
    // It may be the pod's own node, which is let in.
    expect(under(from(labels("zone: one")), b, "all")).toBe("unknown");
    expect(under(from(labels("k8s:zone: one")), a, "all")).toBe("unknown");
    expect(under(from("{}"), ["reserved:remote-node", "a/web"], "all")).toBe("yes");
    expect(under(from(labels("zone: one")), ["reserved:remote-node", "a/web"], "all")).toBe("unknown");
    expect(under(from(labels("zone: three")), ["reserved:remote-node", "a/web"], "all")).toBe("no");
    expect(under(from(labels("zone: one")), a, "node.x")).toBe("unknown");
    expect(under(from(labels("zone: one")), a, "!node.x")).toBe("yes");
    expect(under(from(labels("io.cilium.k8s.policy.cluster: default, zone: one")), a, "zone")).toBe("yes");
    expect(under(from(labels("io.cilium.k8s.policy.cluster: other")), a, "all")).toBe("unknown");
    // Of a selected node it is not known whether it is the pod's own, which is none of the others.
    expect(under(to(labels("zone: one")), ["a/web", "10.0.0.1"], "all")).toBe("unknown");
    expect(under(to(labels("zone: one")), ["a/web", "10.0.0.2"], "all")).toBe("no");
    expect(under(to("{}"), ["a/web", "reserved:remote-node"], "all")).toBe("yes");
    expect(under(to("{}"), ["a/web", "reserved:host"], "all")).toBe("no");
    const report = analyzeCluster(readManifests([{ name: "cluster.yaml", text: from("{}") }]));
    expect(report.findings.find(({ ruleId }) => ruleId === "invalid-policy")?.message).toContain(
      "the agent refuses fromNodes without enable-node-selector-labels",
    );
    expect(() => under(from("{}"), a, "a(")).toThrow(/no filter of labels/);
  });

  it("ciliumClusterName: which cluster of a mesh selectors mean", () => {
    const prod = { ciliumClusterName: "prod" } as const;
    const pods = world + pod("a/db", "{app: db}");
    const from = (cluster: string): string =>
      pods +
      ofCilium(
        `{endpointSelector: {}, ingress: [{fromEndpoints: [{matchLabels: {io.cilium.k8s.policy.cluster: ${cluster}}}]}]}`,
      );
    const of = (cluster: string): string =>
      pods + ofCilium(`{endpointSelector: {matchLabels: {io.cilium.k8s.policy.cluster: ${cluster}}}, ingress: [{}]}`);
    const ends = ["a/db", "a/web"] as const;
    expect(underEach(from("prod"), ends, prod)).toEqual(["no", "yes"]);
    expect(underEach(from("default"), ends, prod)).toEqual(["yes", "no"]);
    expect(underEach(of("prod"), ends, prod)).toEqual(["yes", "no"]);
    expect(underEach(from("prod"), ["app=db in a", "a/web"], prod)).toEqual(["no", "yes"]);
    const config =
      "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: cilium-config, namespace: kube-system}, data: {cluster-name: prod}}\n";
    expect(list(from("prod") + config).assumptions.ciliumClusterName).toBe("prod");
    expect(underEach(from("prod") + config, ends)).toEqual(["yes"]);
    expect(() => underEach(from("prod"), ends, { ciliumClusterName: "a b" })).toThrow(/not the name of a cluster/);
  });

  it("ciliumNetworkPolicies and ciliumClusterNetworkPolicies: which kinds the agents read", () => {
    const denied = world + policy("a/p", "podSelector: {}");
    const off = { dataplane: "cilium", ciliumNetworkPolicies: false } as const;
    expect(underEach(denied, ["1.2.3.4", "a/web"], off, { ...off, dataplane: "kubernetes" })).toEqual([
      "no",
      "yes",
      "no",
    ]);
    const admin =
      world +
      "---\n{apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: b}, spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [{name: rest, action: Deny, to: [{networks: [0.0.0.0/0]}]}]}}\n";
    const without = { dataplane: "cilium", ciliumClusterNetworkPolicies: false } as const;
    expect(underEach(admin, ["a/web", "1.2.3.4"], without, { ...without, dataplane: "kubernetes" })).toEqual([
      "no",
      "yes",
      "no",
    ]);
    // "Support must be enabled by setting the flag to true": a cilium-config without it has it off.
    const config = (data: string): string =>
      `---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: cilium-config, namespace: kube-system}, data: {${data}}}\n`;
    const asked = (text: string): unknown => underEach(text, ["a/web", "1.2.3.4"])[0];
    expect(asked(admin + config(""))).toBe("yes");
    expect(asked(admin + config('enable-k8s-cluster-network-policy: "true"'))).toBe("no");
    const cluster = readManifests([{ name: "cluster.yaml", text: admin + config("") }]);
    expect(analyzeCluster(cluster, {}).findings.map(({ ruleId, message }) => [ruleId, message])).toContainEqual([
      "invalid-policy",
      "ClusterNetworkPolicy b is not in force: the agent does not read ClusterNetworkPolicies: enable-k8s-cluster-network-policy is off",
    ]);
    const { restsOn } = can(cluster, { source: "a/web", target: "1.2.3.4", port: "80" });
    expect(restsOn).toContain("ciliumClusterNetworkPolicies");
  });

  it("ciliumVersion: identities have labels of topology up to 1.18", () => {
    const zoned =
      world +
      pod("a/db", "{app: db, topology.kubernetes.io/zone: east}") +
      ofCilium(
        "{endpointSelector: {matchLabels: {app: web}}, ingress: [{fromEndpoints: [{matchLabels: {topology.kubernetes.io/zone: east}}]}]}",
      );
    const each = [{ ciliumVersion: "1.19" }, { ciliumVersion: "1.18" }] as const;
    expect(underEach(zoned, ["a/db", "a/web"], ...each)).toEqual(["no", "no", "yes"]);
    // What the option `labels` says beside it holds in each version.
    const named = each.map((one) => ({ ...one, ciliumIdentityLabels: "k8s:!topology.kubernetes.io/zone" }));
    expect(underEach(zoned, ["a/db", "a/web"], ...named)).toEqual(["no", "no", "no"]);
    const found = each.map((assumptions) => {
      const cluster = readManifests([{ name: "cluster.yaml", text: zoned }]);
      return analyzeCluster(cluster, { assumptions }).findings.some(({ ruleId }) => ruleId === "label-not-in-identity");
    });
    expect(found).toEqual([true, false]);
  });

  it("ciliumDefaultCluster: whose pods a selector means that names no cluster", () => {
    const mesh =
      world +
      pod("a/far", "{app: far, io.cilium.k8s.policy.cluster: other}") +
      ofCilium("{endpointSelector: {matchLabels: {app: web}}, ingress: [{fromEndpoints: [{}]}]}");
    const each = [
      { ciliumVersion: "1.19" },
      { ciliumVersion: "1.18" },
      { ciliumVersion: "1.18", ciliumDefaultCluster: "own" },
      { ciliumDefaultCluster: "any" },
    ] as const;
    expect(underEach(mesh, ["a/far", "a/web"], ...each)).toEqual(["no", "no", "yes", "no", "yes"]);
  });

  it("ciliumVersion: up to 1.18 two stars in a pattern of names are one", () => {
    const text =
      world +
      ofCilium(
        '{endpointSelector: {}, egress: [{toPorts: [{ports: [{port: "53", protocol: UDP}], rules: {dns: [{matchPattern: "**.example.com"}]}}]}, {toFQDNs: [{matchPattern: "**.example.com"}], toPorts: [{ports: [{port: "80", protocol: TCP}]}]}]}',
      );
    const each = [{ ciliumVersion: "1.19" }, { ciliumVersion: "1.18" }] as const;
    expect(underEach(text, ["a/web", "api.example.com"], ...each)).toEqual(["yes", "yes", "yes"]);
    expect(underEach(text, ["a/web", "eu.api.example.com"], ...each)).toEqual(["yes", "yes", "no"]);
    const asked = each.map((assumptions) => {
      const cluster = readManifests([{ name: "cluster.yaml", text }]);
      const request = { type: "dns", name: "eu.api.example.com" } as const;
      return can(cluster, { source: "a/web", target: "1.2.3.4", port: "53/UDP", request }, { assumptions }).answer;
    });
    expect(asked).toEqual(["yes", "no"]);
  });

  it("ciliumVersion: what older versions read otherwise", () => {
    const old = [{ ciliumVersion: "1.19" }, { ciliumVersion: "1.18" }, { ciliumVersion: "1.17" }] as const;
    const ask = (yaml: string, ...ends: readonly [string, string]): readonly unknown[] => underEach(yaml, ends, ...old);
    const requires = ofCilium("{endpointSelector: {}, ingress: [{fromRequires: [{matchLabels: {app: db}}]}]}");
    const from = ofCilium("{endpointSelector: {}, ingress: [{fromEndpoints: [{}]}]}").replace("name: c,", "name: d,");
    const pods = world + pod("a/db", "{app: db}") + pod("a/other", "{app: other}");
    expect(ask(pods + from + requires, "a/other", "a/web")).toEqual(["yes", "yes", "no", "no"]);
    expect(ask(pods + from + requires, "a/db", "a/web")).toEqual(["yes", "yes", "yes", "yes"]);
    // Of a NetworkPolicy, too, and where that names nobody; of denies what denies require; not of entities.
    const np = (from: string): string =>
      `---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: np, namespace: a}, spec: {podSelector: {}, ingress: [${from}]}}\n`;
    for (const peers of ["{}", "{from: [{podSelector: {}}]}"]) {
      expect(ask(pods + np(peers) + requires, "a/other", "a/web")).toEqual(["yes", "yes", "no", "no"]);
      expect(ask(pods + np(peers) + requires, "a/db", "a/web")).toEqual(["yes", "yes", "yes", "yes"]);
    }
    const denies = ofCilium(
      "{endpointSelector: {}, ingress: [{fromEntities: [cluster]}], ingressDeny: [{fromRequires: [{matchLabels: {app: db}}]}, {fromEndpoints: [{}]}]}",
    );
    expect(ask(pods + denies, "a/db", "a/web").slice(2)).toEqual(["no", "no"]);
    expect(ask(pods + denies, "a/other", "a/web").slice(2)).toEqual(["yes", "yes"]);
    expect(ask(pods + denies + requires.replace("name: c,", "name: e,"), "a/other", "a/web").slice(2)).toEqual([
      "yes",
      "yes",
    ]);
    // A selector that only says which namespaces it does not mean is met by whoever has none.
    const notIn = (key: string): string => `{matchExpressions: [{key: ${key}, operator: NotIn, values: [b]}]}`;
    const ofNone = pods + ofCilium("{endpointSelector: {matchLabels: {app: none}}, ingress: [{}]}");
    const others = ofNone + np(`{from: [{namespaceSelector: ${notIn("kubernetes.io/metadata.name")}}]}`);
    expect(ask(others, "203.0.113.9", "a/web")).toEqual(["no", "no", "yes", "yes"]);
    expect(ask(others, "reserved:remote-node", "a/web")).toEqual(["no", "no", "yes", "yes"]);
    expect(ask(others, "a/db", "a/web")).toEqual(["yes", "yes", "yes", "yes"]);
    const labelled = `{from: [{namespaceSelector: ${notIn("kubernetes.io/metadata.name")}, podSelector: {matchLabels: {app: db}}}]}`;
    expect(ask(ofNone + np(labelled), "203.0.113.9", "a/web")).toEqual(["no", "no", "no", "no"]);
    const byName = `{endpointSelector: {}, ingress: [{fromEndpoints: [${notIn("k8s:io.kubernetes.pod.namespace")}]}]}`;
    expect(ask(pods + ofCilium(byName), "203.0.113.9", "a/web")).toEqual(["no", "no", "yes", "yes"]);
    // Cluster-wide it is one of pods all the same, unless the subject names pods that start, if only to leave them out.
    const clusterwide = (subject: string, entry: string): string =>
      `---\n{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: w}, spec: {endpointSelector: ${subject}, ingress: [${entry}]}}\n`;
    const noInit = '{matchExpressions: [{key: "reserved:init", operator: DoesNotExist}]}';
    const anyPeer = "{fromEndpoints: [{}]}";
    expect(ask(pods + clusterwide("{}", anyPeer), "203.0.113.9", "a/web")).toEqual(["no", "no", "no", "no"]);
    expect(ask(pods + clusterwide(noInit, anyPeer), "203.0.113.9", "a/web")).toEqual(["no", "no", "yes", "yes"]);
    expect(ask(pods + clusterwide(noInit, anyPeer), "reserved:health", "a/web")).toEqual(["no", "no", "yes", "yes"]);
    const labelledPeer = "{fromEndpoints: [{matchLabels: {app: db}}]}";
    expect(ask(pods + clusterwide(noInit, labelledPeer), "203.0.113.9", "a/web")).toEqual(["no", "no", "no", "no"]);
    const inCluster = "{fromEntities: [cluster]}";
    expect(ask(pods + clusterwide(noInit, inCluster), "203.0.113.9", "a/web")).toEqual(["no", "no", "no", "no"]);
    const baseline =
      "---\n{apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: b}, spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, ingress: [{name: x, action: Deny, from: [{namespaces: {}}]}]}}\n";
    const open = ofCilium("{endpointSelector: {}, ingress: [{fromEntities: [all]}]}");
    expect(ask(pods + open + baseline, "a/db", "a/web")).toEqual(["no", "yes", "yes", "yes"]);
  });

  it("ciliumVersion: up to 1.19 a limit on requests of a rule that names the own node holds for it", () => {
    const limit = (entry: string): string =>
      ofCilium(
        `{endpointSelector: {}, ingress: [{${entry}toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET}]}}]}]}`,
      );
    const asked = (entry: string, ciliumVersion: "1.19" | "1.20", method: string): unknown => {
      const cluster = readManifests([{ name: "cluster.yaml", text: world + limit(entry) }]);
      const options = { assumptions: { ciliumVersion } };
      const question = { source: "reserved:host", target: "a/web", port: "80" };
      const { answer, limited } = can(cluster, question, options);
      const one = can(cluster, { ...question, request: { type: "http", method, path: "/" } }, options);
      return [answer, limited !== undefined, one.answer];
    };
    for (const entry of ["fromEntities: [host], ", "fromEntities: [cluster], "]) {
      expect(asked(entry, "1.20", "PUT")).toEqual(["yes", false, "yes"]);
      expect(asked(entry, "1.19", "GET")).toEqual(["yes", true, "yes"]);
      expect(asked(entry, "1.19", "PUT")).toEqual(["yes", true, "unknown"]);
    }
    for (const entry of ["", "fromEntities: [all], ", "fromEntities: [remote-node], "])
      expect(asked(entry, "1.19", "PUT")).toEqual(["yes", false, "yes"]);
  });
});
