import { describe, expect, it } from "vitest";
import { checkClaims, proveClusters, redundancy } from "../../src/entries/proof.ts";
import { schemaErrors } from "../report/schemas.ts";
import { clusterOf } from "./policies.ts";

const options = { assumptions: { dataplane: "cilium" } } as const;

function cilium(spec: string, name = "p"): string {
  return `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
`;
}

function clusterwide(spec: string): string {
  return `apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: { name: c }
spec: ${spec}
`;
}

describe("proofs beside an API server that may be outside", () => {
  const spelt = "[host, remote-node, health, ingress, init, unmanaged]";
  const deny = (entities: string): string =>
    `egressDeny: [{ toEndpoints: [{ matchExpressions: [{ key: io.kubernetes.pod.namespace, operator: Exists }] }] }, { toEntities: ${entities} }]`;
  const allow = "egress: [{ toCIDR: [203.0.113.0/24] }]";

  it("a block may hold its address: to deny the cluster is more than to deny all else in it", () => {
    const [whole, parts] = ["[cluster]", spelt].map((entities) =>
      clusterOf(cilium(`{ endpointSelector: {}, ${allow}, ${deny(entities)} }`)),
    );
    const proof = proveClusters(whole as typeof parts & object, parts as typeof whole & object, options);
    expect(proof).toMatchObject({
      verdict: "looser",
      counterexamples: [{ peer: { type: "address", apiServer: true, address: "203.0.113.0" } }],
    });
    expect(proof.counterexamples[0]).toHaveProperty(
      "sentence",
      expect.stringContaining("the API server at 203.0.113.0"),
    );
    expect(schemaErrors(proof)).toEqual([]);
  });

  it("where no block is allowed, it is as denied as all else", () => {
    const [whole, parts] = ["[cluster]", spelt].map((entities) =>
      clusterOf(cilium(`{ endpointSelector: {}, egress: [{ toEndpoints: [{}] }], ${deny(entities)} }`)),
    );
    expect(proveClusters(whole as typeof parts & object, parts as typeof whole & object, options).verdict).toBe(
      "same-traffic",
    );
  });
});

