import { describe, expect, it } from "vitest";
import { places, policyText, readManifests, refusalOf } from "./read-manifests.ts";

const ingress = (rule: string): string => `ingress: [${rule}]`;
const peer = (text: string): string => ingress(`{from: [${text}]}`);
const port = (text: string): string => ingress(`{ports: [${text}]}`);
const block = (text: string): string => peer(`{ipBlock: ${text}}`);
const expression = (text: string): string => `podSelector: {matchExpressions: [${text}]}`;

describe("what the API server refuses is not in force", () => {
  it.each([
    ["row 3: three policyTypes", "policyTypes: [Ingress, Egress, Egress]", "spec.policyTypes: ", "at most two"],
    ["row 3: an unknown policyType", "policyTypes: [ingress]", "spec.policyTypes[0]: ", "write Ingress"],
    ["row 3: a null policyType", "policyTypes: [null]", "spec.policyTypes[0]: ", "Ingress or Egress"],
    ["row 7: an empty peer", peer("{}"), "spec.ingress[0].from[0]: ", "a peer names nobody"],
    ["row 7: a null peer", peer("null"), "spec.ingress[0].from[0]: ", "a peer names nobody"],
    [
      "row 7: a peer with a null selector",
      peer("{podSelector: null}"),
      "spec.ingress[0].from[0]: ",
      "podSelector is null",
    ],
    [
      "row 13: ipBlock with podSelector",
      peer("{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}"),
      "spec.ingress[0].from[0]: ",
      "two peers",
    ],
    [
      "row 13: ipBlock with namespaceSelector",
      peer("{ipBlock: {cidr: 10.0.0.0/8}, namespaceSelector: {}}"),
      "spec.ingress[0].from[0]: ",
      "two peers",
    ],
    [
      "row 26: In without values",
      expression("{key: a, operator: In}"),
      "spec.podSelector.matchExpressions[0].values: ",
      "needs at least one value",
    ],
    [
      "row 26: NotIn with []",
      expression("{key: a, operator: NotIn, values: []}"),
      "spec.podSelector.matchExpressions[0].values: ",
      "write DoesNotExist",
    ],
    [
      "row 26: Exists with values",
      expression("{key: a, operator: Exists, values: [b]}"),
      "spec.podSelector.matchExpressions[0].values: ",
      "takes no values",
    ],
    [
      "an operator in lower case",
      expression("{key: a, operator: in, values: [b]}"),
      "spec.podSelector.matchExpressions[0].operator: ",
      "write In",
    ],
    ["no operator", expression("{key: a}"), "spec.podSelector.matchExpressions[0].operator: ", "operator is missing"],
    ["no key", expression("{operator: Exists}"), "spec.podSelector.matchExpressions[0].key: ", "key is missing"],
    [
      "an invalid key",
      expression("{key: -a, operator: Exists}"),
      "spec.podSelector.matchExpressions[0].key: ",
      '"-a" cannot be a label key',
    ],
    [
      "an invalid key in matchLabels",
      "podSelector: {matchLabels: {a@b: c}}",
      'spec.podSelector.matchLabels["a@b"]: ',
      "cannot be a label key",
    ],
    [
      "an invalid value in matchLabels",
      "podSelector: {matchLabels: {a: b/c}}",
      "spec.podSelector.matchLabels.a: ",
      '"b/c" cannot be a label value',
    ],
    [
      "row 40: endPort below port",
      port("{port: 80, endPort: 79}"),
      "spec.ingress[0].ports[0].endPort: ",
      "port 80 has endPort 79: endPort must not be smaller than port",
    ],
    ["row 40: endPort without port", port("{endPort: 80}"), "spec.ingress[0].ports[0].endPort: ", "needs a port"],
    [
      "row 40: endPort with a name",
      port("{port: http, endPort: 80}"),
      "spec.ingress[0].ports[0].endPort: ",
      "needs a number",
    ],
    ["row 40: endPort 65536", port("{port: 1, endPort: 65536}"), "spec.ingress[0].ports[0].endPort: ", "out of range"],
    ["row 40: port 0", port("{port: 0}"), "spec.ingress[0].ports[0].port: ", "port 0 is out of range"],
    ["row 40: port 65536", port("{port: 65536}"), "spec.ingress[0].ports[0].port: ", "out of range"],
    ["row 40: a quoted number", port('{port: "80"}'), "spec.ingress[0].ports[0].port: ", "write 80 without quotes"],
    ["a port name in capitals", port("{port: HTTP}"), "spec.ingress[0].ports[0].port: ", "is no port name"],
    ["a port name with --", port("{port: a--b}"), "spec.ingress[0].ports[0].port: ", "is no port name"],
    [
      "a port name of 16 characters",
      port("{port: a234567890123456}"),
      "spec.ingress[0].ports[0].port: ",
      "is no port name",
    ],
    ["an empty port name", port('{port: ""}'), "spec.ingress[0].ports[0].port: ", "is no port name"],
    [
      "row 41: a protocol in lower case",
      port("{protocol: tcp}"),
      "spec.ingress[0].ports[0].protocol: ",
      "write TCP, in capitals",
    ],
    [
      "row 41: an unknown protocol",
      port("{protocol: ICMP}"),
      "spec.ingress[0].ports[0].protocol: ",
      "write TCP, UDP, SCTP",
    ],
    [
      "row 43: except outside",
      block("{cidr: 10.0.0.0/8, except: [11.0.0.0/16]}"),
      "spec.ingress[0].from[0].ipBlock.except[0]: ",
      "is not inside it",
    ],
    [
      "row 43: except equal to the block",
      block("{cidr: 10.0.0.0/8, except: [10.0.0.0/8]}"),
      "spec.ingress[0].from[0].ipBlock.except[0]: ",
      "is all of it",
    ],
    [
      "row 43: except wider than the block",
      block("{cidr: 10.0.0.0/8, except: [0.0.0.0/0]}"),
      "spec.ingress[0].from[0].ipBlock.except[0]: ",
      "is not inside it",
    ],
    [
      "row 45: except of the other family",
      block('{cidr: 10.0.0.0/8, except: ["2001:db8::/32"]}'),
      "spec.ingress[0].from[0].ipBlock.except[0]: ",
      "is IPv6 and the block IPv4",
    ],
    ["no CIDR", block("{cidr: 10.0.0.0}"), "spec.ingress[0].from[0].ipBlock.cidr: ", '"10.0.0.0/32"'],
    [
      "a prefix too long",
      block("{cidr: 10.0.0.0/33}"),
      "spec.ingress[0].from[0].ipBlock.cidr: ",
      "is not a CIDR block",
    ],
    ["no cidr", block("{except: []}"), "spec.ingress[0].from[0].ipBlock.cidr: ", "has no cidr"],
    [
      "an except that is no CIDR",
      block("{cidr: 10.0.0.0/8, except: [x]}"),
      "spec.ingress[0].from[0].ipBlock.except[0]: ",
      "is not a CIDR block",
    ],
  ])("%s", (_name, spec, path, words) => {
    const { reasons, problem } = refusalOf(spec);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]?.startsWith(path)).toBe(true);
    expect(problem).toMatchObject({
      code: "invalid-policy",
      severity: "error",
      object: { kind: "NetworkPolicy", namespace: "default", name: "p" },
    });
    expect(problem.message).toContain(words);
    // A field that is missing is shown at what lacks it.
    expect(path.startsWith(problem.location?.path ?? "nowhere")).toBe(true);
    expect(problem).not.toHaveProperty("unreadable");
  });

  it.each([
    [
      "an unquoted yes as a label value",
      "podSelector: {matchLabels: {a: yes}}",
      "spec.podSelector.matchLabels.a",
      "quote it",
    ],
    [
      "a number as a label value",
      "podSelector: {matchLabels: {a: 0x1F}}",
      "spec.podSelector.matchLabels.a",
      "the number 31",
    ],
    [
      "a boolean in values",
      expression("{key: a, operator: In, values: [on]}"),
      "spec.podSelector.matchExpressions[0].values[0]",
      "quote it",
    ],
    ["a broken number as port", port("{port: 80.5}"), "spec.ingress[0].ports[0].port", "whole number"],
    ["a boolean as port", port("{port: true}"), "spec.ingress[0].ports[0].port", "a number or a port name"],
    ["a quoted endPort", port('{port: 80, endPort: "90"}'), "spec.ingress[0].ports[0].endPort", "whole number"],
    ["policyTypes as a string", "policyTypes: Ingress", "spec.policyTypes", "must be a list"],
    ["ingress as a mapping", "ingress: {from: []}", "spec.ingress", "must be a list"],
    ["a rule as a string", "ingress: [all]", "spec.ingress[0]", "must be a mapping"],
    ["from as a mapping", ingress("{from: {podSelector: {}}}"), "spec.ingress[0].from", "must be a list"],
    ["podSelector as a list", "podSelector: []", "spec.podSelector", "must be a mapping"],
  ])("a value of the wrong type: %s", (_name, spec, path, words) => {
    const { problem } = refusalOf(spec);
    expect(problem).toMatchObject({ code: "wrong-type", severity: "error", unreadable: true, location: { path } });
    expect(problem.message).toContain(words);
  });

  it.each([
    ["name: Web_1", "metadata.name"],
    ["name: p, namespace: a.b", "metadata.namespace"],
    ['name: "p\\u001b[31m"', "metadata.name"],
    ["name: p, labels: {a b: c}", 'metadata.labels["a b"]'],
  ])("metadata {%s}", (metadata, path) => {
    const { policies, problems, refusedPolicies } = readManifests(policyText("{}").replace("name: p", metadata));
    expect(policies).toEqual([]);
    expect(refusedPolicies).toHaveLength(1);
    expect(problems.map(({ code, location }) => [code, location?.path])).toEqual([["invalid-policy", path]]);
    expect(problems[0]?.message).not.toMatch(/\p{Cc}/u);
  });

  it("a policy without a name is refused too", () => {
    const { refusedPolicies, problems } = readManifests(policyText("{}").replace("name: p", ""));
    expect(refusedPolicies[0]?.reasons).toEqual(["metadata.name: a NetworkPolicy needs a name: write metadata.name"]);
    expect(problems[0]?.code).toBe("invalid-policy");
  });

  it("points at the line and column", () => {
    expect(places(readManifests(policyText("ingress:\n- ports:\n  - port: 80\n    endPort: 79")).problems)).toEqual([
      "8:16 invalid-policy",
    ]);
  });

  it("tells all that is wrong with a policy, and whom it leaves open", () => {
    const [refused] = readManifests(
      policyText("podSelector: {matchLabels: {app: a}}\npolicyTypes: [x]\ningress: [{from: [{}]}]"),
    ).refusedPolicies;
    expect(refused?.reasons).toHaveLength(2);
    expect(refused?.podSelector?.requirements).toMatchObject([{ key: "app", values: ["a"] }]);
    expect(refused?.namespace).toBe("default");
  });

  it("does not say whom it leaves open when the selector itself is broken", () => {
    expect(refusalOf("podSelector: {matchLabels: {a: b/c}}")).not.toHaveProperty("podSelector");
  });

  it("shows at most 80 characters of a value, and stops after 50 problems of an object", () => {
    const long = refusalOf(`policyTypes: [${"x".repeat(500)}]`).problem.message;
    expect(long.length).toBeLessThan(150);
    const many = Array.from({ length: 500 }, () => "{}").join(", ");
    const { problems, refusedPolicies } = readManifests(policyText(peer(many)));
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)?.message).toContain("not listed");
    expect(refusedPolicies[0]?.reasons).toHaveLength(50);
  });
});

describe("from a live cluster everything stored is in force", () => {
  const live = { live: true };

  it("with a warning, and a peer that cannot be understood matches nothing", () => {
    const { policies, refusedPolicies, problems } = readManifests(
      policyText(ingress("{from: [{}], ports: [{port: 80, endPort: 1}]}")),
      live,
    );
    expect(refusedPolicies).toEqual([]);
    expect(policies[0]?.rules.ingress).toEqual([{ action: "allow", peers: [], ports: [] }]);
    expect(problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      "warning suspicious-value",
      "warning suspicious-value",
    ]);
  });

  it("a list that is none matches nothing either", () => {
    expect(readManifests(policyText(ingress("{from: {}}")), live).policies[0]?.rules.ingress[0]?.peers).toEqual([]);
  });
});
