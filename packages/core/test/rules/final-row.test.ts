import { describe, expect, it } from "vitest";
import { deployment, documents, findings, policy } from "./evaluate.ts";

/** What rules say of NetworkPolicies has to be true beside policies for the whole cluster, which are asked before or behind them. */

type Action = "Accept" | "Deny" | "Pass";

const everybody = "{ namespaces: {} }";
const everywhere = '{ networks: ["0.0.0.0/0", "::/0"] }';

function cluster(tier: "Admin" | "Baseline", action: Action, egressTo = `${everybody}, ${everywhere}`): string {
  return `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: platform }
spec:
  tier: ${tier}
  priority: 1
  subject: { namespaces: {} }
  ingress: [{ action: ${action}, from: [${everybody}] }]
  egress: [{ action: ${action}, to: [${egressTo}] }]`;
}

function admin(action: "Allow" | "Deny", from = "namespaces: {}"): string {
  return `apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: { name: platform }
spec:
  priority: 1
  subject: { namespaces: {} }
  ingress: [{ action: ${action}, from: [{ ${from} }] }]`;
}

function baseline(action: "Allow" | "Deny"): string {
  return `apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: { name: default }
spec:
  subject: { namespaces: {} }
  ingress: [{ action: ${action}, from: [{ namespaces: {} }] }]`;
}

function namespace(name: string): string {
  return `{ apiVersion: v1, kind: Namespace, metadata: { name: ${name}, labels: { team: ${name} } } }`;
}

const pods = documents(
  namespace("shop"),
  namespace("front"),
  deployment("db"),
  deployment("web"),
  deployment("client", { app: "client" }, "front"),
);

const open = `{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress],
  ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 5432 }] }] }`;
const send = `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress],
  egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 8080 }] }] }`;
const internet = `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress],
  egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }], ports: [{ port: 443 }, { port: 80 }] }] }`;

function messages(rule: string, ...texts: readonly string[]): readonly string[] {
  return findings(rule, documents(pods, ...texts)).map(({ message }) => message);
}

describe("what NetworkPolicies open", () => {
  const asWritten = "NetworkPolicy shop/db admits every pod of every namespace on TCP 5432";
  const butDenied =
    "NetworkPolicy shop/db admits every pod of every namespace but for what other policies deny on TCP 5432";
  const ofDev = "namespaces: { matchLabels: { team: front } }";

  it.each([
    ["nothing", [], [asWritten]],
    ["an AdminNetworkPolicy that denies it", [admin("Deny")], []],
    ["an AdminNetworkPolicy that denies a part", [admin("Deny", ofDev)], [butDenied]],
    ["an AdminNetworkPolicy that allows it", [admin("Allow")], [asWritten]],
    ["a ClusterNetworkPolicy that denies it", [cluster("Admin", "Deny")], []],
    ["a ClusterNetworkPolicy that passes it on", [cluster("Admin", "Pass")], [asWritten]],
    ["a baseline that is not asked", [cluster("Baseline", "Deny")], [asWritten]],
    ["a BaselineAdminNetworkPolicy that is not asked", [baseline("Deny")], [asWritten]],
  ])("all-namespaces-peer beside %s", (_, texts, expected) => {
    expect(messages("all-namespaces-peer", policy("db", open), ...texts)).toEqual(expected);
  });

  it("all-namespaces-peer of policies alone tells that others deny", () => {
    const found = findings("all-namespaces-peer", documents(policy("db", open), admin("Deny")));
    expect(found.map(({ message }) => message)).toEqual([butDenied]);
  });

  it.each([
    ["sensitive-port-exposed", policy("db", open)],
    ["ports-too-broad", policy("db", open.replace(", ports: [{ port: 5432 }]", ""))],
    ["all-namespaces-egress", policy("web", send)],
    ["internet-egress-open", policy("web", internet)],
    ["metadata-endpoint-reachable", policy("web", internet)],
  ])("%s is silent where all is denied before, and only there", (rule, text) => {
    expect(messages(rule, text)).toHaveLength(1);
    expect(messages(rule, text, cluster("Admin", "Deny"))).toEqual([]);
    expect(messages(rule, text, cluster("Admin", "Pass"))).toHaveLength(1);
    expect(messages(rule, text, cluster("Baseline", "Deny"))).toHaveLength(1);
  });

  it("internet-egress-open tells that a part is denied", () => {
    const deny = cluster("Admin", "Deny", '{ networks: ["203.0.113.0/24", "8.8.8.0/24"] }');
    expect(messages("internet-egress-open", policy("web", internet), deny)).toEqual([
      "NetworkPolicy shop/web opens egress to the whole IPv4 internet (0.0.0.0/0) on TCP 443, TCP 80 but for what other policies deny",
    ]);
  });

  it("except-reallowed is silent where what is excepted is denied before", () => {
    const careful = policy(
      "careful",
      "{ podSelector: { matchLabels: { app: web } }, egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8] } }] }] }",
    );
    const again = policy(
      "again",
      "{ podSelector: { matchLabels: { app: web } }, egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }",
    );
    expect(messages("except-reallowed", careful, again)).toHaveLength(1);
    const deny = (cidr: string): string => cluster("Admin", "Deny", `{ networks: ["${cidr}"] }`);
    expect(messages("except-reallowed", careful, again, deny("10.0.0.0/8"))).toEqual([]);
    expect(messages("except-reallowed", careful, again, deny("10.1.0.0/16"))).toHaveLength(1);
  });
});

