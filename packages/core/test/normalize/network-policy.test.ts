import { describe, expect, it } from "vitest";
import type { Rule } from "../../src/model/policy.ts";
import { networkPolicyTier } from "../../src/semantics/tiers.ts";
import { formatRanges } from "../../src/sets/address-set.ts";
import { policyOf, policyText, readManifests } from "./read-manifests.ts";

function ingressRule(rule: string): Rule {
  const [only] = policyOf(`podSelector: {}\ningress:\n- ${rule}`).rules.ingress;
  if (only === undefined) throw new Error("no rule");
  return only;
}

const both = { ingress: true, egress: true };
const ingressOnly = { ingress: true, egress: false };

describe("rows 1 to 5: policyTypes and isolation", () => {
  it.each([
    ["row 1: absent means Ingress", "podSelector: {}", ingressOnly],
    ["row 1: [] means the same", "podSelector: {}\npolicyTypes: []", ingressOnly],
    ["row 1: null means the same", "podSelector: {}\npolicyTypes: null", ingressOnly],
    ["row 1: plus Egress when there is an egress rule", "podSelector: {}\negress: [{}]", both],
    ["row 2: absent and egress: [] does not isolate egress", "podSelector: {}\negress: []", ingressOnly],
    ["row 2: absent and egress: null does not isolate egress", "podSelector: {}\negress: null", ingressOnly],
    ["row 3: in any order", "policyTypes: [Egress, Ingress]", both],
    ["row 3: twice the same", "policyTypes: [Ingress, Ingress]", ingressOnly],
    ["row 4: a direction that is left out is not isolated", "policyTypes: [Ingress]\negress: [{}]", ingressOnly],
    ["row 5: no ingress", "podSelector: {}\npolicyTypes: [Ingress]", ingressOnly],
  ])("%s", (_name, spec, isolates) => {
    expect(policyOf(spec).isolates).toEqual(isolates);
  });

  it("row 4: rules of a direction that is left out are kept as written", () => {
    expect(policyOf("policyTypes: [Ingress]\negress: [{}]").rules.egress).toHaveLength(1);
  });

  it.each(["ingress: []", "ingress: null", "podSelector: {}"])("row 5: %s has no rule", (spec) => {
    expect(policyOf(spec).rules.ingress).toEqual([]);
  });

  it("keeps policyTypes as written, and leaves them out where they are not", () => {
    expect(policyOf("policyTypes: [Egress, Ingress]").policyTypes).toEqual(["Egress", "Ingress"]);
    expect(policyOf("policyTypes: []").policyTypes).toBeUndefined();
  });
});

describe("rows 6 to 9: what is not said", () => {
  it.each(["{}", "{from: []}", "{from: null, ports: null}", "{ports: []}", ""])(
    "row 6: the rule %j allows everything",
    (rule) => {
      expect(ingressRule(rule)).toEqual({ action: "allow", peers: "any", ports: "any" });
    },
  );

  it("row 8: an empty port is every TCP port", () => {
    expect(ingressRule("ports: [{}]").ports).toEqual([{ type: "range", protocol: "TCP", from: 1, to: 65535 }]);
  });

  it.each(["podSelector: {}", "podSelector: null", "policyTypes: [Ingress]", "podSelector: {matchLabels: {}}"])(
    "row 9: %s selects every pod",
    (spec) => {
      expect(policyOf(spec).subject).toEqual({ podSelector: { requirements: [] } });
    },
  );

  it("a policy without spec selects every pod and denies ingress", () => {
    const { policies, problems } = readManifests(
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}",
    );
    expect(problems).toEqual([]);
    expect(policies[0]?.isolates).toEqual(ingressOnly);
  });
});

describe("rows 10 to 13: peers", () => {
  it("row 10: podSelector alone has no namespaceSelector", () => {
    expect(ingressRule("from: [{podSelector: {}}]").peers).toEqual([
      { type: "pods", podSelector: { requirements: [] } },
    ]);
  });

  it("row 11: namespaceSelector alone has no podSelector", () => {
    expect(ingressRule("from: [{namespaceSelector: {}, podSelector: null}]").peers).toEqual([
      { type: "pods", namespaceSelector: { requirements: [] } },
    ]);
  });

  it("row 12: both in one item are one peer, in two items two", () => {
    expect(ingressRule("from: [{namespaceSelector: {}, podSelector: {}}]").peers).toHaveLength(1);
    expect(ingressRule("from: [{namespaceSelector: {}}, {podSelector: {}}]").peers).toHaveLength(2);
  });

  it("an ipBlock is kept as written and as a set", () => {
    const [peer] = ingressRule("from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.2.0.0/15]}}]").peers;
    if (typeof peer === "string" || peer?.type !== "ipBlock") throw new Error("no block");
    expect(peer).toMatchObject({ cidr: "10.0.0.0/8", except: ["10.1.0.0/16", "10.2.0.0/15"] });
    expect(formatRanges(peer.addresses)).toEqual(["10.0.0.0-10.0.255.255", "10.4.0.0-10.255.255.255"]);
  });

  it("row 45: 0.0.0.0/0 does not cover IPv6", () => {
    const [peer] = ingressRule("from: [{ipBlock: {cidr: 0.0.0.0/0}}]").peers;
    if (typeof peer === "string" || peer?.type !== "ipBlock") throw new Error("no block");
    expect(formatRanges(peer.addresses)).toEqual(["0.0.0.0-255.255.255.255"]);
  });
});

