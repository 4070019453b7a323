import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import type { Finding } from "../../src/answers/finding.ts";
import { documents, policy } from "./evaluate.ts";

const id = "calico-crd-v1-direct";

function findings(...texts: readonly string[]): readonly Finding[] {
  return analyze([{ name: "test.yaml", text: documents(...texts) }], { rules: [id] }).findings;
}

function global(name: string, spec: string, apiVersion = "projectcalico.org/v3"): string {
  return `apiVersion: ${apiVersion}\nkind: GlobalNetworkPolicy\nmetadata: { name: ${name} }\nspec: { ${spec} }`;
}

const spec = "order: 1, selector: app == 'web', types: [Ingress]";

describe("calico-crd-v1-direct", () => {
  it("finds a manifest in the group of what is stored, once for a policy of several parts", () => {
    const parts = `${spec}, ingress: [{ action: Allow, destination: { selector: a == 'b' } }, { action: Deny }]`;
    const [finding, ...more] = findings(global("web", parts, "crd.projectcalico.org/v1"));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: "low", location: { path: "apiVersion" } });
  });

  it("is silent on policies of the API, and on what a cluster stores", () => {
    expect(findings(global("web", spec), policy("web", "{ podSelector: {} }"))).toEqual([]);
    const stored = [{ name: "test.yaml", text: global("web", spec, "crd.projectcalico.org/v1") }];
    expect(analyze(stored, { rules: [id], live: true }).findings).toEqual([]);
  });
});
