import { type Assumptions, analyzeCluster, can, listConnectivity, readManifests } from "@npa/core";
import { describe, expect, it } from "vitest";

const calico = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: lockdown}
spec: {order: 1, types: [Ingress]}
`;
const cilium = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  endpointSelector: {}
  ingress: [{fromEndpoints: [{}]}]
`;

it("policies that another data plane would enforce are named as not evaluated, whatever is asked", () => {
  const cluster = readManifests([{ name: "all.yaml", text: `${calico}---\n${cilium}` }]);
  const named = (kind: string): unknown => expect.objectContaining({ kind, count: 1 });
  expect(listConnectivity(cluster).notEvaluated).toEqual([named("GlobalNetworkPolicy")]);
  expect(analyzeCluster(cluster).notEvaluated).toEqual([named("GlobalNetworkPolicy")]);
  const asCalico = { assumptions: { dataplane: "calico" } } as const;
  expect(listConnectivity(cluster, asCalico).notEvaluated).toEqual([named("CiliumNetworkPolicy")]);
  expect(listConnectivity(readManifests([{ name: "c.yaml", text: calico }])).notEvaluated).toEqual([]);
});

it("networks of a ClusterNetworkPolicy hold pods, but not where Cilium enforces it", () => {
  const pods = ["web", "db"].map((name, i) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop", labels: { app: name } },
    status: { podIP: `10.0.0.${i + 1}`, podIPs: [{ ip: `10.0.0.${i + 1}` }] },
  }));
  const node = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n" },
    status: { addresses: [{ type: "InternalIP", address: "10.9.0.1" }] },
  };
  const cut = {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name: "cut" },
    spec: {
      tier: "Admin",
      priority: 1,
      subject: { namespaces: {} },
      egress: [{ action: "Deny", to: [{ networks: ["10.0.0.0/8"] }] }],
    },
  };
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: [...pods, node, cut] });
  const cluster = readManifests([{ name: "all.json", text }]);
  const answers = (dataplane: "kubernetes" | "calico" | "cilium"): readonly string[] =>
    ["shop/db", "10.1.0.1", "10.9.0.1"].map(
      (target) => can(cluster, { source: "shop/web", target, port: "80" }, { assumptions: { dataplane } }).answer,
    );
  expect(answers("kubernetes")).toEqual(["no", "no", "no"]);
  expect(answers("calico")).toEqual(["no", "no", "no"]);
  expect(answers("cilium")).toEqual(["yes", "no", "yes"]);
});

