import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import type { Finding } from "../../src/answers/finding.ts";
import { documents } from "./evaluate.ts";

const id = "network-set-widens";

function findings(...texts: readonly string[]): readonly Finding[] {
  return analyze([{ name: "test.yaml", text: documents(...texts) }], { rules: [id] }).findings;
}

function global(name: string, spec: string, apiVersion = "projectcalico.org/v3"): string {
  return `apiVersion: ${apiVersion}\nkind: GlobalNetworkPolicy\nmetadata: { name: ${name} }\nspec: { ${spec} }`;
}

function own(name: string, spec: string): string {
  return `apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: { ${spec} }`;
}

function set(kind: string, labels: string, nets: string): string {
  const place = kind === "NetworkSet" ? ", namespace: shop" : "";
  return `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: { name: set${place}, labels: { ${labels} } }\nspec: { nets: [${nets}] }`;
}

const partners = set("GlobalNetworkSet", "role: partner", "203.0.113.0/24");
const from = (peer: string, action = "Allow"): string =>
  `selector: app == 'web', ingress: [{ action: ${action}, source: { ${peer} } }]`;

describe("network-set-widens", () => {
  it.each(["selector: all()", "selector: role != 'test'", "selector: '!has(env)'"])("finds %s", (peer) => {
    const [finding, ...more] = findings(partners, global("p", from(peer)));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: "medium", location: { path: "spec.ingress[0].source.selector" } });
    expect(finding?.message).toContain("GlobalNetworkSet set (203.0.113.0/24)");
  });

  it("finds NetworkSets that all namespaces take in", () => {
    const text = global("p", from("namespaceSelector: all()"));
    expect(findings(set("NetworkSet", "role: partner", "203.0.113.0/24"), text)).toHaveLength(1);
    expect(findings(partners, text)).toEqual([]);
  });

  it.each([
    ["pods are asked for", global("p", from("selector: projectcalico.org/orchestrator == 'k8s'"))],
    ["the set is meant", global("p", from("selector: role == 'partner'"))],
    ["the rule denies", global("p", from("selector: all()", "Deny"))],
    ["a namespace is looked in", own("p", from("selector: all()"))],
    ["networks are named beside it", global("p", from("selector: all(), nets: [203.0.113.0/24]"))],
    ["everything is allowed in so many words", global("p", "selector: app == 'web', ingress: [{ action: Allow }]")],
  ])("is silent where %s", (_, text) => {
    expect(findings(partners, text)).toEqual([]);
  });
});
