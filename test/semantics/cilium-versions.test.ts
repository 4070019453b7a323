import { type Answer, type AskedRequest, type Assumptions, analyzeCluster, can, readManifests } from "@npa/core";
import { explain } from "@npa/core/explain";
import { describe, expect, it } from "vitest";
import { namespace, pod, policy } from "./manifests.ts";

const versions = ["1.16", "1.17", "1.18", "1.19", "1.20"] as const;
const world = namespace("a") + pod("a/web", "{app: web}") + pod("a/db", "{app: db}");

/** A policy of namespace a for all of its pods. */
function policyOf(spec: string): string {
  return `---\n{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: c, namespace: a}, spec: {endpointSelector: {}, ${spec}}}\n`;
}

/** A Service of namespace a that selects the database. */
function service(name: string, labels = "{}"): string {
  return `---\n{apiVersion: v1, kind: Service, metadata: {name: ${name}, namespace: a, labels: ${labels}}, spec: {selector: {app: db}, ports: [{port: 80}]}}\n`;
}

/** One that selects no pods, and that nothing stands behind. */
function withoutAddresses(name: string): string {
  return (
    `---\n{apiVersion: v1, kind: Service, metadata: {name: ${name}, namespace: a}, spec: {ports: [{port: 80}]}}\n` +
    `---\n{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: ${name}-1, namespace: a, labels: {kubernetes.io/service-name: ${name}}}, addressType: IPv4, endpoints: [], ports: []}\n`
  );
}

/** The same answer in all versions but the first. */
function fromOn(answer: Answer): readonly Answer[] {
  return versions.slice(1).map(() => answer);
}

/** What each version answers. */
function inEach(
  text: string,
  [source, target]: readonly [string, string],
  given: Partial<Assumptions> = {},
): readonly Answer[] {
  const cluster = readManifests([{ name: "cluster.yaml", text: world + text }]);
  return versions.map(
    (ciliumVersion) =>
      can(cluster, { source, target, port: "80" }, { assumptions: { dataplane: "cilium", ciliumVersion, ...given } })
        .answer,
  );
}

/** Why policies are refused in a version. */
function refusals(text: string, ciliumVersion: Assumptions["ciliumVersion"]): readonly string[] {
  const cluster = readManifests([{ name: "cluster.yaml", text: world + text }]);
  const { findings } = analyzeCluster(cluster, { assumptions: { ciliumVersion } });
  return findings
    .filter(({ ruleId }) => /^(?:invalid-policy|except-outside-cidr)$/.test(ruleId))
    .map(({ message }) => message);
}

