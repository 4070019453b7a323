import { describe, expect, it } from "vitest";
import { readManifests } from "../../src/read/read-manifests.ts";

/** What is wrong with an object, with the path of it; nothing when Calico takes it. */
function faults(kind: string, spec: unknown, metadata: object = {}): readonly string[] {
  const namespace = kind.startsWith("Global") || ["Tier", "HostEndpoint"].includes(kind) ? {} : { namespace: "shop" };
  const object = { apiVersion: "projectcalico.org/v3", kind, metadata: { name: "a", ...namespace, ...metadata }, spec };
  return readManifests([{ name: "a.json", text: JSON.stringify(object) }])
    .problems.filter(({ severity }) => severity === "error")
    .map(({ location }) => location?.path ?? "");
}

function ofRule(rule: object): readonly string[] {
  return faults("GlobalNetworkPolicy", { ingress: [{ action: "Allow", ...rule }] }).map((path) =>
    path.replace("spec.ingress[0].", ""),
  );
}

describe("what Calico refuses of its own kinds", () => {
  it("is a name of a policy with more than one dot, but for those that stand for NetworkPolicies, and any dot in that of a tier", () => {
    expect(faults("GlobalNetworkPolicy", {}, { name: "default.a" })).toEqual([]);
    expect(faults("GlobalNetworkPolicy", {}, { name: "a.b.c" })).toEqual(["metadata.name"]);
    expect(faults("NetworkPolicy", {}, { name: "knp.default.a.b" })).toEqual([]);
    expect(faults("Tier", {}, { name: "a.b" })).toEqual(["metadata.name"]);
    expect(faults("NetworkSet", { nets: [] }, { name: "a.b.c" })).toEqual([]);
  });

  it("is a default action other than Pass and Deny, and another place for the tiers that are always there", () => {
    expect(faults("Tier", { order: -1, defaultAction: "Pass" })).toEqual([]);
    expect(faults("Tier", { defaultAction: "pass" })).toEqual(["spec.defaultAction"]);
    expect(faults("Tier", { order: "1" })).toEqual(["spec.order"]);
    expect(faults("Tier", { order: 1_000_000, defaultAction: "Deny" }, { name: "default" })).toEqual([]);
    expect(faults("Tier", { order: 5, defaultAction: "Pass" }, { name: "default" })).toEqual([
      "spec.order",
      "spec.defaultAction",
    ]);
  });

  it("is a selector that is none, also in brackets, which are no mark of a template", () => {
    for (const selector of ["()", "(a)", "(a = 'b')", "(has())", "((a == 'b')"])
      expect([selector, faults("NetworkPolicy", { selector })]).toEqual([selector, ["spec.selector"]]);
    expect(faults("NetworkPolicy", { selector: "(a == 'b' || c == 'd')" })).toEqual([]);
  });

  it("is a label of a set that Calico sets itself", () => {
    const labels = { "projectcalico.org/namespace": "shop" };
    expect(faults("NetworkSet", {}, { labels })).toEqual(['metadata.labels["projectcalico.org/namespace"]']);
    expect(faults("GlobalNetworkSet", {}, { labels })).toHaveLength(1);
  });

  it("is a host endpoint that nothing identifies", () => {
    expect(faults("HostEndpoint", { node: "n", interfaceName: "*" })).toEqual([]);
    expect(faults("HostEndpoint", { expectedIPs: ["10.0.0.1"] })).toEqual(["spec"]);
    expect(faults("HostEndpoint", { node: "n" })).toEqual(["spec"]);
    expect(faults("HostEndpoint", { node: "n", expectedIPs: ["10.0.0.0/8"] })).toEqual(["spec.expectedIPs[0]"]);
  });

  it("is nothing that only a GlobalNetworkPolicy has: a NetworkPolicy drops it", () => {
    const ofHosts = { doNotTrack: "yes", preDNAT: true, applyOnForward: {}, namespaceSelector: "a =" };
    expect(faults("NetworkPolicy", ofHosts)).toEqual([]);
    expect(faults("GlobalNetworkPolicy", ofHosts)).toEqual([
      "spec.namespaceSelector",
      "spec.doNotTrack",
      "spec.applyOnForward",
      "spec.applyOnForward",
    ]);
  });

  it("is a tier or a hint of another form", () => {
    expect(faults("GlobalNetworkPolicy", { tier: "Web" })).toEqual(["spec.tier"]);
    expect(faults("GlobalNetworkPolicy", { performanceHints: ["AssumeNeededOnEveryNode"] })).toEqual([]);
    expect(faults("GlobalNetworkPolicy", { performanceHints: ["fast"] })).toEqual(["spec.performanceHints[0]"]);
  });

  it("is global() but alone in the namespaceSelector of a rule; what a rule excludes by it is everything", () => {
    expect(ofRule({ source: { namespaceSelector: " global( )" } })).toEqual([]);
    expect(ofRule({ source: { namespaceSelector: "!global()" } })).toEqual(["source.namespaceSelector"]);
    expect(ofRule({ source: { selector: "has(a) || global()" } })).toEqual(["source.selector"]);
    expect(faults("GlobalNetworkPolicy", { selector: "has(a) && global()" })).toEqual(["spec.selector"]);
    expect(faults("GlobalNetworkPolicy", { namespaceSelector: "global()" })).toEqual(["spec.namespaceSelector"]);
    expect(ofRule({ source: { notSelector: "global() && has(a)" } })).toEqual([]);
  });

  it("is ICMP without its protocol, but not what ICMP is not", () => {
    expect(ofRule({ icmp: { type: 8 } })).toEqual(["icmp"]);
    expect(ofRule({ notICMP: { type: 8 } })).toEqual([]);
  });

  it("is a name of a port or an annotation that Kubernetes would refuse", () => {
    expect(ofRule({ destination: { ports: ["http-alt"] } })).toEqual([]);
    expect(ofRule({ destination: { ports: ["Http"] } })).toEqual(["destination.ports[0]"]);
    expect(ofRule({ metadata: { annotations: { "Bad Key!": "x" } } })).toHaveLength(1);
    expect(ofRule({ metadata: "x" })).toEqual(["metadata"]);
  });
});
