import { describe, expect, it } from "vitest";
import { can } from "../../src/analysis/connectivity.ts";
import { listConnectivity } from "@npa/core";
import { reachabilityGraph } from "@npa/core/graph";
import { exposure } from "../../src/analysis/exposure.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

const pods = ["shop/web", "shop/db", "other/web"]
  .map((id) => id.split("/"))
  .map(
    ([namespace, name]) =>
      `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}}}}`,
  )
  .join("\n---\n");

function read(...documents: readonly string[]): Cluster {
  return readManifests([{ name: "a.yaml", text: [pods, ...documents].join("\n---\n") }]);
}

function policy(spec: string, name = "p"): string {
  return `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: ${name}, namespace: shop}\nspec: ${spec}`;
}

function answer(cluster: Cluster, source: string, target: string, port = "80"): string {
  return can(cluster, { source, target, port }).answer;
}

const db = "endpointSelector: {matchLabels: {app: db}}";

describe("Cilium's policies", () => {
  it("know pods on the network of a node as nodes, also where the input shows none", () => {
    const agent =
      "{apiVersion: v1, kind: Pod, metadata: {name: agent, namespace: other, labels: {app: agent}}, spec: {hostNetwork: true}}";
    const fromNode = (section: string): string =>
      answer(read(agent, policy(`{${db}, ${section}}`)), "other/agent", "shop/db");
    for (const entities of ["cluster", "remote-node", "host, remote-node", "all"])
      expect(fromNode(`ingress: [{fromEntities: [${entities}]}]`)).toBe("yes");
    // The own node is let in, and on another one no selector of endpoints means it.
    expect(fromNode("ingress: [{fromEndpoints: [{matchLabels: {app: agent}}]}]")).toBe("unknown");
    expect(fromNode("ingress: [{fromEntities: [all]}], ingressDeny: [{fromEntities: [host, remote-node]}]")).toBe("no");
    // Which node is the pod's own is not known.
    expect(fromNode("ingress: [{fromEntities: [all]}], ingressDeny: [{fromEntities: [remote-node]}]")).toBe("unknown");
    const toNode = (entities: string): string => {
      const spec = `{${db}, egress: [{toEntities: [${entities}]}]}`;
      return answer(read(agent, policy(spec)), "shop/db", "other/agent");
    };
    expect(["cluster", "host, remote-node", "host", "remote-node"].map(toNode)).toEqual([
      "yes",
      "yes",
      "unknown",
      "unknown",
    ]);
  });

  it("read the name of a port whatever its case, as pods have it in small letters", () => {
    const text = `
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {containers: [{name: c, image: x, ports: [{name: http, containerPort: 8080}]}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: client, namespace: shop}, spec: {containers: [{name: c, image: x}]}}
---
{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: p, namespace: shop}, spec: {endpointSelector: {matchLabels: {app: web}}, ingress: [{toPorts: [{ports: [{port: HTTP}]}]}]}}
`;
    const cluster = readManifests([{ name: "cluster.yaml", text }]);
    const ask = (port: string): string => can(cluster, { source: "shop/client", target: "shop/web", port }).answer;
    expect([ask("8080"), ask("8081")]).toEqual(["yes", "no"]);
  });

  it("isolate with a deny alone, unless enableDefaultDeny says no", () => {
    const deny = `{${db}, ingressDeny: [{fromEndpoints: [{matchLabels: {app: nobody}}]}]}`;
    expect(answer(read(policy(deny)), "shop/web", "shop/db")).toBe("no");
    const open = deny.replace("{endpointSelector", "{enableDefaultDeny: {ingress: false}, endpointSelector");
    expect(answer(read(policy(open)), "shop/web", "shop/db")).toBe("yes");
  });

  it("let a deny win over a NetworkPolicy", () => {
    const np =
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: np, namespace: shop}\nspec: {podSelector: {}, ingress: [{}]}";
    const deny = policy(`{${db}, ingressDeny: [{fromEndpoints: [{matchLabels: {app: web}}]}]}`);
    expect(answer(read(np), "shop/web", "shop/db")).toBe("yes");
    expect(answer(read(np, deny), "shop/web", "shop/db")).toBe("no");
  });

  it("match nothing with an empty entry, and their own namespace with an empty selector", () => {
    expect(answer(read(policy(`{${db}, ingress: [{}]}`)), "shop/web", "shop/db")).toBe("no");
    const own = read(policy(`{${db}, ingress: [{fromEndpoints: [{}]}]}`));
    expect([answer(own, "shop/web", "shop/db"), answer(own, "other/web", "shop/db")]).toEqual(["yes", "no"]);
  });

  it("limit requests, unless another rule lifts the limit", () => {
    const ports = 'toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET}]}}]';
    const limited = `{${db}, ingress: [{fromEndpoints: [{}], ${ports}}]}`;
    const question = { source: "shop/web", target: "shop/db", port: "80" };
    const some = can(read(policy(limited)), question);
    expect([some.answer, some.limited]).toEqual([
      "yes",
      [{ direction: "ingress", ports: { TCP: ["80"] }, all: false, requests: ["GET"] }],
    ]);
    const web = exposure(read(policy(limited))).workloads.find(({ id }) => id === "shop/db[Pod]");
    expect(web?.ingress.through).toMatchObject([{ rule: "spec.ingress[0]", requests: ["GET"] }]);
    const lifted = read(policy(limited), policy(`{${db}, ingress: [{fromEndpoints: [{}]}]}`, "q"));
    expect(can(lifted, question).limited).toBeUndefined();
    const asked = (cluster: Cluster, method: string): string =>
      can(cluster, { ...question, request: { type: "http", method, path: "/" } }).answer;
    expect([asked(read(policy(limited)), "GET"), asked(read(policy(limited)), "PUT"), asked(lifted, "PUT")]).toEqual([
      "yes",
      "no",
      "yes",
    ]);
  });

  it("lift a limit on look-ups by an allow of that very port alone, not by a range that has it", () => {
    const item = (ports: string, more = ""): string => `{ports: [${ports}]${more}}`;
    const limit = item('{port: "53", protocol: UDP}', ", rules: {dns: [{matchName: a.example}]}");
    const asked = (more: string): readonly string[] => {
      const cluster = read(
        policy(
          `{endpointSelector: {matchLabels: {app: web}}, egress: [{toEntities: [all], toPorts: [${limit}, ${more}]}]}`,
        ),
      );
      return ["a.example", "b.example"].map(
        (name) =>
          can(cluster, { source: "shop/web", target: "shop/db", port: "53/UDP", request: { type: "dns", name } })
            .answer,
      );
    };
    expect(asked(item('{port: "0", protocol: UDP}'))).toEqual(["yes", "no"]);
    expect(asked(item('{port: "1", endPort: 8080}'))).toEqual(["yes", "no"]);
    expect(asked(item('{port: "53"}'))).toEqual(["yes", "yes"]);
    expect(asked(item('{port: "54", endPort: 60}'))).toEqual(["yes", "no"]);
  });

  it("take a request to a name for one to that host", () => {
    const host = "rules: {http: [{host: '(?i)^api[.]example(:[0-9]+)?$'}]}";
    const web = "endpointSelector: {matchLabels: {app: web}}";
    const cluster = read(
      policy(
        `{${web}, egress: [{toCIDR: [0.0.0.0/0, "::/0"], toPorts: [{ports: [{port: "80", protocol: TCP}], ${host}}]}]}`,
      ),
    );
    const asked = (target: string, more: object = {}): string =>
      can(cluster, {
        source: "shop/web",
        target,
        port: "80",
        request: { type: "http", method: "GET", path: "/", ...more },
      }).answer;
    expect([asked("API.example"), asked("api.example", { host: "other.example" }), asked("192.0.2.1")]).toEqual([
      "yes",
      "no",
      "unknown",
    ]);
  });

  it("ask for names of servers and authentication beside an allow of the same peer and port", () => {
    const rule = (peers: string, more = "", item = ""): string =>
      `{fromEndpoints: [${peers}]${more}, toPorts: [{ports: [{port: "80", protocol: TCP}]${item}}]}`;
    const [web, db2] = ["{matchLabels: {app: web}}", "{matchLabels: {app: db}}"];
    const sni = policy(`{${db}, ingress: [${rule(web, "", ", serverNames: [a.example]")}]}`);
    const asked = (cluster: Cluster, name: string): string =>
      can(cluster, { source: "shop/web", target: "shop/db", port: "80", request: { type: "serverName", name } }).answer;
    const open = policy(`{${db}, ingress: [${rule(`${web}, ${db2}`)}]}`, "q");
    const wide = policy(`{${db}, ingress: [${rule("{}")}]}`, "q");
    for (const [cluster, other] of [
      [read(sni), "no"],
      [read(sni, open), "no"],
      [read(sni, wide), "yes"],
    ] as const)
      expect([asked(cluster, "a.example"), asked(cluster, "b.example")]).toEqual(["yes", other]);
    const required = policy(`{${db}, ingress: [${rule(web, ", authentication: {mode: required}")}]}`);
    const limits = (cluster: Cluster): unknown =>
      can(cluster, { source: "shop/web", target: "shop/db", port: "80" }).limited?.map(({ requests }) => requests);
    expect([limits(read(required)), limits(read(required, open)), limits(read(required, wide))]).toEqual([
      [["authentication"]],
      [["authentication"]],
      [["authentication"]],
    ]);
  });

  it.each([
    ["L7 without a port", '[{ports: [{port: "0"}], rules: {http: [{}]}}]', "port 0"],
    ["L7 over UDP", '[{ports: [{port: "80", protocol: UDP}], rules: {http: [{}]}}]', "protocol: TCP"],
    [
      "names of servers beside L7",
      '[{ports: [{port: "80"}], serverNames: [a.b], rules: {http: [{}]}}]',
      "terminatingTLS",
    ],
    ["no expression", '[{ports: [{port: "80"}], rules: {http: [{path: "("}]}}]', "regular expression"],
    ["a name with a star", '[{ports: [{port: "53"}], rules: {dns: [{matchName: "*.b"}]}}]', "matchPattern"],
  ])("are refused with %s", (_, items, reason) => {
    const cluster = read(policy(`{${db}, egress: [{toEndpoints: [{}], toPorts: ${items}}]}`));
    expect(cluster.policies).toEqual([]);
    expect(cluster.refusedPolicies[0]?.reasons.join()).toContain(reason);
  });

  it("tell of fields that are dropped in items, and what is left", () => {
    const messages = (spec: string): string =>
      read(policy(spec))
        .problems.map(({ message }) => message)
        .join("\n");
    const ports = 'toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{}]}}]';
    expect(messages(`{${db}, egressDeny: [{toEndpoints: [{}], ${ports}}]}`)).toContain(
      "denies everything on these ports",
    );
    expect(messages(`{${db}, egress: [{toEndpoints: [{}], ${ports}}]}`)).toBe("");
    expect(messages(`{${db}, egress: [{toFQDNs: [{matchName: a.b, ${ports}}]}]}`)).toContain('"toPorts" is dropped');
    const kafka = 'toPorts: [{ports: [{port: "9092"}], rules: {kafka: [{topic: a}]}}]';
    expect(messages(`{${db}, egress: [{toEndpoints: [{}], ${kafka}}]}`)).toContain("may not be limited at all");
  });

  it("are not in force where the agents refuse what the API server stored", () => {
    const stored = (spec: string, status = ""): Cluster =>
      readManifests([{ name: "a.yaml", text: [pods, `${policy(spec)}${status}`].join("\n---\n") }], { live: true });
    const deny = `{${db}, ingress: [{}]}`;
    const invalid = "\nstatus: {conditions: [{type: Valid, status: 'False', message: no such thing}]}";
    expect(answer(stored(deny), "shop/web", "shop/db")).toBe("no");
    expect(answer(stored(deny, invalid.replace("False", "True")), "shop/web", "shop/db")).toBe("no");
    const refused = stored(deny, invalid);
    expect(answer(refused, "shop/web", "shop/db")).toBe("yes");
    expect(refused.refusedPolicies).toMatchObject([{ reasons: ["the agent refuses it: no such thing"] }]);
    const twoSections = `{${db}, ingress: [{fromEndpoints: [{}], fromEntities: [all]}]}`;
    expect(stored(twoSections).refusedPolicies).toHaveLength(1);
  });

  it("are in force where only the operator minds that nothing is authenticated", () => {
    const spec = `{${db}, ingress: [{fromEndpoints: [{}], authentication: {mode: required}}]}`;
    const stored = (...lines: readonly string[]): Cluster => {
      const status = { conditions: [{ type: "Valid", status: "False", message: lines.join("\n") }] };
      const text = [pods, `${policy(spec)}\nstatus: ${JSON.stringify(status)}`].join("\n---\n");
      return readManifests([{ name: "a.yaml", text }], { live: true });
    };
    const off = "mutual auth feature is disabled but an ingress auth rule is defined in policy";
    expect(stored(off, off).refusedPolicies).toEqual([]);
    expect(answer(stored(off), "shop/web", "shop/db")).toBe("yes");
    expect(answer(stored(off), "203.0.113.9", "shop/db")).toBe("no");
    expect(stored("no such thing", off).refusedPolicies).toMatchObject([
      { reasons: ["the agent refuses it: no such thing"] },
    ]);
  });

  it("know nodes by their CiliumNode", () => {
    const node =
      "apiVersion: cilium.io/v2\nkind: CiliumNode\nmetadata: {name: one, labels: {a: b}}\nspec: {addresses: [{type: InternalIP, ip: 10.0.0.1}, {type: CiliumInternalIP, ip: 10.1.0.1}]}";
    expect(read(node).nodes).toEqual([{ name: "one", labels: { a: "b" }, addresses: ["10.0.0.1"] }]);
    const out = read(node, policy("{endpointSelector: {}, egress: [{toCIDR: [10.0.0.0/24]}]}"));
    expect([answer(out, "shop/web", "10.0.0.1"), answer(out, "shop/web", "10.0.0.2")]).toEqual(["no", "yes"]);
  });

  it("answer for names of DNS, and say which dns rule they need", () => {
    const dns = (rules: string): string =>
      `{toEndpoints: [{}], toPorts: [{ports: [{port: "53", protocol: UDP}], rules: {dns: [${rules}]}}]}`;
    const names =
      "{toFQDNs: [{matchName: api.example.com}, {matchPattern: '*.cdn.example.com'}], toPorts: [{ports: [{port: '443'}]}]}";
    const web = "endpointSelector: {matchLabels: {app: web}}";
    const seen = read(policy(`{${web}, egress: [${dns("{matchPattern: '*'}")}, ${names}]}`));
    const to = (cluster: Cluster, target: string): unknown => can(cluster, { source: "shop/web", target, port: "443" });
    expect(to(seen, "API.example.com.")).toMatchObject({
      answer: "yes",
      notes: [expect.stringContaining("spec.egress[0] of CiliumNetworkPolicy shop/p")],
    });
    expect(to(seen, "a.cdn.example.com")).toMatchObject({ answer: "yes" });
    for (const other of ["b.a.cdn.example.com", "cdn.example.com", "example.com", "xcdn.example.com"])
      expect(to(seen, other)).toMatchObject({ answer: "no" });
    expect(to(seen, "192.0.2.1")).toMatchObject({ answer: "unknown" });
    const unseen = read(policy(`{${web}, egress: [${dns("{matchName: other.example}")}, ${names}]}`));
    expect(to(unseen, "api.example.com")).toMatchObject({
      answer: "unknown",
      because: [{ missing: expect.stringContaining("no dns rule") as string }],
    });
    const denied = policy(`{${web}, egressDeny: [{toCIDR: [192.0.2.0/24]}]}`, "q");
    const some = read(policy(`{${web}, egress: [${dns("{matchPattern: '*'}")}, ${names}]}`), denied);
    expect(to(some, "api.example.com")).toMatchObject({
      answer: "unknown",
      because: [{ endpoint: "api.example.com", missing: "address" }],
    });
  });

  it("mean addresses outside by CIDR, and no pods", () => {
    const out = read(policy("{endpointSelector: {}, egress: [{toCIDR: [0.0.0.0/0]}]}"));
    expect([answer(out, "shop/web", "1.1.1.1"), answer(out, "shop/web", "other/web")]).toEqual(["yes", "no"]);
  });

  it.each([
    [`{ingress: [{}]}`, "the CRD refuses a rule without exactly one of endpointSelector and nodeSelector"],
    [`{${db}, ingress: [{fromEntities: [world-ipv4]}]}`, 'the CRD refuses the entity "world-ipv4"'],
    [
      `{${db}, ingress: [{fromEndpoints: [{}], fromCIDR: [10.0.0.0/8]}]}`,
      "the agent refuses fromEndpoints beside fromCIDR in one entry",
    ],
    [
      `{endpointSelector: {matchExpressions: [{key: a, operator: in, values: [b]}]}, ingress: [{}]}`,
      'the CRD refuses operator "in"',
    ],
    [`{${db}, ingress: []}`, "the agent refuses a rule in which"],
    [`{${db}, ingress: [{toPorts: [{ports: [{protocol: TPC, port: "80"}]}]}]}`, 'the CRD refuses protocol "TPC"'],
    ["{endpointSelector: {matchLabels: {a: -b}}, ingress: [{}]}", 'the CRD refuses "-b": no label can have that value'],
    [
      "{endpointSelector: {matchExpressions: [{key: a, operator: In, values: [-b]}]}, ingress: [{}]}",
      'the agent refuses "-b": no label can have that value',
    ],
    ["{endpointSelector: {matchExpressions: [{key: a, operator: In}]}, ingress: [{}]}", "refuses In without values"],
    [
      "{endpointSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}, ingress: [{}]}",
      "the agent refuses values beside Exists",
    ],
    ["{endpointSelector: {matchLabels: {'a b': c}}, ingress: [{}]}", 'the agent refuses the key "a b"'],
    ["{endpointSelector: {matchLabels: {'k8s:a:b': c}}, ingress: [{}]}", 'the agent refuses the key "k8s:a:b"'],
  ])("that are refused are not in force: %s", (spec, reason) => {
    const cluster = read(policy(spec));
    expect(cluster.policies).toEqual([]);
    expect(cluster.refusedPolicies.flatMap(({ reasons }) => reasons).join("\n")).toContain(reason);
  });

  it("of a protocol without ports say nothing of TCP, UDP and SCTP", () => {
    const cluster = read(policy(`{${db}, ingress: [{toPorts: [{ports: [{protocol: ESP, port: "0"}]}]}]}`));
    expect(cluster.refusedPolicies).toEqual([]);
    expect(answer(cluster, "shop/web", "shop/db", "443")).toBe("no");
  });

  it("tell of fields that a deny does not have", () => {
    const cluster = read(
      policy(`{${db}, egressDeny: [{toFQDNs: [{matchName: a.example}], toPorts: [{ports: [{port: "443"}]}]}]}`),
    );
    expect(cluster.problems).toMatchObject([
      { code: "unknown-field", location: { path: "spec.egressDeny[0].toFQDNs" } },
    ]);
    expect(answer(cluster, "shop/db", "1.1.1.1", "443")).toBe("no");
  });

  it("beside Calico's there is one problem: whose are in force, and why", () => {
    const calico =
      "\n---\n{apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {name: g}, spec: {selector: all(), types: [Egress]}}\n";
    const both = policy(`{${db}, ingress: [{}]}`) + calico;
    expect(read(both).problems).toMatchObject([{ code: "two-data-planes", object: { name: "g" } }]);
    expect(read(both).problems[0]?.message).toContain(
      "those of Cilium are taken to be in force, as nothing in the input shows",
    );
    const runs =
      "\n---\n{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: calico-node, namespace: kube-system}, spec: {selector: {matchLabels: {k8s-app: calico-node}}, template: {metadata: {labels: {k8s-app: calico-node}}, spec: {containers: [{name: calico-node, image: quay.io/calico/node}]}}}}\n";
    const { problems, assumed } = read(both + runs);
    expect(assumed).toEqual({ dataplane: "calico" });
    expect(problems[0]?.message).toContain(
      "those of Calico are taken to be in force, as the input shows that Calico runs",
    );
    expect(read(policy(`{${db}, ingress: [{}]}`)).problems).toEqual([]);
  });

  it("are refused for what is no regular expression, also where it begins as templates do", () => {
    const path = (text: string): readonly string[] => {
      const http = `{ports: [{port: "80", protocol: TCP}], rules: {http: [{path: ${JSON.stringify(text)}}]}}`;
      const { refusedPolicies, inputs } = read(policy(`{${db}, ingress: [{toPorts: [${http}]}]}`));
      expect(inputs.unrendered).toBeUndefined();
      return refusedPolicies.flatMap(({ reasons }) => reasons);
    };
    expect(path("((/a)|(/b))/.*")).toEqual([]);
    expect(path("/a((b)")[0]).toContain("it is no regular expression");
  });

  it("limit requests of what is uncertain, too", () => {
    const far =
      "{apiVersion: v1, kind: Pod, metadata: {name: far, namespace: other}, spec: {containers: [{name: c, image: x}]}}";
    const http = '{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET}]}}';
    const team = "{matchLabels: {'io.cilium.k8s.namespace.labels.team': a}}";
    const limit = (more: string): unknown =>
      listConnectivity(
        read(`${policy(`{${db}, ingress: [{fromEndpoints: [${team}], toPorts: [${http}]}${more}]}`)}\n---\n${far}`),
      ).uncertain.find(({ source, target }) => source.startsWith("other/far") && target.startsWith("shop/db"))?.limited;
    expect(limit("")).toMatchObject([{ direction: "ingress", ports: { TCP: ["80"] }, requests: ["GET"] }]);
    const lifts = `, {fromEndpoints: [${team}], toPorts: [{ports: [{port: "80", protocol: TCP}]}]}`;
    expect(limit(lifts)).toBeUndefined();
  });

  it("mark edges of graphs on which only some requests pass, also where they are folded", () => {
    const http = '{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET}]}}';
    const web =
      "{apiVersion: v1, kind: Pod, metadata: {name: client, namespace: shop}, spec: {containers: [{name: c, image: x}]}}";
    const limited = read(`${policy(`{${db}, ingress: [{fromEndpoints: [{}], toPorts: [${http}]}]}`)}\n---\n${web}`);
    const marked = (by: "workload" | "namespace"): readonly unknown[] =>
      reachabilityGraph(limited, { by }).edges.flatMap(({ source, target, text, limited: is }) =>
        is === true ? [[source, target, text]] : [],
      );
    expect(marked("workload")).toContainEqual(["shop/client[Pod]", "shop/db[Pod]", "TCP 80 (some requests)"]);
    expect(marked("workload").every((edge) => String(edge).includes("shop/db"))).toBe(true);
    expect(marked("namespace").map(String)).toEqual([expect.stringMatching(/^namespace\/shop,namespace\/shop,/)]);
  });
});