describe("what versions of Cilium do not have, or read otherwise", () => {
  it("up to 1.19 a block may except a wider one, if it has its address: nothing is left of it", () => {
    const wide = policyOf("ingress: [{fromCIDRSet: [{cidr: 10.0.0.0/24, except: [10.0.0.0/8]}]}]");
    expect(inEach(wide, ["10.0.0.1", "a/web"])).toEqual(["no", "no", "no", "no", "yes"]);
    expect(refusals(wide, "1.20")[0]).toContain("since Cilium 1.20 the agent refuses except");
    const elsewhere = policyOf("ingress: [{fromCIDRSet: [{cidr: 10.0.1.0/24, except: [10.0.0.0/8]}]}]");
    expect(inEach(elsewhere, ["a/db", "a/web"])).toEqual(versions.map(() => "yes"));
    expect(refusals(elsewhere, "1.19")).toHaveLength(1);
  });

  it("the entity cluster-mesh is there since 1.20, and is the pods of every cluster", () => {
    const mesh = policyOf("ingress: [{fromEntities: [cluster-mesh]}]");
    const other = pod("a/far", "{app: far, io.cilium.k8s.policy.cluster: other}");
    expect(inEach(mesh + other, ["a/far", "a/web"])).toEqual(["yes", "yes", "yes", "yes", "yes"]);
    expect(inEach(mesh + other, ["reserved:health", "a/web"])).toEqual(["yes", "yes", "yes", "yes", "yes"]);
    expect(inEach(mesh, ["203.0.113.9", "a/web"])).toEqual(["yes", "yes", "yes", "yes", "no"]);
    const own = policyOf("ingress: [{fromEntities: [cluster]}]");
    expect(inEach(own + other, ["a/far", "a/web"])).toEqual(versions.map(() => "no"));
    expect(refusals(mesh, "1.19")[0]).toContain("cluster-mesh: it is there since Cilium 1.20");
  });

  it("cidrGroupSelector is there since 1.17", () => {
    const group =
      "---\n{apiVersion: cilium.io/v2, kind: CiliumCIDRGroup, metadata: {name: g, labels: {of: us}}, spec: {externalCIDRs: [203.0.113.0/24]}}\n";
    const selected = policyOf("ingress: [{fromCIDRSet: [{cidrGroupSelector: {matchLabels: {of: us}}}]}]");
    expect(inEach(selected + group, ["203.0.113.9", "a/web"])).toEqual(versions.map(() => "yes"));
    expect(inEach(selected + group, ["198.51.100.1", "a/web"])).toEqual(["yes", "no", "no", "no", "no"]);
    expect(refusals(selected, "1.16")[0]).toContain("cidrGroupSelector: it is there since Cilium 1.17");
  });

  it("toServices means the pods of a Service since 1.17, and stands beside toPorts since then", () => {
    const alone = policyOf("egress: [{toServices: [{k8sService: {serviceName: s, namespace: a}}]}]");
    expect(inEach(alone + service("s"), ["a/web", "a/db"])).toEqual(["no", "yes", "yes", "yes", "yes"]);
    expect(inEach(alone + service("s"), ["a/web", "203.0.113.9"])).toEqual(versions.map(() => "no"));
    const onPorts = alone.replace("}}]}]", '}}], toPorts: [{ports: [{port: "80"}]}]}]');
    expect(refusals(onPorts, "1.16")[0]).toContain("the agent refuses toPorts beside toServices");
    expect(inEach(onPorts + service("s"), ["a/web", "a/db"])).toEqual(versions.map(() => "yes"));
    expect(inEach(onPorts + service("s"), ["a/web", "203.0.113.9"])).toEqual(["yes", "no", "no", "no", "no"]);
    expect(inEach(onPorts.replace("egress:", "egressDeny:"), ["a/web", "a/db"])).toEqual(["yes", ...fromOn("no")]);
    // Of a Service without pods and without addresses nothing is resolved in any version.
    expect(inEach(onPorts + withoutAddresses("s"), ["a/web", "203.0.113.9"])).toEqual(versions.map(() => "yes"));
    expect(inEach(alone + withoutAddresses("s"), ["a/web", "203.0.113.9"])).toEqual(versions.map(() => "no"));
  });

  it("toServices means everybody on its ports only where none of its Services is resolved", () => {
    const both = policyOf(
      'egress: [{toServices: [{k8sService: {serviceName: s}}, {k8sService: {serviceName: t}}], toPorts: [{ports: [{port: "80"}]}]}]',
    );
    const empty = service("s") + withoutAddresses("t");
    expect(inEach(both + empty, ["a/web", "a/db"])).toEqual(versions.map(() => "yes"));
    expect(inEach(both + empty, ["a/web", "203.0.113.9"])).toEqual(["yes", ...fromOn("no")]);
    expect(inEach(both + service("s"), ["a/web", "203.0.113.9"])).toEqual(["yes", ...fromOn("unknown")]);
    const absent = { ciliumMissingObjects: "absent" } as const;
    expect(inEach(both + service("s"), ["a/web", "203.0.113.9"], absent)).toEqual(["yes", ...fromOn("no")]);
    expect(inEach(both, ["a/web", "203.0.113.9"], absent)).toEqual(versions.map(() => "yes"));
    const unnamed = policyOf('egress: [{toServices: [{}], toPorts: [{ports: [{port: "80"}]}]}]');
    expect(inEach(unnamed, ["a/web", "203.0.113.9"])).toEqual(versions.map(() => "yes"));
    expect(inEach(policyOf("egress: [{toServices: [{}]}]"), ["a/web", "203.0.113.9"])).toEqual(
      versions.map(() => "no"),
    );
  });

  it.each([
    ["{matchLabels: {app: s}}", "yes yes yes"],
    ["{matchLabels: {app: t}}", "no no no"],
    ["{}", "no yes yes"],
    ["{matchLabels: {}}", "yes yes yes"],
    ["{matchLabels: {'k8s:app': s}}", "no yes yes"],
    ["{matchLabels: {'k8s:app': t}}", "no yes no"],
    ["{matchLabels: {example.com/name: s}}", "yes no yes"],
    ["{matchLabels: {x.app: s}}", "no yes no"],
    ["{matchLabels: {'a b': s}}", "no yes no"],
    ["{matchExpressions: [{key: app, operator: In}]}", "no yes no"],
    ["{matchExpressions: [{key: app, operator: NotIn}]}", "no yes yes"],
    ["{matchExpressions: [{key: app, operator: Exists, values: [z]}]}", "no yes yes"],
    ["{matchExpressions: [{key: app, operator: NotIn, values: ['a b']}]}", "no yes yes"],
    ["{matchExpressions: [{key: 'k8s:app', operator: DoesNotExist}]}", "no yes no"],
  ])("no agent checks a selector of Services: %s means one in 1.18, 1.19 and 1.20: %s", (selector, means) => {
    const by = policyOf(`egress: [{toServices: [{k8sServiceSelector: {selector: ${selector}}}]}]`);
    const labels = "{app: s, example.com/name: s}";
    const absent = { ciliumMissingObjects: "absent" } as const;
    expect(
      inEach(by + service("s", labels), ["a/web", "a/db"], absent)
        .slice(2)
        .join(" "),
    ).toBe(means);
    expect(refusals(by, "1.20").join()).not.toContain("refuses");
  });

  it("NetworkPolicies with an ipBlock in ingress are refused by 1.18 where selectors mean the own cluster", () => {
    const blocks = policy(
      "a/p",
      "podSelector: {}\ningress: [{from: [{podSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}]}]",
    );
    const own = { ciliumDefaultCluster: "own" } as const;
    expect(inEach(blocks, ["203.0.113.9", "a/web"], own)).toEqual(["no", "no", "yes", "no", "no"]);
    expect(inEach(blocks, ["203.0.113.9", "a/web"])).toEqual(versions.map(() => "no"));
    const leaving = policy(
      "a/p",
      "podSelector: {}\npolicyTypes: [Egress]\negress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]",
    );
    expect(inEach(leaving, ["a/web", "203.0.113.9"], own)).toEqual(versions.map(() => "no"));
    const cluster = readManifests([{ name: "cluster.yaml", text: world + blocks }]);
    const assumptions = { dataplane: "cilium", ciliumVersion: "1.18", ...own } as const;
    expect(analyzeCluster(cluster, { assumptions }).findings.map(({ message }) => message)).toContainEqual(
      "NetworkPolicy a/p is not in force: spec.ingress[0].from[1]: Cilium 1.18 refuses a NetworkPolicy with an ipBlock in ingress where policy-default-local-cluster is on",
    );
  });

  it("who asks for the own cluster of a mesh asks for a label: up to 1.18 the world is not meant with it", () => {
    const not = "{key: io.kubernetes.pod.namespace, operator: NotIn, values: [b]}";
    const egress = (more: string): string => policyOf(`egress: [{toEndpoints: [{matchExpressions: [${not}${more}]}]}]`);
    expect(inEach(egress(""), ["a/web", "203.0.113.9"])).toEqual(["yes", "yes", "yes", "no", "no"]);
    for (const asks of ["operator: In, values: [default]", "operator: Exists"]) {
      const ofCluster = egress(`, {key: io.cilium.k8s.policy.cluster, ${asks}}`);
      expect(inEach(ofCluster, ["a/web", "203.0.113.9"])).toEqual(versions.map(() => "no"));
      expect(inEach(ofCluster, ["a/web", "a/db"])).toEqual(versions.map(() => "yes"));
    }
    const others = egress(", {key: io.cilium.k8s.policy.cluster, operator: NotIn, values: [other]}");
    expect(inEach(others, ["a/web", "203.0.113.9"])).toEqual(["yes", "yes", "yes", "no", "no"]);
  });

  it("policy-default-local-cluster is there since 1.18", () => {
    const mesh =
      policyOf("ingress: [{fromEndpoints: [{}]}]") + pod("a/far", "{app: far, io.cilium.k8s.policy.cluster: other}");
    const own = { ciliumDefaultCluster: "own" } as const;
    expect(inEach(mesh, ["a/far", "a/web"], own)).toEqual(["yes", "yes", "no", "no", "no"]);
  });

  it("the service account of a pod is in its identity since 1.18, whatever `labels` says", () => {
    const ofAccount = policyOf(
      "ingress: [{fromEndpoints: [{matchLabels: {io.cilium.k8s.policy.serviceaccount: default}}]}]",
    );
    expect(inEach(ofAccount, ["a/db", "a/web"])).toEqual(versions.map(() => "yes"));
    const listed = { ciliumIdentityLabels: "k8s:app" };
    expect(inEach(ofAccount, ["a/db", "a/web"], listed)).toEqual(["no", "no", "yes", "yes", "yes"]);
    const out = { ciliumIdentityLabels: "k8s:!app" };
    expect(inEach(ofAccount, ["a/db", "a/web"], out)).toEqual(versions.map(() => "yes"));
  });

  it("ciliumExtendedProtocols: a port may be left out since 1.19, with enable-extended-ip-protocols; protocols without ports have none", () => {
    const left = policyOf("ingress: [{fromEntities: [cluster], toPorts: [{ports: [{protocol: TCP}]}]}]");
    expect(inEach(left, ["203.0.113.9", "a/web"])).toEqual(versions.map(() => "yes"));
    const on = { ciliumExtendedProtocols: true };
    expect(inEach(left, ["203.0.113.9", "a/web"], on)).toEqual(["yes", "yes", "yes", "no", "no"]);
    expect(inEach(left, ["a/db", "a/web"], on)).toEqual(versions.map(() => "yes"));
    expect(refusals(left, "1.20")[0]).toContain("enable-extended-ip-protocols");
    const vrrp = policyOf('ingress: [{toPorts: [{ports: [{port: "0", protocol: VRRP}]}]}]');
    expect(inEach(vrrp, ["a/db", "a/web"])).toEqual(["yes", "yes", "yes", "no", "no"]);
    const gre = policyOf('ingress: [{toPorts: [{ports: [{port: "0", protocol: GRE}]}]}]');
    expect(inEach(gre, ["a/db", "a/web"])).toEqual(["yes", "yes", "yes", "yes", "no"]);
    expect(refusals(vrrp.replace('"0"', '"80"'), "1.20")[0]).toContain('the agent refuses port "80" of VRRP');
    for (const protocol of ["tcp", "ICMP"])
      expect(refusals(vrrp.replace("VRRP", protocol), "1.20")[0]).toContain(`the CRD refuses protocol "${protocol}"`);
  });

  it("ciliumAuthentication: without mesh-auth-enabled nothing passes that must be authenticated, whatever allows it beside", () => {
    const entry = 'fromEntities: [all], toPorts: [{ports: [{port: "80", protocol: TCP}]}]';
    const needed = policyOf(`ingress: [{${entry}, authentication: {mode: required}}]`);
    const off = { ciliumAuthentication: "disabled" } as const;
    expect(inEach(needed, ["a/db", "a/web"])).toEqual(versions.map(() => "yes"));
    expect(inEach(needed, ["a/db", "a/web"], off)).toEqual(versions.map(() => "no"));
    const beside = policyOf(`ingress: [{${entry}, authentication: {mode: required}}, {${entry}}]`);
    expect(inEach(beside, ["a/db", "a/web"], off)).toEqual(versions.map(() => "no"));
    const wider = policyOf(`ingress: [{${entry}, authentication: {mode: required}}, {fromEntities: [cluster]}]`);
    expect(inEach(wider, ["a/db", "a/web"], off)).toEqual(versions.map(() => "no"));
    // A wider rule asks it of narrower ones, too, but of one that says that nobody has to.
    const narrower = (mode: string): string =>
      policyOf(`ingress: [{fromEntities: [all], authentication: {mode: required}}, {${entry}${mode}}]`);
    expect(inEach(narrower(""), ["a/db", "a/web"], off)).toEqual(versions.map(() => "no"));
    expect(inEach(narrower(", authentication: {mode: disabled}"), ["a/db", "a/web"], off)).toEqual(
      versions.map(() => "unknown"),
    );
    const elsewhere = needed.replace(
      "authentication: {mode: required}}",
      "authentication: {mode: required}}, {fromEndpoints: [{}], toPorts: [{ports: [{port: '81', protocol: TCP}]}]}",
    );
    expect(
      can(
        readManifests([{ name: "c.yaml", text: world + elsewhere }]),
        { source: "a/db", target: "a/web", port: "81" },
        { assumptions: off },
      ).answer,
    ).toBe("yes");
    const cluster = readManifests([{ name: "c.yaml", text: world + needed }]);
    const { restsOn } = can(cluster, { source: "a/db", target: "a/web", port: "80" });
    expect(restsOn).toContain("ciliumAuthentication");
    // Since 1.19 that is the default.
    const byVersion = { ciliumAuthentication: "version" } as const;
    expect(inEach(needed, ["a/db", "a/web"], byVersion)).toEqual(["yes", "yes", "yes", "no", "no"]);
    const config =
      '---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: cilium-config, namespace: kube-system}, data: {mesh-auth-enabled: "false"}}\n';
    expect(inEach(needed + config, ["a/db", "a/web"])).toEqual(versions.map(() => "no"));
  });

  it("test-always-fail lets nothing pass of what it is about, whatever allows it beside, but where a rule asks nobody", () => {
    const failing = (rest: string): string =>
      policyOf(`ingress: [{fromEntities: [all], authentication: {mode: test-always-fail}}${rest}]`);
    expect(inEach(failing(""), ["a/db", "a/web"])).toEqual(versions.map(() => "no"));
    expect(inEach(failing(", {fromEndpoints: [{}]}"), ["a/db", "a/web"])).toEqual(versions.map(() => "no"));
    const cluster = readManifests([{ name: "c.yaml", text: world + failing("") }]);
    const { steps } = explain(cluster, { source: "a/db", target: "a/web", port: "80" }).ingress;
    expect(steps.map(({ because }) => because)).toContain("denies TCP 80, as it must be authenticated and is not");
    const free = ", {fromEndpoints: [{}], authentication: {mode: disabled}}";
    expect(inEach(failing(free), ["a/db", "a/web"])).toEqual(versions.map(() => "unknown"));
  });

  it("a cluster-wide peer that names namespaces by their own label is met by pods alone, in whatever version", () => {
    const not = (key: string): string =>
      `---\n{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: c}, spec: {endpointSelector: {}, ingress: [{fromEndpoints: [{matchExpressions: [{key: ${key}, operator: NotIn, values: [b]}]}]}]}}\n`;
    const byLabel = not("io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name");
    expect(inEach(byLabel, ["203.0.113.7", "a/web"])).toEqual(versions.map(() => "no"));
    expect(inEach(byLabel, ["a/db", "a/web"])).toEqual(versions.map(() => "yes"));
    const ofOthers = ["yes", "yes", "yes", "no", "no"];
    expect(inEach(not("io.kubernetes.pod.namespace"), ["203.0.113.7", "a/web"])).toEqual(ofOthers);
  });

  it("a cidrGroupSelector that asks for no label may match endpoints up to 1.19, and since then where blocks match pods", () => {
    const lacking = policyOf(
      "ingress: [{fromCIDRSet: [{cidrGroupSelector: {matchExpressions: [{key: x, operator: DoesNotExist}]}}]}]",
    );
    const ends = ["reserved:ingress", "a/web"] as const;
    expect(inEach(lacking, ends)).toEqual(["yes", "unknown", "unknown", "unknown", "no"]);
    expect(inEach(lacking, ends, { ipBlockMatchesPods: true }).at(-1)).toBe("unknown");
  });

  it("a key that begins with its colon is of any source up to 1.19, and refused since", () => {
    const keyed = policyOf('ingress: [{fromEndpoints: [{matchLabels: {":app": db}}]}]');
    expect(inEach(keyed, ["a/db", "a/web"])).toEqual(versions.map(() => "yes"));
    const other = policyOf('ingress: [{fromEndpoints: [{matchLabels: {":app": web}}]}]');
    expect(inEach(other, ["a/db", "a/web"])).toEqual(["no", "no", "no", "no", "yes"]);
  });

  it("up to 1.19 $ is the source of identities, and what follows = in a key is dropped; both are refused since", () => {
    const keyed = (key: string): string =>
      policyOf(`ingress: [{fromEndpoints: [{matchExpressions: [{key: "${key}", operator: Exists}]}]}]`);
    expect(inEach(keyed("app=x"), ["a/db", "a/web"])).toEqual(versions.map(() => "yes"));
    expect(inEach(keyed("$health"), ["a/db", "a/web"])).toEqual(["no", "no", "no", "no", "yes"]);
    expect(inEach(keyed("$health"), ["reserved:health", "a/web"])).toEqual(versions.map(() => "yes"));
  });

  it("limits hold up to 1.17 where nothing isolates: other look-ups are dropped, of other requests it is in doubt", () => {
    const limited = (rules: string, more = ""): string =>
      policyOf(
        `enableDefaultDeny: {egress: false}, egress: [{toEndpoints: [{}], toPorts: [{ports: [{port: "53", protocol: TCP}], rules: ${rules}}]}${more}]`,
      );
    const asked = (text: string, request: AskedRequest): readonly Answer[] => {
      const cluster = readManifests([{ name: "cluster.yaml", text: world + text }]);
      const question = { source: "a/web", target: "a/db", port: "53", request };
      return versions.map((ciliumVersion) => can(cluster, question, { assumptions: { ciliumVersion } }).answer);
    };
    const lookUps = "{dns: [{matchName: one.example}]}";
    const one = { type: "dns", name: "one.example" } as const;
    const other = { ...one, name: "other.example" };
    expect(asked(limited(lookUps), one)).toEqual(versions.map(() => "yes"));
    expect(asked(limited(lookUps), other)).toEqual(["no", "no", "yes", "yes", "yes"]);
    const lifted = limited(lookUps, ', {toEndpoints: [{}], toPorts: [{ports: [{port: "53", protocol: TCP}]}]}');
    expect(asked(lifted, other)).toEqual(versions.map(() => "yes"));
    expect(asked(limited(lookUps, ", {toEndpoints: [{}]}"), other)).toEqual(["no", "no", "yes", "yes", "yes"]);
    expect(asked(limited("{http: [{method: GET}]}"), { type: "http", method: "POST", path: "/" })).toEqual([
      "unknown",
      "unknown",
      "yes",
      "yes",
      "yes",
    ]);
  });

  it("endPort beside port 0 ends a range up to 1.19, and says nothing since", () => {
    const until = (endPort: number): string =>
      policyOf(
        `ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: "0", endPort: ${endPort}, protocol: TCP}]}]}]`,
      );
    expect(inEach(until(79), ["a/db", "a/web"])).toEqual(["no", "no", "no", "no", "yes"]);
    expect(inEach(until(80), ["a/db", "a/web"])).toEqual(versions.map(() => "yes"));
  });

  it("a type of ICMP that no message has is not refused where it is a number, and matches nothing", () => {
    const typed = policyOf("ingress: [{icmps: [{fields: [{type: 300}]}]}]");
    expect(inEach(typed, ["a/db", "a/web"])).toEqual(versions.map(() => "no"));
    const { problems } = readManifests([{ name: "c.yaml", text: world + typed }]);
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ["matches-nothing", "no message of ICMP is of type 300: write a number from 0 to 255"],
    ]);
  });

  it("nodes of a ClusterNetworkPolicy are seen by the labels that node-labels lets into their identities", () => {
    const node =
      "---\n{apiVersion: v1, kind: Node, metadata: {name: node-1, labels: {zone: z, rack: r}}, status: {addresses: [{type: InternalIP, address: 192.0.2.1}]}}\n";
    const to = (label: string): string =>
      `---\n{apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: k}, spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [{name: d, action: Deny, to: [{nodes: {matchLabels: {${label}}}}]}]}}\n`;
    const some = { ciliumNodeLabels: "zone" };
    expect(inEach(node + to("zone: z"), ["a/web", "192.0.2.1"], some).at(-1)).toBe("no");
    expect(inEach(node + to("rack: r"), ["a/web", "192.0.2.1"], some).at(-1)).toBe("yes");
    expect(inEach(node + to("rack: r"), ["a/web", "192.0.2.1"], { ciliumNodeLabels: "all" }).at(-1)).toBe("no");
  });
});
