import { describe, expect, it } from "vitest";
import { clusterPolicy, deployment, documents, findings, namespace, policy, service } from "./evaluate.ts";

/*
 * Rules that NetworkPolicies gave the reason for, on the other kinds: what is found of a NetworkPolicy is found of a policy
 * that says the same, and what is right is left alone.
 */

const listening = deployment("web").replace(
  'image: "example:1"',
  'image: "example:1", ports: [{ name: http, containerPort: 8080 }, { name: stats, containerPort: 9125, protocol: UDP }]',
);
const front = service("web", { app: "web" }, "{ port: 80, targetPort: 8080 }");
const own = (spec: string, subject = "{ matchLabels: { app: web } }"): string =>
  `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: own, namespace: shop}, spec: {endpointSelector: ${subject}, ${spec}}}`;
const wide = (spec: string, subject?: string): string =>
  own(spec, subject).replace("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy").replace(", namespace: shop", "");
const admin = (rule: string): string =>
  clusterPolicy(
    "admin",
    { ingress: `{ action: Accept, from: [{ namespaces: {} }]${rule} }` },
    {
      subject: "{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: web } } } }",
    },
  );
const old = (rule: string): string =>
  `{apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: {name: old}, spec: {priority: 3, subject: {namespaces: {}}, ingress: [{name: bad, action: Deny, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: bad}}}}]}, {name: good, action: Allow, from: [{namespaces: {}}]${rule}}]}}`;
const port = (text: string): string => `toPorts: [{ ports: [${text}] }]`;
const from = (rest: string): string => `ingress: [{ fromEndpoints: [{ matchLabels: { app: web } }]${rest} }]`;
const places = (id: string, ...texts: readonly string[]): readonly unknown[] =>
  findings(id, documents(...texts)).map(({ object, location }) => [object.kind, location?.path]);

describe("rules on ports", () => {
  it.each([
    [
      "CiliumNetworkPolicy",
      own(from(`, ${port('{ port: "80", protocol: TCP }')}`)),
      "spec.ingress[0].toPorts[0].ports[0]",
    ],
    [
      "CiliumClusterwideNetworkPolicy",
      wide(from(`, ${port('{ port: "80" }')}`)),
      "spec.ingress[0].toPorts[0].ports[0]",
    ],
    ["ClusterNetworkPolicy", admin(", protocols: [{ tcp: { destinationPort: { number: 80 } } }]"), undefined],
    ["AdminNetworkPolicy", old(", ports: [{portNumber: {protocol: TCP, port: 80}}]"), undefined],
  ])("service-port-instead-of-target-port: %s", (kind, yaml, path) => {
    const [finding, ...more] = findings("service-port-instead-of-target-port", documents(listening, front, yaml));
    expect(more).toEqual([]);
    expect(finding?.object.kind).toBe(kind);
    if (path === undefined) expect(finding?.fix?.kind).toBe("manual");
    else
      expect(finding).toMatchObject({ location: { path }, fix: { kind: "suggested", changes: [{ value: "8080" }] } });
    expect(places("service-port-instead-of-target-port", listening, front, yaml.replaceAll("80", "8080"))).toEqual([]);
  });

  it("stands at the rule that is meant also where a deny is before it", () => {
    const yaml = old(", ports: [{portNumber: {protocol: TCP, port: 80}}]");
    expect(places("service-port-instead-of-target-port", listening, front, yaml)).toEqual([
      ["AdminNetworkPolicy", expect.stringContaining("spec.ingress[1]")],
    ]);
  });

  it("named-port-unresolved and protocol-mismatch", () => {
    const found = (id: string, text: string): readonly unknown[] => [
      ...places(id, listening, own(from(`, ${port(text)}`))),
      ...places(id, listening, wide(from(`, ${port(text)}`))),
    ];
    const both = ["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"];
    const at = "spec.ingress[0].toPorts[0].ports[0]";
    expect(found("named-port-unresolved", "{ port: htp, protocol: TCP }")).toEqual(both.map((kind) => [kind, at]));
    // Without a protocol a name is that of any: once, and found under one of them is found.
    expect(found("named-port-unresolved", "{ port: htp }")).toEqual(both.map((kind) => [kind, at]));
    for (const name of ["http", "stats"]) expect(found("named-port-unresolved", `{ port: ${name} }`)).toEqual([]);
    expect(found("protocol-mismatch", '{ port: "9125", protocol: TCP }')).toEqual(both.map((kind) => [kind, at]));
    expect(found("protocol-mismatch", '{ port: "9125" }')).toEqual([]);
    const names = own(`egress: [{ toFQDNs: [{ matchName: a.example }], ${port("{ port: http }")} }]`);
    expect(places("named-port-unresolved", listening, names)).toHaveLength(1);
    const nodes = own(`ingress: [{ fromEntities: [host], ${port("{ port: http }")} }]`);
    expect(places("named-port-unresolved", listening, nodes)).toEqual([]);
  });

  it("ports-too-broad, but not of nodes and the API server", () => {
    expect(places("ports-too-broad", listening, own(from("")), wide(from("")))).toEqual([
      ["CiliumClusterwideNetworkPolicy", "spec.ingress[0]"],
      ["CiliumNetworkPolicy", "spec.ingress[0]"],
    ]);
    const nodes = own("egress: [{ toEntities: [kube-apiserver, host, remote-node] }]");
    expect(places("ports-too-broad", listening, nodes)).toEqual([]);
    const whole = findings("ports-too-broad", documents(listening, own("ingress: [{ fromEndpoints: [{}] }]")));
    expect(whole.map(({ severity }) => severity)).toEqual(["low"]);
  });

  it("split-peers-and-ports", () => {
    const split = `ingress: [{ fromEndpoints: [{ matchLabels: { app: web } }] }, { ${port('{ port: "8080" }')} }]`;
    expect(places("split-peers-and-ports", listening, own(split))).toEqual([
      ["CiliumNetworkPolicy", "spec.ingress[1]"],
    ]);
    const limited = `ingress: [{ ${port('{ port: "8080", protocol: TCP }], rules: { http: [{ path: / }] } }, { ports: [{ port: "9", protocol: TCP }')} }]`;
    const nodes = `ingress: [{ fromEntities: [host] }, { ${port('{ port: "8080" }')} }]`;
    for (const spec of [from(`, ${port('{ port: "8080" }')}`), limited, nodes])
      expect(places("split-peers-and-ports", listening, own(spec))).toEqual([]);
  });
});