describe("what NetworkPolicies leave closed", () => {
  const dns = `apiVersion: v1
kind: Service
metadata: { name: kube-dns, namespace: kube-system }
spec:
  clusterIP: 10.96.0.10
  selector: { k8s-app: kube-dns }
  ports: [{ port: 53, protocol: UDP, targetPort: 5353 }]
---
${deployment("coredns", { "k8s-app": "kube-dns" }, "kube-system")}`;
  const asks = policy(
    "web",
    `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress],
    egress: [{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } },
      podSelector: { matchLabels: { k8s-app: kube-dns } } }], ports: [{ port: 53, protocol: UDP }] }] }`,
  );

  it("dns-endpoint-mismatch is silent where an earlier tier allows DNS where it listens", () => {
    const rule = "dns-endpoint-mismatch";
    expect(messages(rule, dns, asks)).toHaveLength(1);
    expect(messages(rule, dns, asks, cluster("Admin", "Accept"))).toEqual([]);
    expect(messages(rule, dns, asks, cluster("Baseline", "Accept"))).toHaveLength(1);
    expect(messages(rule, dns, asks, cluster("Admin", "Pass"))).toHaveLength(1);
  });

  it("single-stack-ip-block is silent where an earlier tier allows the other family", () => {
    const dual = `{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop },
      spec: { ipFamilies: [IPv4, IPv6], clusterIPs: [10.96.0.20, "fd00::20"], selector: { app: web }, ports: [{ port: 80 }] } }`;
    const rule = "single-stack-ip-block";
    expect(messages(rule, dual, policy("web", internet))).toHaveLength(1);
    expect(messages(rule, dual, policy("web", internet), cluster("Admin", "Accept"))).toEqual([]);
    const one = cluster("Admin", "Accept", '{ networks: ["2001:db8::/32"] }');
    expect(messages(rule, dual, policy("web", internet), one)).toHaveLength(1);
  });

  it("missing-default-deny tells of sources that policies deny", () => {
    const [found] = messages("missing-default-deny-ingress", cluster("Baseline", "Deny"));
    expect(found).toContain("so every pod accepts traffic from every source that no policy denies");
  });

  it("deny-only-policy-isolates speaks where an earlier tier passes on", () => {
    const denies = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: no-client, namespace: shop }
spec: { endpointSelector: { matchLabels: { app: db } }, ingressDeny: [{ fromEndpoints: [{ matchLabels: { app: web } }] }] }`;
    const rule = "deny-only-policy-isolates";
    expect(messages(rule, denies)).toHaveLength(1);
    expect(messages(rule, denies, cluster("Admin", "Pass"))).toHaveLength(1);
    expect(messages(rule, denies, cluster("Admin", "Accept"))).toEqual([]);
  });

  it("tier-without-pass is silent where an earlier tier allows all the rest", () => {
    const denies = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: no-metadata }
spec:
  selector: all()
  types: [Egress]
  egress: [{ action: Deny, destination: { nets: [169.254.169.254/32] } }]`;
    const rule = "tier-without-pass";
    expect(messages(rule, denies)).toHaveLength(1);
    expect(messages(rule, denies, cluster("Admin", "Accept"))).toEqual([]);
    expect(messages(rule, denies, cluster("Admin", "Accept", everybody))).toHaveLength(1);
  });
});
