import { can } from "@npa/core";
import { describe, expect, it } from "vitest";
import type { Assumptions } from "../../src/model/assumptions.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { completeAssumptions } from "../../src/analysis/connectivity.ts";
import { underAssumptions } from "../../src/semantics/under-assumptions.ts";

const pods = ["web", "db"]
  .map((name) => `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}}`)
  .join("\n---\n");

function read(spec: string): Cluster {
  const text = `${pods}\n---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: ${spec}`;
  return readManifests([{ name: "a.yaml", text }]);
}

/** Who refuses an entry of egress of all pods, and why. */
function refusal(entry: string, ciliumVersion: Assumptions["ciliumVersion"] = "1.20"): string {
  const cluster = read(`{endpointSelector: {}, egress: [${entry}]}`);
  const { refusedPolicies } = underAssumptions(
    cluster,
    completeAssumptions({ assumptions: { ciliumVersion } }, cluster),
  );
  return refusedPolicies.map(({ by = "server", reasons }) => `${by}: ${reasons.join()}`).join();
}

const port = (written: string): string => `{toEntities: [all], toPorts: [{ports: [${written}]}]}`;
const limited = (ports: string, rules: string): string =>
  `{toEntities: [all], toPorts: [{ports: [${ports}], rules: ${rules}}]}`;
const tcp = '{port: "80", protocol: TCP}';