describe("cluster-wide policies of Kubernetes where Cilium enforces", () => {
  const pod = "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}}\n---\n";
  const deny = "subject: {namespaces: {}}, egress: [{name: rest, action: Deny, to: [{networks: [0.0.0.0/0]}]}]";
  const wide = (kind: string, version: string, spec: string): string =>
    `${pod}{apiVersion: policy.networking.k8s.io/${version}, kind: ${kind}, metadata: {name: default}, spec: {${spec}${deny}}}`;
  const admin = wide("AdminNetworkPolicy", "v1alpha1", "priority: 1, ");
  const baseline = wide("BaselineAdminNetworkPolicy", "v1alpha1", "");
  const cluster = wide("ClusterNetworkPolicy", "v1beta1", "tier: Admin, priority: 1, ");
  const newest = { dataplane: "cilium" } as const;
  const older = { dataplane: "cilium", ciliumVersion: "1.19" } as const;

  it.each([
    ["AdminNetworkPolicies are of no version", admin, ["yes", "yes", "no", "no"]],
    ["BaselineAdminNetworkPolicies are of no version", baseline, ["yes", "yes", "no", "no"]],
    ["ClusterNetworkPolicies are read since 1.20", cluster, ["no", "yes", "no", "no"]],
  ])("%s", (_, text, answers) => {
    const each = [newest, older, { dataplane: "calico" }, { dataplane: "kubernetes" }] as const;
    const read = readManifests([{ name: "a.yaml", text }]);
    const question = { source: "shop/web", target: "1.2.3.4", port: "80" };
    expect(each.map((assumptions) => can(read, question, { assumptions }).answer)).toEqual(answers);
    expect(can(read, question, { assumptions: older }).restsOn).toContain(
      text === cluster ? "ciliumVersion" : "dataplane",
    );
  });

  it("are named with every answer where they are not in force, and only there", () => {
    const ofDomain = `${pod}{apiVersion: policy.networking.k8s.io/v1beta1, kind: ClusterNetworkPolicy, metadata: {name: default}, spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [{action: Accept, to: [{domainNames: [example.com]}]}]}}`;
    const named = (text: string, assumptions: Partial<Assumptions>): unknown =>
      listConnectivity(readManifests([{ name: "a.yaml", text }]), { assumptions }).notEvaluated.map(
        ({ reason }) => reason,
      );
    expect(named(admin, newest)).toEqual([expect.stringContaining("no version of Cilium reads it")]);
    expect(named(cluster, older)).toEqual([expect.stringContaining("they are read since 1.20")]);
    expect([named(admin, {}), named(cluster, newest), named(ofDomain, newest)]).toEqual([[], [], []]);
    expect(named(ofDomain, { ...newest, ciliumL7Proxy: false })).toEqual([
      expect.stringContaining("the agent refuses it: domainNames need the proxy"),
    ]);
  });

  it.each([
    [admin, newest, "AdminNetworkPolicy default is not in force: no version of Cilium reads it"],
    [cluster, older, "ClusterNetworkPolicy default is not in force: Cilium 1.19 does not read ClusterNetworkPolicies"],
  ] satisfies [string, Partial<Assumptions>, string][])("are named", (text, assumptions, message) => {
    const { findings } = analyzeCluster(readManifests([{ name: "a.yaml", text }]), { assumptions });
    expect(findings).toContainEqual(
      expect.objectContaining({ ruleId: "invalid-policy", message: expect.stringContaining(message) as string }),
    );
  });
});

