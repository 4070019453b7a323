import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import type { Finding } from "../../src/answers/finding.ts";
import { deployment, documents, namespace } from "./evaluate.ts";

const id = "global-set-needs-global";

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

const office = set("GlobalNetworkSet", "role: office", "198.51.100.0/24");
const from = (peer: string): string => `selector: app == 'web', ingress: [{ action: Allow, source: { ${peer} } }]`;

describe("global-set-needs-global", () => {
  it.each([
    ["in a NetworkPolicy", own("p", from("selector: role == 'office'"))],
    ["among namespaces", global("p", from("selector: role == 'office', namespaceSelector: all()"))],
    ["among some namespaces", own("p", from("selector: role == 'office', namespaceSelector: env == 'prod'"))],
  ])("finds a set that is looked for %s", (_, text) => {
    expect(findings(namespace("shop", { env: "prod" }), office, text)).toMatchObject([
      { severity: "high", location: { path: "spec.ingress[0].source.selector" }, related: [{}] },
    ]);
  });

  it.each([
    ["it looks outside of namespaces", own("p", from("selector: role == 'office', namespaceSelector: global()"))],
    ["a GlobalNetworkPolicy looks everywhere", global("p", from("selector: role == 'office'"))],
    [
      "a pod has the label",
      documents(deployment("office", { role: "office" }), own("p", from("selector: role == 'office'"))),
    ],
    ["the selector names no label of the set", own("p", from("selector: role != 'test'"))],
    ["the set has other labels", own("p", from("selector: role == 'home'"))],
  ])("is silent where %s", (_, text) => {
    expect(findings(office, text)).toEqual([]);
  });
});