describe("what is refused of Cilium's policies", () => {
  it("a port that is no text", () => {
    const cluster = read(`{endpointSelector: {}, egress: [${port("{port: 80, protocol: TCP}")}]}`);
    expect(cluster.problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      "wrong-type: port is the number 80 but must be a string: quote it",
    ]);
    expect(cluster.policies).toEqual([]);
  });

  it.each([
    ["080", "agent"],
    ["65536", "agent"],
    ["a-name-too-long-by-far", "agent"],
    ["-1", "server"],
    ["+80", "server"],
  ])("port %j is neither a number of Go nor a name", (text, by) => {
    expect(refusal(port(`{port: "${text}"}`))).toMatch(new RegExp(`^${by}: .*port`));
  });

  it.each(["010", "0", "8_0", "0x50", "https", "65535"])("port %j is accepted", (text) => {
    expect(refusal(port(`{port: "${text}"}`))).toBe("");
  });

  it.each([
    ["an end of a range beyond all ports", port('{port: "80", endPort: 65536}'), "server"],
    ["HTTP without a protocol", limited('{port: "80"}', "{http: [{}]}"), "agent"],
    ["HTTP of ANY", limited('{port: "80", protocol: ANY}', "{http: [{}]}"), "agent"],
    ["a range of DNS", limited('{port: "53", endPort: 54, protocol: UDP}', '{dns: [{matchPattern: "*"}]}'), "agent"],
    ["rules of no kind", limited(tcp, "{}"), "server"],
    ["rules of two kinds", limited(tcp, '{http: [{}], dns: [{matchPattern: "*"}]}'), "server"],
    ["a name of DNS that is empty", '{toFQDNs: [{matchPattern: ""}]}', "server"],
    ["a name of DNS that is none", "{toFQDNs: [{}]}", "server"],
    ["a name of DNS twice", "{toFQDNs: [{matchName: a.b, matchPattern: a.b}]}", "server"],
    ["a header without a name", limited(tcp, "{http: [{headerMatches: [{value: a}]}]}"), "server"],
    ["an unknown mismatch", limited(tcp, "{http: [{headerMatches: [{name: A, mismatch: DROP}]}]}"), "server"],
    ["authentication without a mode", "{toEntities: [all], authentication: {}}", "server"],
    ["a type of ICMP that only agents know", "{icmps: [{fields: [{type: ExtendedEchoReply}]}]}", "server"],
  ])("%s", (_, entry, by) => {
    expect(refusal(entry)).toMatch(new RegExp(`^${by}: `));
  });

  it("takes what is accepted", () => {
    expect(refusal(limited(tcp, "{http: []}"))).toBe("");
    expect(refusal(limited('{port: "53", endPort: 53}', '{dns: [{matchPattern: "*"}]}'))).toBe("");
    expect(refusal(port("{port: dns, protocol: VRRP}"))).toBe("");
  });

  it("keys of groups have no source up to 1.19", () => {
    const group = "{toCIDRSet: [{cidrGroupSelector: {matchLabels: {'cidrgroup:kind': a}}}]}";
    expect(refusal(group)).toBe("");
    expect(refusal(group, "1.19")).toMatch(/^agent: .*cidrgroup:kind/);
  });

  it.each([
    ["HTTP on a range", limited('{port: "80", endPort: 90, protocol: TCP}', "{http: [{}]}")],
    ["except beside a group", "{toCIDRSet: [{cidrGroupRef: g, except: [10.0.0.0/8]}]}"],
  ])("%s is there since 1.17", (_, entry) => {
    expect(refusal(entry, "1.17")).toBe("");
    expect(refusal(entry, "1.16")).toMatch(/^agent: .* since Cilium 1.17/);
  });

  it("names of more than 255 characters are refused since 1.17", () => {
    const named = (length: number): string => `{toFQDNs: [{matchName: ${"a".repeat(length)}}]}`;
    expect(refusal(named(256), "1.16")).toBe("");
    expect(refusal(named(256), "1.17")).toMatch(/the CRD refuses .*255/);
    expect(refusal(named(255))).toBe("");
  });

  it("dns rules of a policy for hosts are there since 1.17", () => {
    const refused = (ciliumVersion: Assumptions["ciliumVersion"]): readonly string[] => {
      const text = `apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: h}\nspec: {nodeSelector: {}, egress: [${limited('{port: "53"}', '{dns: [{matchPattern: "*"}]}')}]}`;
      const cluster = readManifests([{ name: "a.yaml", text }]);
      return underAssumptions(
        cluster,
        completeAssumptions({ assumptions: { ciliumVersion } }, cluster),
      ).refusedPolicies.flatMap(({ reasons }) => reasons);
    };
    expect(refused("1.17")).toEqual([]);
    expect(refused("1.16")).toEqual([expect.stringContaining("since Cilium 1.17")]);
  });

  const asked = (key: string): string => `{toEndpoints: [{matchExpressions: [{key: "${key}", operator: Exists}]}]}`;

  it.each(["K8S:kubernetes.io/x", "a".repeat(60), `k8s:${"a".repeat(60)}`, `${"a.".repeat(125)}a/x`])(
    "key %j is one with its source before it up to 1.19, and too long or in capitals",
    (key) => {
      expect(refusal(asked(key))).toBe("");
      expect(refusal(asked(key), "1.19")).toMatch(/^agent: .*up to Cilium 1.19 the agent refuses the key/);
      expect(refusal(asked(key), "1.16")).toMatch(/^agent: /);
    },
  );

  it.each(["Any:app", "K8S:app", "k8s:kubernetes.io/x", "a".repeat(59), `${"a.".repeat(124)}a/x`])(
    "key %j is accepted",
    (key) => {
      expect(refusal(asked(key))).toBe("");
      expect(refusal(asked(key), "1.19")).toBe("");
    },
  );

  it.each(["$host", "app=x", "a.b:c", ":app"])("key %j is accepted up to 1.19", (key) => {
    expect(refusal(asked(key))).toMatch(/^agent: .*since Cilium 1.20/);
    expect(refusal(asked(key), "1.19")).toBe("");
  });

  it.each(["a:b:c", ":", "app:", "$a:b"])("key %j is refused by all", (key) => {
    expect(refusal(asked(key))).toMatch(/^agent: /);
    expect(refusal(asked(key), "1.19")).toMatch(/^agent: /);
  });

  it("kafka and l7proto are refused since 1.20, as nothing is left of the rules; before, they limit", () => {
    const kafka = limited(tcp, "{kafka: [{topic: a}]}");
    expect(refusal(kafka)).toContain("gone since Cilium 1.20");
    expect(refusal(kafka, "1.19")).toBe("");
    const { answer, limited: limits } = can(
      read(`{endpointSelector: {}, egress: [${kafka}]}`),
      { source: "shop/web", target: "shop/db", port: "80" },
      { assumptions: { ciliumVersion: "1.19" } },
    );
    expect([answer, limits?.length]).toEqual(["yes", 1]);
  });
});
