import { describe, expect, it } from "vitest";
import { readManifests } from "./read-manifests.ts";

/** What the CRDs of network-policy-api refuse, and what they take though its text forbids it. */

const group = "policy.networking.k8s.io";

function admin(rule: string, direction: "ingress" | "egress" = "egress"): string {
  return `{apiVersion: ${group}/v1alpha1, kind: AdminNetworkPolicy, metadata: {name: p},
  spec: {priority: 5, subject: {namespaces: {}}, ${direction}: [{action: Deny, ${rule}}]}}`;
}

function cluster(version: "v1alpha2" | "v1beta1", rule: string): string {
  return `{apiVersion: ${group}/${version}, kind: ClusterNetworkPolicy, metadata: {name: p},
  spec: {tier: Admin, priority: 5, subject: {namespaces: {}}, egress: [{action: Deny, ${rule}}]}}`;
}

const networks = (cidr: string): string => `to: [{networks: ["${cidr}"]}]`;
const domain = (name: string): string => `to: [{domainNames: ["${name}"]}]`;
const ports = (text: string): string => `to: [{namespaces: {}}], ports: [${text}]`;
const protocols = (text: string): string => `to: [{namespaces: {}}], protocols: [${text}]`;

/** `refused`, `a problem` or `fine`, and what the first problem says. */
function verdict(text: string): string {
  const { policies, problems } = readManifests(text);
  const said = problems[0]?.message ?? "";
  return policies.length === 0 ? `refused: ${said}` : problems.length > 0 ? `a problem: ${said}` : "fine";
}

describe("networks", () => {
  it.each([
    ["10.0.0.0/8", "fine", "fine", "fine"],
    ["10.0.0.1/8", "a problem: ", "a problem: ", "refused: "],
    ["fd00::1/8", "a problem: ", "a problem: ", "refused: "],
    ["010.0.0.0/8", "refused: ", "refused: ", "refused: "],
    ["10.0.0.0/08", "refused: ", "refused: ", "refused: "],
    ["::ffff:10.0.0.0/104", "refused: ", "refused: ", "refused: "],
    ["0000:0000:0000:0000:0000:0000:192.168.100.228/128", "refused: ", "refused: ", "refused: "],
    ["10.0.0.0", "refused: ", "refused: ", "refused: "],
  ])("%s is %s in v1alpha1, %s in v1alpha2, %s in v1beta1", (cidr, v1alpha1, v1alpha2, v1beta1) => {
    expect(verdict(admin(networks(cidr)))).toContain(v1alpha1);
    expect(verdict(cluster("v1alpha2", networks(cidr)))).toContain(v1alpha2);
    expect(verdict(cluster("v1beta1", networks(cidr)))).toContain(v1beta1);
  });

  it("says of bits behind the prefix which servers refuse them", () => {
    expect(verdict(cluster("v1alpha2", networks("10.0.0.1/8")))).toBe(
      'a problem: "10.0.0.1/8" has bits behind its prefix and is read as 10.0.0.0/8: write that; the API server of v0.2.1 and later refuses it',
    );
    expect(verdict(cluster("v1beta1", networks("10.0.0.1/8")))).toBe(
      'refused: "10.0.0.1/8" has bits behind its prefix: write 10.0.0.0/8',
    );
  });
});

describe("names of domains", () => {
  const long = `${"x".repeat(70)}.com`;
  it.each([
    ["www.example.com", true, true],
    ["*.example.com.", true, true],
    ["a.b_c", true, true],
    [long, true, true],
    ["_a.example.com", true, false],
    ["a_.example.com", false, false],
    ["example", false, false],
    ["a.*.com", false, false],
  ])("%s is taken in v1alpha2: %s, in v1beta1: %s", (name, v1alpha2, v1beta1) => {
    expect(verdict(cluster("v1alpha2", domain(name))).startsWith("refused")).toBe(!v1alpha2);
    expect(verdict(cluster("v1beta1", domain(name))).startsWith("refused")).toBe(!v1beta1);
  });
});

describe("peers and ports", () => {
  it.each([
    ["a peer without a field", cluster("v1alpha2", "to: [{}]"), "a problem: a peer names nobody"],
    ["a peer whose field is null", admin("to: [{namespaces: null}]"), "a problem: a peer names nobody"],
    ["a peer of a later version", cluster("v1alpha2", "to: [{services: {}}]"), "a problem: "],
    ["an entry without a port", cluster("v1alpha2", protocols("{}")), "refused: an entry names no port"],
    ["an empty name", admin(ports('{namedPort: ""}')), "a problem: an entry is of no kind of port"],
    ["a text for a range", admin(ports('{portRange: ""}')), "refused: portRange is"],
    ["a text for a protocol", cluster("v1alpha2", protocols('{tcp: ""}')), "refused: tcp is"],
    [
      "a range that ends before it starts",
      cluster("v1alpha2", protocols("{tcp: {destinationPort: {range: {start: 9, end: 8}}}}")),
      "refused: start 9",
    ],
  ])("%s", (_, text, expected) => {
    expect(verdict(text)).toContain(expected);
  });

  it("what v1alpha1 does not check is read as it stands", () => {
    const portsOf = (text: string): unknown => readManifests(admin(ports(text))).policies[0]?.rules.egress[0]?.ports;
    expect(verdict(admin(ports("{portRange: {start: 80, end: 80}}")))).toContain("a problem: start 80");
    expect(portsOf("{portRange: {start: 80, end: 80}}")).toEqual([
      { type: "range", protocol: "TCP", from: 80, to: 80 },
    ]);
    expect(portsOf("{portRange: {start: 81, end: 80}}")).toEqual([]);
    expect(portsOf("{portNumber: {port: 80, protocol: ICMP}}")).toEqual([]);
    expect(verdict(admin(ports("{portNumber: {port: 80, protocol: tcp}}")))).toContain("a problem: protocol");
    expect(verdict(admin(ports("{namedPort: HTTP}")))).toContain("so the entry matches nothing");
  });
});