describe("rules on peers and subjects", () => {
  const db = deployment("db");
  const to = (name: string): string => `egress: [{ toEndpoints: [{ matchLabels: { app: ${name} } }] }]`;

  it("one-sided-allow, between all kinds of one union", () => {
    const closed = policy("db", "{ podSelector: { matchLabels: { app: db } } }");
    const open = policy("db", "{ podSelector: { matchLabels: { app: db } }, ingress: [{}] }");
    for (const kind of [own, wide]) {
      const [finding] = findings("one-sided-allow", documents(listening, db, kind(to("db")), closed));
      expect(finding).toMatchObject({ location: { path: "spec.egress[0].toEndpoints[0]" } });
      expect(places("one-sided-allow", listening, db, kind(to("db")), open)).toEqual([]);
    }
    const ofCilium = own(
      "ingress: [{ fromEndpoints: [{ matchLabels: { app: cron } }] }]",
      "{ matchLabels: { app: db } }",
    );
    const ofKubernetes = policy(
      "web",
      "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: db } } }] }] }",
    );
    expect(places("one-sided-allow", listening, db, ofCilium, ofKubernetes)).toEqual([
      ["NetworkPolicy", "spec.egress[0].to[0]"],
    ]);
  });

  it("host-network-pod-selected", () => {
    const agent = deployment("agent", { app: "agent" }, "shop", "hostNetwork: true");
    const subject = "{ matchLabels: { app: agent } }";
    const onNodes = clusterPolicy(
      "admin",
      { egress: "{ action: Deny, to: [{ namespaces: {} }] }" },
      {
        subject: "{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: agent } } } }",
      },
    );
    for (const yaml of [own("ingress: [{}]", subject), wide("ingress: [{}]", subject), onNodes])
      expect(places("host-network-pod-selected", agent, yaml)).toHaveLength(1);
    const peer = findings("host-network-pod-selected", documents(agent, listening, own(to("agent"))));
    expect(peer).toMatchObject([
      {
        location: { path: "spec.egress[0].toEndpoints[0]" },
        fix: { description: expect.stringContaining("toEntities") as string },
      },
    ]);
  });

  it("metadata endpoints: named, and reached through an Accept that goes before isolation", () => {
    const named = own("egress: [{ toCIDR: [169.254.169.254/32] }]");
    expect(places("metadata-endpoint-named", listening, named)).toEqual([
      ["CiliumNetworkPolicy", "spec.egress[0].toCIDR[0]"],
    ]);
    const accept = clusterPolicy("admin", { egress: "{ action: Accept, to: [{ networks: [0.0.0.0/0] }] }" });
    const isolated = policy("deny", "{ podSelector: {}, policyTypes: [Egress] }");
    expect(places("metadata-endpoint-reachable", listening, accept, isolated)).toHaveLength(1);
    expect(places("metadata-endpoint-reachable", listening, accept)).toEqual([]);
    const denied = clusterPolicy("admin", {
      egress:
        "{ action: Deny, to: [{ networks: [169.254.169.254/32] }] }, { action: Accept, to: [{ networks: [0.0.0.0/0] }] }",
    });
    expect(places("metadata-endpoint-reachable", listening, denied, isolated)).toEqual([]);
  });

  it("peer-matches-nothing, of rules that deny too", () => {
    const to = (name: string): string =>
      clusterPolicy("admin", {
        egress: `{ action: Deny, to: [{ pods: { namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }, podSelector: { matchLabels: { app: ${name} } } } }] }`,
      });
    const shop = namespace("shop");
    expect(findings("peer-matches-nothing", documents(shop, listening, to("wbe")))).toMatchObject([
      {
        severity: "medium",
        location: { path: "spec.egress[0].to[0]" },
        message: expect.stringContaining("did you mean `app: web`?") as string,
      },
    ]);
    const [other] = findings("peer-matches-nothing", documents(shop, listening, to("cron")));
    expect(other?.message).toContain("denies nobody");
    expect(places("peer-matches-nothing", shop, listening, to("web"))).toEqual([]);
  });

  it("what denies take back is not open", () => {
    const outside = own("ingress: [{ fromEntities: [world] }]");
    const denied = wide("ingressDeny: [{ fromEntities: [world] }], ingress: [{ fromEntities: [all] }]", "{}");
    expect(places("internet-ingress-open", listening, outside)).toHaveLength(1);
    expect(places("internet-ingress-open", listening, outside, denied)).toEqual([]);
    const some = wide("ingressDeny: [{ fromCIDR: [1.0.0.0/8] }]", "{}");
    expect(places("internet-ingress-open", listening, outside, some)).toHaveLength(1);
    const [finding] = findings("all-namespaces-peer", documents(listening, denied));
    expect(finding?.message).toContain("every address but for what it denies");
  });

  it("all-namespaces-peer leaves DNS alone, whoever opens it", () => {
    const dns = (subject: string): string =>
      wide(`ingress: [{ fromEntities: [cluster], ${port('{ port: "53" }')} }]`, subject);
    expect(places("all-namespaces-peer", dns("{ matchLabels: { k8s-app: kube-dns } }"))).toEqual([]);
    expect(
      places("all-namespaces-peer", dns("{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': shop } }")),
    ).toHaveLength(1);
  });

  it("policies for an identity that is no pod are about no pods", () => {
    const gateway = (spec: string): string =>
      wide(spec, "{ matchExpressions: [{ key: 'reserved:ingress', operator: Exists }] }");
    const all = gateway(
      `ingress: [{ fromEntities: [world] }], egress: [{ toEntities: [cluster] }, { toEntities: [world], ${port("{ port: '53', protocol: UDP }")} }]`,
    );
    for (const id of [
      "all-namespaces-egress",
      "dns-egress-missing-tcp",
      "internet-ingress-open",
      "metadata-endpoint-reachable",
      "missing-dns-egress",
      "policy-selects-no-pods",
      "ports-too-broad",
    ])
      expect([id, places(id, listening, all)]).toEqual([id, []]);
  });
});
