import { describe, expect, it } from "vitest";
import { clusterOf, expectAccepted, expectAllowed, expectDenied, expectRefused, list, verdict } from "./answers.ts";
import { denyEgress, denyIngress, pod, policy } from "./manifests.ts";

const pods = pod("a/web", "{app: web}") + pod("a/db", "{app: db}") + pod("b/far", "{app: far}");
const onWeb = "podSelector: {matchLabels: {app: web}}";
const webPolicy = (spec: string): string => pods + policy("a/p", `${onWeb}\n${spec}`);

describe("policy types and isolation", () => {
  it("row 1: without policyTypes a policy is for ingress", () => {
    for (const types of ["", "policyTypes: []", "policyTypes: null"]) {
      const yaml = webPolicy(types);
      expectDenied(yaml, ["a/db", "a/web"]);
      expectAllowed(yaml, ["a/web", "a/db"]);
      expectAccepted(yaml);
    }
  });

  it("row 1: without policyTypes a policy with egress rules is for both directions", () => {
    const yaml = webPolicy("egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]");
    expectDenied(yaml, ["a/db", "a/web"]);
    expectAllowed(yaml, ["a/web", "a/db"]);
    expectDenied(yaml, ["a/web", "b/far"]);
    expectAccepted(yaml);
  });

  it("row 2: without policyTypes an empty egress list isolates nothing for egress", () => {
    for (const egress of ["egress: []", "egress: null", "egress:"]) {
      const yaml = webPolicy(egress);
      expectAllowed(yaml, ["a/web", "b/far"]);
      expectAllowed(yaml, ["a/web", "8.8.8.8", "53/UDP"]);
    }
  });

  it("row 2: a policy with egress rules only and no policyTypes also denies all ingress", () => {
    const yaml = webPolicy("egress: [{}]");
    expectDenied(yaml, ["a/db", "a/web"]);
    expectDenied(yaml, ["b/far", "a/web"]);
    expectDenied(yaml, ["8.8.8.8", "a/web"]);
    expectAllowed(yaml, ["a/web", "b/far"]);
  });

  it("row 3: the order of policyTypes and duplicates are accepted", () => {
    const both = webPolicy("policyTypes: [Egress, Ingress]");
    expectDenied(both, ["a/db", "a/web"]);
    expectDenied(both, ["a/web", "a/db"]);
    const twice = webPolicy("policyTypes: [Ingress, Ingress]");
    expectDenied(twice, ["a/db", "a/web"]);
    expectAllowed(twice, ["a/web", "a/db"]);
    for (const yaml of [both, twice]) expectAccepted(yaml);
  });

  it("row 3: more than two policyTypes and unknown ones are refused", () => {
    expectRefused(webPolicy("policyTypes: [Ingress, Egress, Ingress]"), /policyTypes has 3 entries/);
    expectRefused(webPolicy("policyTypes: [ingress]"), /policyTypes has "ingress": write Ingress/);
    expectRefused(webPolicy("policyTypes: [Both]"), /policyTypes has "Both"/);
  });

  it("row 4: rules of a direction that policyTypes leaves out are ignored, and no error", () => {
    const yaml = webPolicy("policyTypes: [Ingress]\negress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]");
    expectAllowed(yaml, ["a/web", "b/far"]);
    expectDenied(yaml, ["a/db", "a/web"]);
    expectAccepted(yaml);
    const opposite = webPolicy("policyTypes: [Egress]\ningress: [{from: [{podSelector: {}}]}]");
    expectAllowed(opposite, ["b/far", "a/web"]);
    expectDenied(opposite, ["a/web", "b/far"]);
    expectAccepted(opposite);
  });

  it("row 4: an ipBlock in an ignored rule does not tell outside addresses apart", () => {
    const yaml = webPolicy("policyTypes: [Ingress]\negress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]");
    expect(list(yaml).endpoints.filter(({ type }) => type === "ipBlock")).toHaveLength(1);
  });

  it("row 5: ingress missing, null and empty all deny everything to the selected pods", () => {
    for (const ingress of ["", "ingress: null", "ingress:", "ingress: []"]) {
      for (const types of ["", "policyTypes: [Ingress]"]) {
        const yaml = webPolicy(`${types}\n${ingress}`);
        expectDenied(yaml, ["a/db", "a/web"]);
        expectDenied(yaml, ["1.2.3.4", "a/web", "80"]);
        expectAllowed(yaml, ["b/far", "a/db"]);
        expectAccepted(yaml);
      }
    }
  });

  it("row 5: egress missing, null and empty all deny everything when policyTypes says Egress", () => {
    for (const egress of ["", "egress: null", "egress: []"]) {
      const yaml = webPolicy(`policyTypes: [Egress]\n${egress}`);
      expectDenied(yaml, ["a/web", "a/db"]);
      expectDenied(yaml, ["a/web", "1.2.3.4", "80"]);
      expectAllowed(yaml, ["a/db", "a/web"]);
    }
  });

  it("row 9: an empty, null or omitted podSelector selects all pods of the namespace", () => {
    for (const selector of [
      "podSelector: {}",
      "podSelector: null",
      "podSelector:",
      "",
      "podSelector: {matchLabels: {}}",
    ]) {
      const yaml = pods + policy("a/p", `${selector}\npolicyTypes: [Ingress]`);
      expectDenied(yaml, ["a/db", "a/web"]);
      expectDenied(yaml, ["a/web", "a/db"]);
      expectAllowed(yaml, ["a/web", "b/far"]);
      expectAccepted(yaml);
    }
  });

  it("row 9: a policy whose spec is missing altogether denies all ingress of its namespace", () => {
    const yaml = `${pods}---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {namespace: a, name: p}\n`;
    expectDenied(yaml, ["a/db", "a/web"]);
    expect(clusterOf(yaml).policies).toHaveLength(1);
  });

  it("row 15: a pod that is selected for egress only is open for ingress, and the other way round", () => {
    const egressOnly = pods + denyEgress("a");
    expectAllowed(egressOnly, ["b/far", "a/web"]);
    expectDenied(egressOnly, ["a/web", "b/far"]);
    const ingressOnly = pods + denyIngress("a");
    expectDenied(ingressOnly, ["b/far", "a/web"]);
    expectAllowed(ingressOnly, ["a/web", "b/far"]);
    const { egress, ingress } = verdict(ingressOnly, ["a/web", "b/far"]);
    expect([egress.isolated, ingress.isolated]).toEqual([false, false]);
  });
});