describe("cluster-wide policies of Kubernetes where Calico enforces", () => {
  const pod = "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}}\n---\n";
  const policy = (kind: string, version: string, spec: string): string =>
    `${pod}{apiVersion: policy.networking.k8s.io/${version}, kind: ${kind}, metadata: {name: default}, spec: {${spec}}}\n`;
  const deny = "subject: {namespaces: {}}, egress: [{action: Deny, to: [{networks: [0.0.0.0/0]}]}]";
  const admin = policy("AdminNetworkPolicy", "v1alpha1", `priority: 1, ${deny}`);
  const baseline = policy("BaselineAdminNetworkPolicy", "v1alpha1", deny);
  const cluster = policy("ClusterNetworkPolicy", "v1alpha2", `tier: Admin, priority: 1, ${deny}`);
  const question = { source: "shop/web", target: "1.2.3.4", port: "80" };
  const versions = ["unknown", "3.28", "3.29", "3.30", "3.31", "3.32"] as const;
  const answer = (text: string, assumptions: Partial<Assumptions>): string =>
    can(readManifests([{ name: "a.yaml", text }]), question, { assumptions }).answer;

  it.each([
    ["AdminNetworkPolicies are read from 3.29 to 3.31", admin, ["no", "yes", "no", "no", "no", "yes"]],
    ["BaselineAdminNetworkPolicies are read in 3.30 and 3.31", baseline, ["no", "yes", "yes", "no", "no", "yes"]],
    ["ClusterNetworkPolicies are read since 3.32", cluster, ["no", "yes", "yes", "yes", "yes", "no"]],
  ])("%s", (_, text, answers) => {
    const each = versions.map((calicoVersion) => answer(text, { dataplane: "calico", calicoVersion }));
    expect(each).toEqual(answers);
    expect(answer(text, { dataplane: "kubernetes", calicoVersion: "3.28" })).toBe("no");
  });

  it.each([
    ["AdminNetworkPolicy", admin, "3.28", "Calico 3.28 does not read AdminNetworkPolicies: they are read since 3.29"],
    [
      "BaselineAdminNetworkPolicy",
      baseline,
      "3.32",
      "Calico 3.32 does not read BaselineAdminNetworkPolicies: they are read up to 3.31, write a ClusterNetworkPolicy",
    ],
  ] as const)(
    "%s: those that the version does not read are named, and the answer rests on it",
    (kind, text, calicoVersion, reason) => {
      const read = readManifests([{ name: "a.yaml", text }]);
      const assumptions = { dataplane: "calico", calicoVersion } as const;
      expect(can(read, question, { assumptions }).restsOn).toContain("calicoVersion");
      expect(listConnectivity(read, { assumptions }).notEvaluated).toMatchObject([{ kind, reason }]);
      expect(analyzeCluster(read, { assumptions }).findings).toContainEqual(
        expect.objectContaining({ ruleId: "invalid-policy", message: `${kind} default is not in force: ${reason}` }),
      );
    },
  );

  const image = (name: string): string =>
    `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: calico-node}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: calico-node, image: "${name}"}]}}}}`;
  const information = (spec: string): string =>
    `{apiVersion: crd.projectcalico.org/v1, kind: ClusterInformation, metadata: {name: default}, spec: {${spec}}}`;
  const installation = (status: string): string =>
    `{apiVersion: operator.tigera.io/v1, kind: Installation, metadata: {name: default}, status: {${status}}}`;

  it.each([
    [image("quay.io/calico/node:v3.31.7"), "3.31"],
    [image("calico/node:v3.26.1@sha256:0123"), "3.28"],
    [image("registry.example.com:5000/calico/node:v3.33.0"), "3.32"],
    [image("quay.io/calico/node:v3.99.0"), undefined],
    [image("quay.io/tigera/cnx-node:v3.20.0"), undefined],
    [image("quay.io/calico/node:latest"), undefined],
    [information("calicoVersion: v3.30.1"), "3.30"],
    [information("calicoVersion: v3.20.1, variant: TigeraSecureEnterprise"), undefined],
    [installation("calicoVersion: v3.29.0, variant: Calico"), "3.29"],
    [installation("calicoVersion: v3.20.0, variant: TigeraSecureEnterprise"), undefined],
  ])("the input tells the version: %s", (text, calicoVersion) => {
    const { assumed } = readManifests([{ name: "a.yaml", text }]);
    expect(assumed).toEqual({ dataplane: "calico", ...(calicoVersion === undefined ? {} : { calicoVersion }) });
  });

  it.each([
    ["Allow", "yes"],
    ["Deny", "no"],
    ["Pass", "no"],
  ])("a rule with peers that Calico does not know fails closed: %s", (action, expected) => {
    const rule = (to: string): string =>
      policy(
        "AdminNetworkPolicy",
        "v1alpha1",
        `priority: 1, subject: {namespaces: {}}, egress: [{action: ${action}, to: [{namespaces: {}}, ${to}]}]`,
      );
    const text = rule("{nodes: {}}");
    expect(answer(text, { dataplane: "calico" })).toBe(expected);
    expect(answer(text, { dataplane: "kubernetes" })).toBe(action === "Deny" ? "unknown" : "yes");
    const findings = (written: string, dataplane: "calico" | "kubernetes"): readonly string[] =>
      analyzeCluster(readManifests([{ name: "a.yaml", text: written }]), { assumptions: { dataplane } })
        .findings.filter(({ ruleId }) => ruleId === "unknown-peer")
        .map(({ location }) => String(location?.path));
    expect(findings(text, "calico")).toEqual(["spec.egress[0].to"]);
    expect(findings(rule("{domainNames: [example.com]}"), "calico")).toEqual(["spec.egress[0].to"]);
    expect([findings(text, "kubernetes"), findings(rule("{networks: [10.0.0.0/8]}"), "calico")]).toEqual([[], []]);
  });
});