describe("proofs beside reserved identities that no policy names", () => {
  const pods = "[{ matchExpressions: [{ key: k8s:io.kubernetes.pod.namespace, operator: Exists }] }]";
  const egress = (peers: string): string => cilium(`{ endpointSelector: {}, egress: [${peers}] }`);
  const [everybody, known] = ["{ toEntities: [all] }", `{ toEntities: [world] }, { toEndpoints: ${pods} }`].map(egress);
  const prove = (before: string, after: string, assumptions = {}): ReturnType<typeof proveClusters> =>
    proveClusters(clusterOf(before), clusterOf(after), { assumptions: { ...options.assumptions, ...assumptions } });

  it("everybody is more than the world and all pods", () => {
    expect(prove(everybody as string, known as string)).toMatchObject({
      verdict: "stricter",
      counterexamples: [{ direction: "egress", peer: { type: "address", address: "reserved:host" } }],
    });
    expect(prove(everybody as string, egress("{ toEntities: [world, cluster] }")).verdict).toBe("equivalent");
    const both = clusterOf(`${everybody}---\n${known?.replace("name: p", "name: q")}`);
    expect(redundancy(both, options).redundancies.map(({ sentence }) => sentence.split(" adds")[0])).toEqual([
      "CiliumNetworkPolicy shop/q",
    ]);
  });

  it("what a pod's own node sends it is let in all the same", () => {
    const [all, some] = ["{ fromEntities: [all] }", `{ fromEntities: [world] }, { fromEndpoints: ${pods} }`].map(
      (peers) => cilium(`{ endpointSelector: {}, ingress: [${peers}] }`),
    );
    const addresses = (ciliumAllowLocalhost: string): readonly unknown[] =>
      prove(all as string, some as string, { ciliumAllowLocalhost }).counterexamples.map(
        (example) => "peer" in example && example.peer,
      );
    expect(addresses("always")).toEqual([{ type: "address", address: "reserved:remote-node" }]);
    expect(addresses("policy")).toEqual([{ type: "address", address: "reserved:host" }]);
  });

  it.each([{}, { ipBlockMatchesPods: true }])("so it is in NetworkPolicies, where Cilium enforces: %j", (more) => {
    const networkPolicy = (rule: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: shop }
spec: { podSelector: {}, policyTypes: [Egress], egress: [${rule}] }
`;
    const all = '{ to: [{ namespaceSelector: {} }, { ipBlock: { cidr: 0.0.0.0/0 } }, { ipBlock: { cidr: "::/0" } }] }';
    const verdicts = (["cilium", "unknown"] as const).map(
      (dataplane) => prove(networkPolicy("{}"), networkPolicy(all), { dataplane, ...more }).verdict,
    );
    expect(verdicts).toEqual(["stricter", "equivalent"]);
  });
});

describe("proofs about pings", () => {
  const ping = (cidr: string, family: string): string =>
    `{ endpointSelector: {}, ingress: [{ fromEndpoints: [{}] }, { fromCIDR: [${cidr}], icmps: [{ fields: [{ family: ${family}, type: 8 }] }] }] }`;
  const none = clusterOf(cilium("{ endpointSelector: {}, ingress: [{ fromEndpoints: [{}] }] }"));

  it.each([
    ["fd00::/8", "IPv4", "equivalent"],
    ["10.0.0.0/8", "IPv6", "equivalent"],
    ["10.0.0.0/8", "IPv4", "stricter"],
    ["fd00::/8", "IPv6", "stricter"],
  ])("from %s of family %s: %s without them", (cidr, family, verdict) => {
    const proof = proveClusters(clusterOf(cilium(ping(cidr, family))), none, options);
    expect(proof.verdict).toBe(verdict);
    expect(proof.counterexamples).toHaveLength(verdict === "stricter" ? 1 : 0);
  });

  it("names an address of the family where a block of each is open", () => {
    const both = clusterOf(cilium(ping("10.0.0.0/8, fd00::/8", "IPv6")));
    expect(proveClusters(both, none, options).counterexamples).toMatchObject([
      { peer: { type: "address", address: "fd00::" }, packet: { protocol: "ICMPv6", port: 8 } },
    ]);
  });
});

describe("proofs of states that are set in another way", () => {
  const settings = (data: string): string =>
    `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: cilium-config, namespace: kube-system }\ndata: { ${data} }\n`;
  const closed = cilium("{ endpointSelector: {}, ingress: [{}] }");
  const prove = (before: string, after: string, assumptions = {}): ReturnType<typeof proveClusters> =>
    proveClusters(clusterOf(`${closed}${before}`), clusterOf(`${closed}${after}`), { assumptions });

  it.each(["enable-policy: never", 'policy-audit-mode: "true"', "allow-localhost: policy", "enable-policy: always"])(
    "%s is no equivalence",
    (setting) => {
      for (const before of ["", settings("a: b")]) {
        expect(prove(before, settings(setting)).verdict).toBe("undecided");
        expect(prove(settings(setting), before).verdict).toBe("undecided");
      }
      expect(prove(settings(setting), settings(setting)).verdict).toBe("equivalent");
    },
  );

  it("says what to assume", () => {
    const proof = prove("", settings("enable-policy: never"));
    expect(proof.undecided).toEqual([expect.stringContaining("--assume ciliumEnforcement=never compares them so")]);
    expect(prove("", settings("enable-policy: never"), { ciliumEnforcement: "default" }).verdict).toBe("equivalent");
  });
});

describe("proofs beside labels of reserved identities", () => {
  it("no pod of a namespace has one", () => {
    const one = clusterOf(
      cilium('{ endpointSelector: { matchLabels: { "reserved:health": "" } }, ingressDeny: [{}] }'),
    );
    expect(proveClusters(clusterOf(), one, options)).toMatchObject({ verdict: "equivalent", counterexamples: [] });
  });

  it("no pod that has another label has one, and no two are one", () => {
    for (const labels of ['{ app: a, "reserved:health": "" }', '{ "reserved:init": "", "reserved:health": "" }']) {
      const one = clusterOf(clusterwide(`{ endpointSelector: { matchLabels: ${labels} }, ingressDeny: [{}] }`));
      expect(proveClusters(clusterOf(), one, options)).toMatchObject({ verdict: "equivalent" });
    }
  });

  it("a policy for the whole cluster selects them", () => {
    const one = clusterOf(
      clusterwide('{ endpointSelector: { matchLabels: { "reserved:health": "" } }, ingressDeny: [{}] }'),
    );
    expect(proveClusters(clusterOf(), one, options)).toMatchObject({
      verdict: "stricter",
      counterexamples: [{ subject: { podLabels: { "reserved:health": "" } } }],
    });
  });
});

describe("proofs beside a mesh", () => {
  it("policies select pods of their own cluster alone", () => {
    const deny = (selector: string): ReturnType<typeof clusterOf> =>
      clusterOf(
        clusterwide(`{ endpointSelector: { matchLabels: { ${selector} } }, ingressDeny: [{ fromEntities: [all] }] }`),
      );
    const labelled = "io.cilium.k8s.policy.cluster: default, app: a";
    expect(proveClusters(deny("app: a"), deny(labelled), options).verdict).toBe("equivalent");
    expect(proveClusters(clusterOf(), deny("io.cilium.k8s.policy.cluster: other"), options).verdict).toBe("equivalent");
  });

  it.each(["operator: DoesNotExist", "operator: NotIn, values: [default]"])(
    "the lack of the cluster's label (%s) selects endpoints of Cilium, and no pod",
    (asked) => {
      const key = `{ matchExpressions: [{ key: io.cilium.k8s.policy.cluster, ${asked} }] }`;
      const one = clusterOf(clusterwide(`{ endpointSelector: ${key}, ingressDeny: [{}] }`));
      expect(proveClusters(clusterOf(), one, options)).toMatchObject({
        verdict: "stricter",
        counterexamples: [{ subject: { podLabels: { "reserved:health": "" } } }],
      });
      const ofNamespace = clusterOf(cilium(`{ endpointSelector: ${key}, ingressDeny: [{}] }`));
      expect(proveClusters(clusterOf(), ofNamespace, options).verdict).toBe("equivalent");
    },
  );

  it("policies of Kubernetes for the whole cluster select pods alone", () => {
    const deny =
      "{ tier: Admin, priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] }";
    const admin = `{ apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: { name: a }, spec: ${deny} }`;
    const pods = "{ matchLabels: { io.cilium.k8s.policy.cluster: default } }";
    const denied = clusterwide(`{ endpointSelector: ${pods}, ingressDeny: [{ fromEntities: [all] }] }`);
    // Whatever the one denies to pods the other does.
    expect(proveClusters(clusterOf(denied), clusterOf(denied, admin), options).verdict).toBe("same-traffic");
    const health =
      '{ endpointSelector: { matchExpressions: [{ key: "reserved:health", operator: Exists }] }, ingress: [{}] }';
    const open = clusterwide("{ endpointSelector: {}, ingress: [{ fromEntities: [all] }] }").replace(
      "name: c",
      "name: d",
    );
    const before = clusterOf(clusterwide(health), open);
    for (const { subject } of proveClusters(before, clusterOf(clusterwide(health), open, admin), options)
      .counterexamples)
      expect(subject?.podLabels).toEqual({});
  });

  it("a reserved identity declares no port", () => {
    const named = (selector: string, action: string): string =>
      `{ endpointSelector: ${selector}, ${action}: [{ toPorts: [{ ports: [{ port: web, protocol: TCP }] }] }] }`;
    const health = clusterwide(named('{ matchLabels: { "reserved:health": "" } }', "ingressDeny"));
    const open = '{ endpointSelector: { matchLabels: { "reserved:health": "" } }, ingress: [{ fromEntities: [all] }] }';
    const both = clusterOf(clusterwide(open), health.replace("name: c", "name: d"));
    expect(proveClusters(clusterOf(clusterwide(open)), both, options).verdict).toBe("equivalent");
  });

  it("a label of the cluster selects pods, and no endpoint of Cilium", () => {
    const selecting = (selector: string): ReturnType<typeof clusterOf> =>
      clusterOf(clusterwide(`{ endpointSelector: ${selector}, ingress: [{ fromEntities: [remote-node] }] }`));
    const [all, pods] = [selecting("{}"), selecting("{ matchLabels: { io.cilium.k8s.policy.cluster: default } }")];
    expect(proveClusters(pods, all, options)).toMatchObject({
      verdict: "stricter",
      counterexamples: [{ subject: { podLabels: { "reserved:health": "" } } }],
    });
    const others = selecting(
      "{ matchExpressions: [{ key: io.cilium.k8s.policy.cluster, operator: NotIn, values: [default] }] }",
    );
    expect(proveClusters(clusterOf(), others, options)).toMatchObject({
      verdict: "stricter",
      counterexamples: [{ subject: { podLabels: { "reserved:health": "" } } }],
    });
    const none = selecting('{ matchLabels: { io.cilium.k8s.policy.cluster: default, "reserved:health": "" } }');
    expect(proveClusters(clusterOf(), none, options).verdict).toBe("equivalent");
  });
});

describe("proofs beside a pod's own node", () => {
  const isolated = clusterOf(cilium("{ endpointSelector: {}, ingress: [{ fromEntities: [health] }] }"));
  const open = clusterOf(cilium("{ endpointSelector: {}, ingress: [{ fromEntities: [health, host] }] }"));
  const denied = clusterOf(
    cilium(
      "{ endpointSelector: {}, ingress: [{ fromEntities: [health] }], ingressDeny: [{ fromEntities: [host, remote-node] }] }",
    ),
  );

  it("what it sends is let in without a policy", () => {
    expect(proveClusters(isolated, open, options).verdict).toBe("equivalent");
    const claim = {
      claim: "forbids",
      name: "node",
      specification: clusterOf(cilium("{ endpointSelector: {}, ingress: [{ fromEntities: [host] }] }")),
    } as const;
    expect(checkClaims(isolated, [claim], options).claims).toMatchObject([
      { status: "fails", counterexample: { peer: { type: "address", address: "reserved:host" } } },
    ]);
    expect(checkClaims(denied, [claim], options)).toMatchObject({ holds: true });
  });

  it("but where a policy denies it", () => {
    expect(proveClusters(isolated, denied, options).verdict).toBe("stricter");
  });
});

describe("proofs about named ports of pods", () => {
  const to = (app: string): string =>
    `{ endpointSelector: {}, egress: [{ toEndpoints: [{ matchLabels: { app: ${app} } }], toPorts: [{ ports: [{ port: web, protocol: TCP }] }] }] }`;

  it("pods of the own namespace have them, too", () => {
    const [one, other] = ["a", "b"].map((app) => clusterOf(cilium(to(app))));
    expect(proveClusters(one ?? clusterOf(), other ?? clusterOf(), options).verdict).toBe("incomparable");
  });

  it("so have they for policies that stand in tiers", () => {
    const admin = (app: string): string => `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: c }
spec:
  tier: Admin
  priority: 1
  subject: { namespaces: { matchLabels: { kubernetes.io/metadata.name: shop } } }
  egress:
    - action: Deny
      to: [{ pods: { namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }, podSelector: { matchLabels: { app: ${app} } } } }]
      protocols: [{ destinationNamedPort: web }]
`;
    expect(proveClusters(clusterOf(admin("a")), clusterOf(admin("b"))).verdict).toBe("incomparable");
  });
});

describe("proofs of NetworkPolicies that Cilium reads otherwise", () => {
  it("tell isolation that only lets everything pass from none, as elsewhere", () => {
    // Rules of a direction that policyTypes does not name count there.
    const open = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{}], egress: [{}] }
`;
    const other = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: b, namespace: data }
