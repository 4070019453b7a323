import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import type { Finding } from "../../src/answers/finding.ts";
import { documents } from "./evaluate.ts";

const id = "cluster-ip-in-nets";

function findings(...texts: readonly string[]): readonly Finding[] {
  return analyze([{ name: "test.yaml", text: documents(...texts) }], { rules: [id] }).findings;
}

function global(name: string, spec: string, apiVersion = "projectcalico.org/v3"): string {
  return `apiVersion: ${apiVersion}\nkind: GlobalNetworkPolicy\nmetadata: { name: ${name} }\nspec: { ${spec} }`;
}

const service =
  "apiVersion: v1\nkind: Service\nmetadata: { name: db, namespace: shop }\nspec: { clusterIP: 10.96.0.20, ports: [{ port: 5432 }] }";
const range =
  "apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: { name: kubernetes }\nspec: { cidrs: [10.96.0.0/12] }";
const to = (nets: string): string =>
  `selector: app == 'web', types: [Egress], egress: [{ action: Allow, destination: { ${nets} } }]`;

describe("cluster-ip-in-nets", () => {
  it.each([
    ["the address of a Service", service, "nets: [10.96.0.20]", "the rule never matches"],
    ["one among others", service, "nets: [10.0.0.0/8, 10.96.0.20/32]", "they never match"],
    ["a part of their range", range, "nets: [10.97.0.0/16]", "the rule never matches"],
  ])("finds %s", (_, known, nets, told) => {
    const [finding, ...more] = findings(known, global("p", to(nets)));
    expect(more).toEqual([]);
    expect(finding?.message).toContain(told);
    expect(finding?.location?.path).toMatch(/^spec\.egress\[0\]\.destination\.nets\[[01]\]$/);
  });

  it.each([
    ["the block holds more", global("p", to("nets: [10.0.0.0/8]"))],
    ["it is left out", global("p", to("notNets: [10.96.0.20/32]"))],
    ["other addresses are named", global("p", to("nets: [192.0.2.0/24]"))],
    [
      "it is where clients come from",
      global("p", "selector: app == 'web', ingress: [{ action: Allow, source: { nets: [10.96.0.20/32] } }]"),
    ],
    [
      "it is asked before the translation",
      global(
        "p",
        "doNotTrack: true, applyOnForward: true, types: [Egress], egress: [{ action: Deny, destination: { nets: [10.96.0.20/32] } }]",
      ),
    ],
  ])("is silent where %s", (_, text) => {
    expect(findings(service, range, text)).toEqual([]);
  });
});
