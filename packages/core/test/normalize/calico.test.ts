import { describe, expect, it } from "vitest";
import { can } from "../../src/analysis/connectivity.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

const pods = ["web", "db"]
  .map(
    (name, i) =>
      `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}, status: {podIPs: [{ip: 10.0.0.${i + 1}}]}}`,
  )
  .join("\n---\n");

function read(...documents: readonly string[]): Cluster {
  return readManifests([{ name: "a.yaml", text: [pods, ...documents].join("\n---\n") }]);
}

function policy(name: string, spec: string, apiVersion = "projectcalico.org/v3"): string {
  return `apiVersion: ${apiVersion}\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: shop}\nspec: ${spec}`;
}

function answer(cluster: Cluster, source: string, target: string): string {
  return can(cluster, { source, target, port: "80" }).answer;
}

describe("Calico's kinds", () => {
  it("decide in the order of tiers, then of policies, beside NetworkPolicies at 1000", () => {
    const deny = policy("deny", "{order: 2000, selector: app == 'db', ingress: [{action: Deny}]}");
    const allow = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: np, namespace: shop}\nspec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}`;
    expect(answer(read(deny), "shop/web", "shop/db")).toBe("no");
    expect(answer(read(deny, allow), "shop/web", "shop/db")).toBe("yes");
    expect(answer(read(deny.replace("2000", "10"), allow), "shop/web", "shop/db")).toBe("no");
  });

  it("pass where the tier's default action does", () => {
    const tier =
      "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: first}\nspec: {order: 1, defaultAction: Pass}";
    const inTier = policy("first.p", "{tier: first, selector: app == 'db', types: [Ingress]}");
    expect(answer(read(tier, inTier), "shop/web", "shop/db")).toBe("yes");
    expect(answer(read(tier.replace("Pass", "Deny"), inTier), "shop/web", "shop/db")).toBe("no");
  });

  it.each(["doNotTrack", "preDNAT"])("are about host endpoints only with %s, and no pod is isolated", (field) => {
    const text = `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: hosts}\nspec: {selector: all(), ${field}: true, applyOnForward: true, types: [Ingress], ingress: [{action: Deny}]}`;
    const cluster = read(text);
    expect(answer(cluster, "shop/web", "shop/db")).toBe("yes");
    expect(cluster.policies).toHaveLength(1);
    expect(cluster.notEvaluated).toMatchObject([{ ref: { name: "hosts" }, reason: expect.stringContaining(field) }]);
    const namespaced = read(policy("p", `{selector: all(), ${field}: true, applyOnForward: true}`));
    expect(namespaced.problems.map(({ code }) => code)).toContain("unknown-field");
  });

  it("are refused where preDNAT comes with egress", () => {
    const text = `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: hosts}\nspec: {preDNAT: true, applyOnForward: true, types: [Egress]}`;
    expect(read(text).refusedPolicies).toMatchObject([{ reasons: [expect.stringContaining("ingress only")] }]);
  });

  it("find host endpoints by the labels of their profiles, of which their own are stronger", () => {
    const profile =
      "apiVersion: projectcalico.org/v3\nkind: Profile\nmetadata: {name: edge}\nspec: {labelsToApply: {role: edge, zone: a}}";
    const host =
      "apiVersion: projectcalico.org/v3\nkind: HostEndpoint\nmetadata: {name: host, labels: {zone: b}}\nspec: {node: one, expectedIPs: [192.168.0.9], profiles: [edge]}";
    const from = (selector: string) =>
      `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: p}\nspec: {selector: app == 'db', ingress: [{action: Allow, source: {selector: "${selector}"}}]}`;
    const of = (selector: string): string => answer(read(profile, host, from(selector)), "192.168.0.9", "shop/db");
    expect([of("role == 'edge'"), of("zone == 'b'"), of("zone == 'a'")]).toEqual(["yes", "yes", "no"]);
  });

  it("may mean any address by names of DNS, in a rule or in a set that it finds", () => {
    const rule = (destination: string): string =>
      policy(
        "p",
        `{selector: app == 'web', types: [Egress], egress: [{action: Allow, destination: {${destination}}}]}`,
      );
    const named = read(rule("domains: ['*.example.com']"));
    expect(answer(named, "shop/web", "203.0.113.1")).toBe("unknown");
    expect(named.problems).toMatchObject([{ code: "suspicious-value", severity: "warning" }]);
    const set =
      "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: {name: s, labels: {role: api}}\nspec: {nets: [198.51.100.0/24], allowedEgressDomains: [api.example.com]}";
    const found = read(set, rule("selector: role == 'api', namespaceSelector: global()"));
    expect(answer(found, "shop/web", "203.0.113.1")).toBe("unknown");
    expect(answer(found, "shop/web", "198.51.100.1")).toBe("yes");
    expect(answer(found, "shop/web", "shop/db")).toBe("no");
  });

  it("take labels of namespaces and accounts that the input does not define from their profiles", () => {
    const kns =
      "apiVersion: projectcalico.org/v3\nkind: Profile\nmetadata: {name: kns.shop}\nspec: {labelsToApply: {pcns.projectcalico.org/name: shop, pcns.env: prod}, ingress: [{action: Allow}], egress: [{action: Allow}]}";
    const ksa =
      "apiVersion: projectcalico.org/v3\nkind: Profile\nmetadata: {name: ksa.shop.default}\nspec: {labelsToApply: {pcsa.projectcalico.org/name: default, pcsa.team: a}}";
    const of = (source: string): string =>
      answer(
        read(kns, ksa, policy("p", `{selector: app == 'db', ingress: [{action: Allow, source: {${source}}}]}`)),
        "shop/web",
        "shop/db",
      );
    expect(of("namespaceSelector: env == 'prod'")).toBe("yes");
    expect(of("namespaceSelector: env == 'dev'")).toBe("no");
    expect(of("serviceAccounts: {selector: team == 'a'}")).toBe("yes");
    expect(of("serviceAccounts: {selector: team == 'b'}")).toBe("no");
    expect(read(kns).notEvaluated).toEqual([]);
    const own =
      "apiVersion: projectcalico.org/v3\nkind: Profile\nmetadata: {name: mine}\nspec: {ingress: [{action: Deny}]}";
    expect(read(own).notEvaluated).toMatchObject([{ ref: { name: "mine" }, mayChange: {} }]);
  });

  it("are told of where the agent drops what pods send to their own node", () => {
    const felix =
      "apiVersion: projectcalico.org/v3\nkind: FelixConfiguration\nmetadata: {name: default}\nspec: {defaultEndpointToHostAction: Drop}";
    const host = "{apiVersion: v1, kind: Pod, metadata: {name: host, namespace: shop}, spec: {hostNetwork: true}}";
    const { notes } = can(read(felix, host), { source: "shop/web", target: "shop/host", port: "80" });
    expect(notes.some((note) => note.includes("defaultEndpointToHostAction: Drop"))).toBe(true);
    const accepts = can(read(felix.replace("Drop", "Accept"), host), {
      source: "shop/web",
      target: "shop/host",
      port: "80",
    });
    expect(accepts.notes.join()).not.toContain("defaultEndpointToHostAction");
  });

  it("are one object when both groups serve it", () => {
    const both = read(
      policy("p", "{selector: app == 'db'}"),
      policy("default.p", "{selector: app == 'db', types: [Ingress]}", "crd.projectcalico.org/v1"),
    );
    expect(both.policies).toHaveLength(1);
  });

  it("say with a column what is wrong with a selector, and are not in force", () => {
    const cluster = read(policy("p", "{selector: app = 'db'}"));
    expect(cluster.policies).toEqual([]);
    expect(cluster.problems).toMatchObject([
      {
        code: "invalid-policy",
        message: expect.stringContaining("at character 5"),
        location: { path: "spec.selector" },
      },
    ]);
  });

  it("find pods by the addresses of network sets", () => {
    const set =
      "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: {name: s, labels: {trusted: 'yes'}}\nspec: {nets: [10.0.0.1]}";
    const allow = `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: g}\nspec: {selector: app == 'db', ingress: [{action: Allow, source: {selector: trusted == 'yes'}}]}`;
    expect(answer(read(set, allow), "shop/web", "shop/db")).toBe("yes");
    expect(answer(read(allow), "shop/web", "shop/db")).toBe("no");
    expect(answer(read(set, allow), "10.0.0.9", "shop/db")).toBe("no");
  });

  it("leave a NetworkPolicy of the same name alone", () => {
    const np =
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: {podSelector: {}}";
    expect(read(np, policy("p", "{selector: app == 'db'}")).policies).toHaveLength(2);
  });

  it("have parts for rules that judge the pod itself, asked in order", () => {
    const own = policy(
      "p",
      "{selector: all(), ingress: [{action: Deny, destination: {selector: app == 'db'}}, {action: Allow}]}",
    );
    expect(answer(read(own), "shop/web", "shop/db")).toBe("no");
    expect(answer(read(own), "shop/db", "shop/web")).toBe("yes");
  });

  it("ask for addresses of the pod in the family of the traffic", () => {
    const own = policy("p", "{egress: [{action: Allow, source: {nets: [10.0.0.0/8]}}]}");
    expect(answer(read(own), "shop/web", "203.0.113.9")).toBe("yes");
    expect(answer(read(own), "shop/web", "2001:db8::1")).toBe("no");
  });

  it("look for parts of values, in pods that are only asked about, too", () => {
    const starts = policy(
      "p",
      "{selector: app == 'db', ingress: [{action: Allow, source: {selector: app starts with 'w'}}]}",
    );
    expect(answer(read(starts), "shop/web", "shop/db")).toBe("yes");
    expect(answer(read(starts), "app=worker in shop", "shop/db")).toBe("yes");
    expect(answer(read(starts), "app=cron in shop", "shop/db")).toBe("no");
  });

  it("do not know the labels of a service account that is not in the input", () => {
    const ofAccount = policy(
      "p",
      "{selector: app == 'db', ingress: [{action: Allow, source: {serviceAccounts: {selector: team == 'a'}}}]}",
    );
    const account =
      "{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: shop, labels: {team: a}}}";
    expect(answer(read(ofAccount), "shop/web", "shop/db")).toBe("unknown");
    expect(answer(read(ofAccount, account), "shop/web", "shop/db")).toBe("yes");
  });

  const deny = "{order: 5, selector: app == 'db', ingress: [{action: Deny}]}";
  const allow = "{order: 5, selector: app == 'db', ingress: [{action: Allow}]}";
  const stored = policy("s", "{selector: app == 'db', egress: [{action: Allow}]}", "crd.projectcalico.org/v1");
  const fromPort =
    "{selector: app == 'db', ingress: [{action: Allow, protocol: TCP, source: {ports: [1000]}}, {action: Deny}]}";
  const ofHttp = "{selector: app == 'db', ingress: [{action: Allow, http: {methods: [GET]}}, {action: Deny}]}";
  it.each([
    ["calicoTies", "name", [policy("b", deny), policy("a", allow)], "unknown", "yes"],
    ["calicoMissingTier", "ignore", [policy("gone.p", "{tier: gone, selector: app == 'db'}")], "no", "yes"],
    ["calicoCrdV1Types", "defaulted", [stored], "no", "yes"],
    ["calicoSourcePorts", "any", [policy("p", fromPort)], "unknown", "yes"],
    ["appLayerPolicy", "ignored", [policy("p", ofHttp)], "unknown", "yes"],
  ] as const)(
    "%s: what is not certain is bounded, unless it is assumed to be %s",
    (key, value, documents, open, assumed) => {
      const question = { source: "shop/web", target: "shop/db", port: "80" };
      const cluster = read(...documents);
      expect(can(cluster, question).answer).toBe(open);
      expect(can(cluster, question, { assumptions: { [key]: value } }).answer).toBe(assumed);
    },
  );

  it("that are staged are never in force, and named", () => {
    const staged =
      "{apiVersion: projectcalico.org/v3, kind: StagedNetworkPolicy, metadata: {name: s, namespace: shop}, spec: {selector: all()}}";
    const cluster = read(staged);
    expect(answer(cluster, "shop/web", "shop/db")).toBe("yes");
    expect(cluster.notEvaluated).toEqual([]);
    expect(cluster.staged?.objects).toMatchObject([{ ref: { kind: "StagedNetworkPolicy", name: "s" } }]);
  });
});
