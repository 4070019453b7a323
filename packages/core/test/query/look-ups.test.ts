import { analyzeCluster, type Assumptions, can, listConnectivity, readManifests, type Verdict } from "@npa/core";
import { diffClusters } from "@npa/core/diff";
import { explain } from "@npa/core/explain";
import { optimizeCluster } from "@npa/core/optimize";
import { describe, expect, it } from "vitest";

const pod = (namespace: string, name: string, labels: string, ports = ""): string =>
  `---\n{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: ${namespace}, labels: ${labels}}, spec: {containers: [{name: c, image: x, ports: [${ports}]}]}}\n`;
const named =
  "{name: dns, protocol: UDP, containerPort: 53}, {name: dns-tcp, protocol: TCP, containerPort: 5353}, {name: metrics, containerPort: 9153}";
const world =
  "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n" +
  "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: cilium-config, namespace: kube-system}, data: {enable-k8s-cluster-network-policy: 'true'}}\n" +
  pod("shop", "web", "{app: web}") +
  pod("kube-system", "coredns", "{k8s-app: kube-dns}", named) +
  pod("kube-system", "other", "{k8s-app: other}", named);

const clusterWide = (rules: string, tier = "Admin", name = "names"): string =>
  `---\n{apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: ${name}}, spec: {tier: ${tier}, priority: 10, subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}, egress: [${rules}]}}\n`;
const names = "{action: Accept, to: [{domainNames: [api.example.com, '*.foo.io']}]}";
const denyAll = "{action: Deny, to: [{namespaces: {}}]}";
const isolated =
  "---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed, namespace: shop}, spec: {podSelector: {}, policyTypes: [Egress]}}\n";

const read = (policies: string) => readManifests([{ name: "cluster.yaml", text: world + policies }]); // the type is long
function ask(
  policies: string,
  port: string,
  target = "kube-system/coredns",
  given: Partial<Assumptions> = {},
): Verdict {
  return can(read(policies), { source: "shop/web", target, port }, { assumptions: given });
}
function lookUp(policies: string, name: string): string {
  const question = { source: "shop/web", target: "kube-system/coredns", port: "53/UDP" };
  return can(read(policies), { ...question, request: { type: "dns", name } }).answer;
}

describe("look-ups that Cilium opens for the domainNames of a ClusterNetworkPolicy", () => {
  it("are of these names, on the ports that pods of DNS name so", () => {
    const policy = clusterWide(`${names}, ${denyAll}`);
    expect(["53/UDP", "5353/TCP", "53/TCP", "9153/TCP"].map((port) => ask(policy, port).answer)).toEqual([
      "yes",
      "yes",
      "no",
      "no",
    ]);
    expect(ask(policy, "53/UDP").limited?.map(({ requests }) => requests)).toEqual([
      ["DNS api.example.com", "DNS **.foo.io"],
    ]);
    expect(["api.example.com", "a.b.foo.io", "foo.io", "other.com"].map((name) => lookUp(policy, name))).toEqual([
      "yes",
      "yes",
      "no",
      "no",
    ]);
    expect(ask(policy, "53/UDP", "kube-system/other").answer).toBe("no");
  });

  it("are opened by Cilium alone, whatever ports the rule is about, and where identities have the label", () => {
    const rule = names.replace("}]}", "}], protocols: [{tcp: {destinationPort: {number: 443}}}]}");
    const policy = clusterWide(`${rule}, ${denyAll}`);
    expect(ask(policy, "53/UDP").answer).toBe("yes");
    const under = (given: Partial<Assumptions>): string => ask(policy, "53/UDP", "kube-system/coredns", given).answer;
    expect(under({ dataplane: "kubernetes" })).toBe("no");
    expect(under({ ciliumIdentityLabels: "k8s:app" })).toBe("no");
  });

  it("have the place of their rule among others", () => {
    expect(ask(clusterWide(`${denyAll}, ${names}`), "53/UDP").answer).toBe("no");
    const deny =
      "---\n{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: deny, namespace: shop}, spec: {endpointSelector: {}, egressDeny: [{toEntities: [cluster]}]}}\n";
    expect(ask(clusterWide(names) + deny, "53/UDP").answer).toBe("yes");
    expect(ask(clusterWide(names, "Baseline") + deny, "53/UDP").answer).toBe("no");
    expect(ask(clusterWide(names, "Baseline") + isolated, "53/UDP").answer).toBe("yes");
  });

  it("limit what rules behind them let be looked up, and none before", () => {
    const open = (tier: string): string =>
      clusterWide(names, tier) +
      "---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: dns, namespace: shop}, spec: {podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}]}]}}\n";
    expect(lookUp(open("Admin"), "other.com")).toBe("unknown");
    expect(lookUp(open("Baseline"), "other.com")).toBe("yes");
    // What nothing isolates is not limited.
    expect(lookUp(clusterWide(names), "other.com")).toBe("yes");
  });

  it("are told of at the rule that they are added to", () => {
    const policy = clusterWide(`${names}, ${denyAll}`);
    const [by] = ask(policy, "53/UDP").egress.allowedBy;
    expect([by?.path, by?.reason]).toEqual([
      "spec.egress[0]",
      "spec.egress[0] of ClusterNetworkPolicy names allows it, for some requests only: DNS api.example.com, DNS **.foo.io, which Cilium adds for its domainNames",
    ]);
    const stepsOf = (port: string): readonly string[] =>
      explain(read(policy), { source: "shop/web", target: "kube-system/coredns", port }).egress.steps.map(
        ({ rule, matches }) => `${rule} ${matches}`,
      );
    expect(stepsOf("53/UDP")).toEqual(["spec.egress[0] yes", "spec.egress[1] yes"]);
    expect(stepsOf("80")).toEqual(["spec.egress[0] no", "spec.egress[1] yes"]);
    const rows = listConnectivity(read(policy)).connections.filter(({ source }) => source === "shop/web[Pod]");
    expect(rows.map(({ target, ports }) => [target, ports])).toContainEqual([
      "kube-system/coredns[Pod]",
      { TCP: ["5353"], UDP: ["53"] },
    ]);
  });

  it("are a way to DNS", () => {
    const found = (policies: string): readonly string[] =>
      analyzeCluster(read(policies)).findings.flatMap(({ ruleId }) =>
        ruleId === "missing-dns-egress" ? [ruleId] : [],
      );
    expect(found(isolated)).toEqual(["missing-dns-egress"]);
    expect(found(isolated + clusterWide(names))).toEqual([]);
  });

  it("are a change of their policy", () => {
    const { groups } = diffClusters(read(isolated), read(isolated + clusterWide(names)));
    const told = groups.map(({ causes, targets }) => [causes.map(({ object }) => object.name), targets.ids]);
    expect(told).toContainEqual([["names"], expect.arrayContaining(["kube-system/coredns[Pod]"])]);
  });

  it("are nothing that is written: no measure counts them, and no plan takes out a rule for them", () => {
    const policy = clusterWide(`{action: Accept, to: [{networks: ['0.0.0.0/0', '::/0']}]}, ${names}`);
    const measured = (given: Partial<Assumptions>): unknown => {
      const { performanceMetrics, summary } = analyzeCluster(read(policy), { assumptions: given });
      return [performanceMetrics, summary.egressRules];
    };
    expect(measured({})).toEqual(measured({ dataplane: "kubernetes" }));
    expect(optimizeCluster(read(policy)).plan.steps).toEqual([]);
  });
});