spec: { podSelector: {} }
`;
    const proof = proveClusters(clusterOf(`${open}---\n${other}`), clusterOf(other), options);
    expect(proof.namespaces).toEqual([
      { namespace: "data", verdict: "equivalent" },
      { namespace: "shop", verdict: "same-traffic" },
    ]);
    expect(proof.verdict).toBe("same-traffic");
  });
});

describe("proofs beside clusters of a mesh", () => {
  it("know the own one by its name, which each side tells for itself", () => {
    const named = (name: string): string =>
      `{apiVersion: v1, kind: ConfigMap, metadata: {name: cilium-config, namespace: kube-system}, data: {cluster-name: ${name}}}`;
    const both = (cluster: string): string =>
      cilium(
        `{ endpointSelector: { matchLabels: { io.cilium.k8s.policy.cluster: ${cluster} } }, ingress: [{ fromEndpoints: [{ matchLabels: { io.cilium.k8s.policy.cluster: ${cluster} } }] }] }`,
      );
    const verdict = (...texts: readonly [string, string]): string => {
      const [was, is] = texts.map((text) => clusterOf(text));
      return proveClusters(was as never, is as never, options).verdict;
    };
    const all = cilium("{ endpointSelector: {}, ingress: [{ fromEndpoints: [{}] }] }");
    expect(verdict(`${all}---\n${named("prod")}`, `${both("prod")}---\n${named("prod")}`)).toBe("equivalent");
    expect(verdict(`${both("test")}---\n${named("test")}`, `${both("prod")}---\n${named("prod")}`)).toBe("equivalent");
    expect(verdict(`${all}---\n${named("prod")}`, `${both("default")}---\n${named("prod")}`)).toBe("looser");
    const pod = (cluster: string): string =>
      `\n---\n{apiVersion: v1, kind: Pod, metadata: {name: own, namespace: shop, labels: {io.cilium.k8s.policy.cluster: ${cluster}}}, spec: {containers: [{name: c, image: x}]}}`;
    const own = (cluster: string): string => `${both(cluster)}---\n${named(cluster)}${pod(cluster)}`;
    expect(verdict(own("test"), `${both("prod")}---\n${named("prod")}`)).toBe("equivalent");
    expect(verdict(own("test"), own("prod"))).toBe("equivalent");
    const far =
      "\n---\n{apiVersion: v1, kind: Pod, metadata: {name: far, namespace: shop, labels: {io.cilium.k8s.policy.cluster: other}}, spec: {containers: [{name: c, image: x}]}}";
    expect(verdict(`${both("test")}---\n${named("test")}${far}`, `${both("prod")}---\n${named("prod")}${far}`)).toBe(
      "undecided",
    );
  });

  it("make up no pods of another one: what a selector asks of the own cluster holds for all", () => {
    const from = (selector: string): string =>
      cilium(`{ endpointSelector: {}, ingress: [{ fromEndpoints: [${selector}] }] }`);
    const [all, own, other] = [
      from("{ matchLabels: { app: a } }"),
      from("{ matchLabels: { app: a, io.cilium.k8s.policy.cluster: default } }"),
      from("{ matchLabels: { app: a, io.cilium.k8s.policy.cluster: other } }"),
    ].map((text) => clusterOf(text));
    expect(proveClusters(all as never, own as never, options).verdict).toBe("equivalent");
    expect(proveClusters(all as never, other as never, options).verdict).toBe("stricter");
  });
});

describe("proofs where blocks match pods", () => {
  it("pods have addresses, and are never where only a reserved identity is", () => {
    const spec = `{ endpointSelector: {}, ingress: [{ fromEntities: [all] }], ingressDeny: [{ fromCIDR: ["::/0", 0.0.0.0/0] }], egressDeny: [{ toEntities: [health] }] }`;
    const cluster = clusterOf(cilium(spec));
    const claim = { claim: "forbids", name: "all", specification: cluster } as const;
    const where = { assumptions: { ...options.assumptions, ipBlockMatchesPods: true } };
    expect(checkClaims(cluster, [claim], where).claims).toMatchObject([
      { status: "fails", counterexample: { peer: { type: "address", address: "reserved:host" } } },
    ]);
  });
});