describe("rows 24 to 26: selectors", () => {
  it("rows 24 and 25: every operator, matchLabels first, in written order", () => {
    const { requirements } = policyOf(`podSelector:
  matchExpressions:
  - {key: a, operator: NotIn, values: [u, w]}
  - {key: b, operator: Exists}
  - {key: b, operator: DoesNotExist, values: []}
  - {key: c, operator: In, values: [""]}
  matchLabels: {z: "", "example.com/k": v}`).subject.podSelector;
    expect(requirements).toEqual([
      { key: "z", operator: "In", values: [""], from: "matchLabels" },
      { key: "example.com/k", operator: "In", values: ["v"], from: "matchLabels" },
      { key: "a", operator: "NotIn", values: ["u", "w"], from: "matchExpressions" },
      { key: "b", operator: "Exists", values: [], from: "matchExpressions" },
      { key: "b", operator: "DoesNotExist", values: [], from: "matchExpressions" },
      { key: "c", operator: "In", values: [""], from: "matchExpressions" },
    ]);
  });

  it("null as a label value is the empty string", () => {
    expect(
      policyOf("podSelector: {matchLabels: {a: null, b: ~}}").subject.podSelector.requirements.map(
        ({ values }) => values,
      ),
    ).toEqual([[""], [""]]);
  });

  it("prototype names are ordinary label keys", () => {
    const { requirements } = policyOf("podSelector: {matchLabels: {constructor: a, toString: b}}").subject.podSelector;
    expect(requirements.map(({ key }) => key)).toEqual(["constructor", "toString"]);
  });
});

describe("rows 34 to 41: ports", () => {
  it.each([
    ["row 34: a name, TCP unless said otherwise", "{port: http}", { type: "named", protocol: "TCP", name: "http" }],
    ["row 34: a name with its protocol", "{port: dns, protocol: UDP}", { type: "named", protocol: "UDP", name: "dns" }],
    ["row 40: a range", "{port: 80, endPort: 90}", { type: "range", protocol: "TCP", from: 80, to: 90 }],
    ["row 40: endPort equal to port", "{port: 80, endPort: 80}", { type: "range", protocol: "TCP", from: 80, to: 80 }],
    ["row 40: the largest range", "{port: 1, endPort: 65535}", { type: "range", protocol: "TCP", from: 1, to: 65535 }],
    ["row 41: SCTP", "{port: 7, protocol: SCTP}", { type: "range", protocol: "SCTP", from: 7, to: 7 }],
    [
      "null is not said",
      "{port: null, protocol: null, endPort: null}",
      { type: "range", protocol: "TCP", from: 1, to: 65535 },
    ],
    ["a number in octal, as kubectl reads it", "{port: 0777}", { type: "range", protocol: "TCP", from: 511, to: 511 }],
    ["a whole number with a point", "{port: 80.0}", { type: "range", protocol: "TCP", from: 80, to: 80 }],
    ["a name of 15 characters", "{port: a-2345678901234}", { type: "named", protocol: "TCP", name: "a-2345678901234" }],
  ])("%s", (_name, port, expected) => {
    expect(ingressRule(`ports: [${port}]`).ports).toEqual([expected]);
  });
});

describe("row 50 and the rest of the object", () => {
  it("row 50: no namespace, an empty one and the default one are the same place", () => {
    const named = policyText("{}").replace("name: p", "name: q, namespace: default");
    const empty = policyText("{}").replace("name: p", 'name: r, namespace: ""');
    const { policies } = readManifests([policyText("{}"), named, empty]);
    expect(policies.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      "default/p",
      "default/q",
      "default/r",
    ]);
    expect(readManifests(policyText("{}"), { defaultNamespace: "shop" }).policies[0]?.ref.namespace).toBe("shop");
  });

  it("keeps what reports need: annotations, the time as written, the place", () => {
    const text = policyText("{}").replace(
      "name: p",
      'name: p, annotations: {note: "x"}, creationTimestamp: 2024-01-02T03:04:05Z',
    );
    const [policy] = readManifests(text).policies;
    expect(policy).toMatchObject({
      annotations: { note: "x" },
      creationTimestamp: "2024-01-02T03:04:05Z",
      tier: networkPolicyTier,
    });
    expect(policy?.origin.locator.locate(["spec"])).toMatchObject({ file: "0.yaml", path: "spec" });
  });

  it("rule 44: extensions/v1beta1 is read as v1, with a warning", () => {
    const { policies, problems } = readManifests(
      policyText("ingress: [{}]").replace("networking.k8s.io/v1", "extensions/v1beta1"),
    );
    expect(policies[0]?.rules.ingress).toHaveLength(1);
    expect(problems).toMatchObject([
      { code: "suspicious-value", severity: "warning", location: { path: "apiVersion" } },
    ]);
  });

  it.each(["networking.k8s.io/v1beta1", "v1", "networking/v1"])(
    "there is no NetworkPolicy in %s: it is refused, not overlooked",
    (apiVersion) => {
      const { policies, refusedPolicies } = readManifests(policyText("{}").replace("networking.k8s.io/v1", apiVersion));
      expect(policies).toEqual([]);
      expect(refusedPolicies[0]?.reasons[0]).toContain("write networking.k8s.io/v1");
    },
  );

  it("policies are sorted by namespace and name, and know their position in the input", () => {
    const texts = ["b/x", "a/z", "a/u"].map((id) => {
      const [namespace, name] = id.split("/");
      return policyText("{}").replace("name: p", `name: ${name}, namespace: ${namespace}`);
    });
    expect(readManifests(texts).policies.map(({ namespace, name, index }) => `${namespace}/${name} ${index}`)).toEqual([
      "a/u 2",
      "a/z 1",
      "b/x 0",
    ]);
  });
});
