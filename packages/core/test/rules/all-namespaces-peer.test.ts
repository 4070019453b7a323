import { describe, expect, it } from "vitest";
import { deployment, documents, findings, placeOf, policy } from "./evaluate.ts";

const id = "all-namespaces-peer";
const ingress = (rule: string): string => policy("db", `{ podSelector: {}, ingress: [${rule}] }`);

describe("all-namespaces-peer", () => {
  it.each([
    [
      "a namespaceSelector alone",
      "{ from: [{ podSelector: {} }, { namespaceSelector: {} }] }",
      "spec.ingress[0].from[1]",
    ],
    ["both empty", "{ from: [{ namespaceSelector: {}, podSelector: {} }] }", "spec.ingress[0].from[0]"],
    [
      "no requirement that means anything",
      "{ from: [{ namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: Exists }] } }] }",
      "spec.ingress[0].from[0]",
    ],
    ["no peers", "{ ports: [{ port: 80 }] }", "spec.ingress[0]"],
    ["an empty from", "{ from: [], ports: [{ port: 80 }] }", "spec.ingress[0]"],
    ["an empty rule", "{}", "spec.ingress[0]"],
  ])("finds %s", (_, rule, path) => {
    const [finding, ...more] = findings(id, documents(deployment("db"), ingress(rule)));
    expect(more).toEqual([]);
    expect(finding?.location?.path).toBe(path);
    expect(finding?.affected).toEqual(["shop/db[Deployment]"]);
  });

  it.each([
    ["pods of all namespaces", "{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: web } } }] }"],
    ["all pods of the own namespace", "{ from: [{ podSelector: {} }] }"],
    [
      "all namespaces but one",
      "{ from: [{ namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: NotIn, values: [dev] }] } }] }",
    ],
    ["an ipBlock", "{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }"],
  ])("is silent on %s", (_, rule) => {
    expect(findings(id, ingress(rule))).toEqual([]);
  });

  it("speaks of ingress with an effect only", () => {
    expect(
      findings(id, policy("db", "{ podSelector: {}, policyTypes: [Egress], ingress: [{}], egress: [{}] }")),
    ).toEqual([]);
  });

  it("names the ports", () => {
    const [finding] = findings(id, ingress("{ ports: [{ port: 80, endPort: 90 }, { port: dns, protocol: UDP }] }"));
    expect(finding?.message).toContain("on TCP 80-90, UDP dns");
    expect(placeOf(finding)).toBe("4 spec.ingress[0]");
  });
});
