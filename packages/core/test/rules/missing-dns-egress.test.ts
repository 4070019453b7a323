import { describe, expect, it } from "vitest";
import { clusterPolicy, deployment, documents, findings, namespace, placeOf, policy } from "./evaluate.ts";

const id = "missing-dns-egress";
const deny = policy("deny", "{ podSelector: {}, policyTypes: [Egress] }");
const coreDns = deployment("coredns", { "k8s-app": "kube-dns" }, "kube-system");
const egress = (name: string, rule: string, podSelector = "{}"): string =>
  policy(name, `{ podSelector: ${podSelector}, policyTypes: [Egress], egress: [${rule}] }`);
const byName = "namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }";
const udp53 = "ports: [{ port: 53, protocol: UDP }]";

describe("missing-dns-egress", () => {
  it("reports a default deny alone, with and without workloads", () => {
    expect(findings(id, deny).map(placeOf)).toEqual(["4 spec.policyTypes[0]"]);
    const [finding] = findings(id, documents(deployment("web"), deny));
    expect(finding?.affected).toEqual(["shop/web[Deployment]"]);
  });

  it("judges the union of policies", () => {
    const allow = egress("allow", `{ to: [{ ${byName} }], ${udp53} }`);
    const web = egress(
      "web",
      "{ to: [{ podSelector: { matchLabels: { app: db } } }] }",
      "{ matchLabels: { app: web } }",
    );
    for (const dns of [[], [coreDns]]) {
      expect(findings(id, documents(deployment("web"), deny, web, allow, ...dns))).toEqual([]);
      expect(findings(id, documents(deployment("web"), deny, web, ...dns))).toHaveLength(1);
    }
  });

  it("reports the pods that the allowing policy does not select", () => {
    const allow = egress("allow", `{ to: [{ ${byName} }], ${udp53} }`, "{ matchLabels: { app: web } }");
    const [finding] = findings(id, documents(deployment("web"), deployment("job"), deny, allow));
    expect(finding?.affected).toEqual(["shop/job[Deployment]"]);
  });

  it("files each pod once, under the policy that isolates most", () => {
    const web = egress("web", "{ to: [{ podSelector: {} }] }", "{ matchLabels: { app: web } }");
    const found = findings(id, documents(deployment("web"), deployment("job"), web, deny));
    expect(found.map(({ object }) => object.name)).toEqual(["deny"]);
  });

  it.each([
    ["TCP only", `{ ports: [{ port: 53 }] }`, false],
    ["no peers", `{ ${udp53} }`, true],
    ["everything", "{}", true],
    ["a range", "{ ports: [{ port: 1, endPort: 100, protocol: UDP }] }", true],
    ["an ipBlock", `{ to: [{ ipBlock: { cidr: 10.96.0.10/32 } }], ${udp53} }`, true],
    ["the wrong labels", `{ to: [{ ${byName}, podSelector: { matchLabels: { k8s-app: nginx } } }], ${udp53} }`, false],
    ["the wrong namespace", `{ to: [{ podSelector: { matchLabels: { k8s-app: kube-dns } } }], ${udp53} }`, false],
    ["all namespaces", `{ to: [{ namespaceSelector: {} }], ${udp53} }`, true],
  ])("egress with %s", (_, rule, silent) => {
    for (const dns of [[], [coreDns]])
      expect(findings(id, documents(deployment("web"), egress("web", rule), ...dns)).length === 0).toBe(silent);
  });

  it("gives a namespace label that is unknown the benefit of the doubt, and believes a Namespace object", () => {
    const input = documents(
      deployment("web"),
      egress("web", `{ to: [{ namespaceSelector: { matchLabels: { name: kube-system } } }], ${udp53} }`),
    );
    expect(findings(id, input)).toEqual([]);
    expect(findings(id, documents(input, namespace("kube-system")))).toHaveLength(1);
    expect(findings(id, documents(input, namespace("kube-system", { name: "kube-system" })))).toEqual([]);
  });

  it("knows OpenShift's port, assumed or in the input", () => {
    const openshift = egress(
      "web",
      "{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: openshift-dns } } }], ports: [{ port: 5353, protocol: UDP }] }",
    );
    expect(findings(id, documents(deployment("web"), openshift))).toEqual([]);
    const server = deployment("dns-default", { "dns.operator.openshift.io/daemonset-dns": "default" }, "openshift-dns");
    expect(findings(id, documents(deployment("web"), openshift, server))).toEqual([]);
    const [finding] = findings(id, documents(deployment("web"), deny, server));
    expect(finding?.message).toContain("UDP 5353");
    expect(JSON.stringify(finding?.fix?.changes)).toContain("openshift-dns");
  });

  it("is mild where all that pods may send to is found without names, and tells once of several rules for the same pods", () => {
    const rules = (...egress: readonly string[]): string =>
      `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: web, namespace: shop}, specs: [${egress.map((each) => `{ endpointSelector: { matchLabels: { app: web } }, egress: [${each}] }`).join()}]}`;
    const tls = 'toPorts: [{ ports: [{ port: "443", protocol: TCP }] }]';
    const nodes = `{ toEntities: [kube-apiserver, host, remote-node], ${tls} }`;
    for (const workloads of [[], [deployment("web")]]) {
      const severitiesOf = (...egress: readonly string[]): readonly string[] =>
        findings(id, documents(rules(...egress), ...workloads)).map(({ severity }) => severity);
      expect(severitiesOf("{}", nodes)).toEqual(["low"]);
      expect(severitiesOf("{}", "{}")).toEqual(["high"]);
      for (const other of ["{ toEndpoints: [{ matchLabels: { app: db } }] }", `{ toCIDR: [203.0.113.0/24], ${tls} }`])
        expect(severitiesOf("{}", nodes, other)).toEqual(["high"]);
      expect(severitiesOf("{}", nodes, "{ toEntities: [cluster] }")).toEqual([]);
    }
  });

  it("leaves out pods that do not ask the cluster's DNS", () => {
    for (const pod of ["dnsPolicy: None", "hostNetwork: true"])
      expect(findings(id, documents(deployment("web", { app: "web" }, "shop", pod), deny))).toEqual([]);
  });

  it("is silent on ingress isolation, and where egress is open", () => {
    expect(
      findings(id, documents(deployment("web"), policy("deny", "{ podSelector: {}, policyTypes: [Ingress] }"))),
    ).toEqual([]);
    expect(findings(id, documents(deployment("web"), policy("deny", "{ podSelector: {}, egress: [] }")))).toEqual([]);
  });

  it("offers the rule that settles it, in the policy that isolates", () => {
    const [finding] = findings(id, documents(deployment("web"), deny));
    expect(finding?.fix?.changes).toMatchObject([
      {
        type: "put",
        path: ["spec"],
        key: "egress",
        value: [
          {
            ports: [
              { protocol: "UDP", port: 53 },
              { protocol: "TCP", port: 53 },
            ],
          },
        ],
      },
    ]);
  });

  it.each([
    [
      "a Route",
      "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: { name: r, namespace: shop }\nspec: { to: { kind: Service, name: web } }",
    ],
    ["a namespace of it", deployment("x", { app: "x" }, "openshift-monitoring")],
    ["a label of it", namespace("shop", { "openshift.io/cluster-monitoring": "true" })],
    [
      "a policy that names one",
      egress(
        "api",
        "{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: openshift-kube-apiserver } } }] }",
      ),
    ],
  ])("knows OpenShift by %s", (_, shown) => {
    const [finding] = findings(id, documents(deployment("web"), deny, shown));
    expect(finding?.message).toContain("UDP 5353");
  });

  describe("with cluster-wide policies of Cilium", () => {
    const wide = (spec: string): string =>
      `{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: wide}, spec: {${spec}}}`;
    const closed = wide("endpointSelector: {}, egress: [{}]");
    const dns =
      "egress: [{ toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': kube-system, k8s-app: kube-dns } }], toPorts: [{ ports: [{ port: '53', protocol: ANY }] }] }]";

    it("finds what they isolate, once for all namespaces and without pods, too", () => {
      const yaml = documents(deployment("web"), deployment("job", { app: "job" }, "batch"), closed);
      expect(findings(id, yaml)).toMatchObject([
        {
          object: { kind: "CiliumClusterwideNetworkPolicy" },
          affected: ["batch/job[Deployment]", "shop/web[Deployment]"],
          message: expect.stringContaining("every pod of every namespace") as string,
        },
      ]);
      expect(findings(id, closed)).toHaveLength(1);
    });

    it("files each pod under a policy of its namespace first", () => {
      const own = policy("own", "{ podSelector: {}, policyTypes: [Egress] }");
      const yaml = documents(deployment("web"), deployment("job", { app: "job" }, "batch"), closed, own);
      expect(findings(id, yaml).map(({ object, affected }) => [object.kind, affected])).toEqual([
        ["CiliumClusterwideNetworkPolicy", ["batch/job[Deployment]"]],
        ["NetworkPolicy", ["shop/web[Deployment]"]],
      ]);
    });

    it("is silent where a policy of any kind and scope opens DNS", () => {
      const web = deployment("web");
      for (const opening of [
        wide(`endpointSelector: {}, ${dns}`).replace("name: wide", "name: dns"),
        `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: dns, namespace: shop}, spec: {endpointSelector: {}, ${dns}}}`,
        policy("dns", "{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 53, protocol: UDP }] }] }"),
      ])
        expect(findings(id, documents(web, closed, opening))).toEqual([]);
    });
  });

  describe("with ordered tiers", () => {
    const web = deployment("web");
    const deny = "{ action: Deny, to: [{ namespaces: {} }] }";
    const dns =
      "{ action: Accept, to: [{ namespaces: {} }], protocols: [{ udp: { destinationPort: { number: 53 } } }] }";
    const open = egress("web", "{}");

    it("finds a rule that denies what NetworkPolicies allow, once and under the first", () => {
      const late = clusterPolicy("late", { egress: deny }, { priority: 99 });
      const [finding, ...more] = findings(
        id,
        documents(web, coreDns, open, clusterPolicy("deny", { egress: deny }), late),
      );
      expect(more).toEqual([]);
      expect(finding?.object.name).toBe("deny");
      expect(finding?.location?.path).toBe("spec.egress[0]");
      expect(finding?.affected).toEqual(["shop/web[Deployment]"]);
    });

    it.each([
      ["an earlier Accept of DNS", [clusterPolicy("deny", { egress: `${dns}, ${deny}` })]],
      [
        "a Baseline that a NetworkPolicy is asked before",
        [clusterPolicy("deny", { egress: deny }, { tier: "Baseline" }), open],
      ],
      [
        "an Accept of DNS beside isolation",
        [policy("deny", "{ podSelector: {}, policyTypes: [Egress] }"), clusterPolicy("dns", { egress: dns })],
      ],
    ])("is silent on %s", (_, texts) => {
      expect(findings(id, documents(web, coreDns, ...texts))).toEqual([]);
    });

    it("needs no DNS pods in the input where every pod is denied", () => {
      const subject = "{ namespaces: { matchLabels: { kubernetes.io/metadata.name: shop } } }";
      const closing = (rules: string, tier = "Admin"): string =>
        clusterPolicy("deny", { egress: rules }, { subject, tier });
      expect(findings(id, documents(web, closing(deny)))).toMatchObject([
        { object: { name: "deny" }, affected: ["shop/web[Deployment]"], location: { path: "spec.egress[0]" } },
      ]);
      expect(findings(id, documents(web, closing(deny, "Baseline")))).toHaveLength(1);
      for (const texts of [
        [closing(`${dns}, ${deny}`)],
        [closing(`${dns.replace("Accept", "Pass")}, ${deny}`)],
        [closing(deny), clusterPolicy("first", { egress: dns }, { priority: 1 })],
        [closing(deny, "Baseline"), open],
        [
          closing(
            "{ action: Deny, to: [{ namespaces: {} }], protocols: [{ tcp: { destinationPort: { number: 53 } } }] }",
          ),
        ],
        [closing("{ action: Deny, to: [{ namespaces: { matchLabels: { team: a } } }] }")],
      ])
        expect(findings(id, documents(web, ...texts))).toEqual([]);
    });

    it("leaves a rule that fails closed to unknown-peer, and what stands behind it, too", () => {
      const unknown = "{ action: Deny, to: [{ serviceAccounts: {} }] }";
      for (const servers of [[coreDns], []])
        for (const rules of [unknown, `${unknown}, ${deny}`]) {
          const input = documents(web, ...servers, clusterPolicy("deny", { egress: rules }));
          expect(findings(id, input)).toEqual([]);
          expect(findings("unknown-peer", input)).toHaveLength(1);
        }
    });

    it("tells isolation as ever where a Deny says the same", () => {
      const isolated = policy("isolated", "{ podSelector: {}, policyTypes: [Egress] }");
      const found = findings(id, documents(web, coreDns, isolated, clusterPolicy("deny", { egress: deny })));
      expect(found.map(({ object }) => object.kind)).toEqual(["NetworkPolicy"]);
    });
  });

  it("is told of the widest of policies for pods that are not shown", () => {
    const isolating = (name: string, podSelector: string): string =>
      policy(name, `{ podSelector: ${podSelector}, policyTypes: [Egress] }`);
    const found = findings(
      id,
      documents(
        isolating("a", "{ matchLabels: { app: a } }"),
        isolating("all", "{}"),
        isolating("every", "{ matchLabels: {} }"),
      ),
    );
    expect(found.map(({ object }) => object.name)).toEqual(["all"]);
  });

  it("takes blocks of Calico beside a selector for what they are, where no DNS pods are shown", () => {
    const rule =
      "{ action: Allow, protocol: UDP, destination: { selector: k8s-app == 'kube-dns', namespaceSelector: all(), nets: [10.0.0.0/8], ports: [53] } }";
    const calico = `apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: dns, namespace: shop }
spec: { selector: all(), types: [Egress], egress: [${rule}] }`;
    expect(findings(id, documents(deployment("web"), calico))).toEqual([]);
  });
});
