import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import type { Finding } from "../../src/answers/finding.ts";
import { deployment, documents } from "./evaluate.ts";

const id = "rule-end-is-other-pod";

function findings(...texts: readonly string[]): readonly Finding[] {
  return analyze([{ name: "test.yaml", text: documents(...texts) }], { rules: [id] }).findings;
}

function global(name: string, spec: string, apiVersion = "projectcalico.org/v3"): string {
  return `apiVersion: ${apiVersion}\nkind: GlobalNetworkPolicy\nmetadata: { name: ${name} }\nspec: { ${spec} }`;
}

function own(name: string, spec: string): string {
  return `apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: { ${spec} }`;
}

const pods = documents(deployment("web"), deployment("db"));

describe("rule-end-is-other-pod", () => {
  it.each([
    [
      "destination of ingress",
      "ingress: [{ action: Allow, destination: { selector: app == 'db' } }]",
      "spec.ingress[0].destination.selector",
    ],
    [
      "source of egress",
      "egress: [{ action: Allow, source: { selector: app == 'db' } }]",
      "spec.egress[0].source.selector",
    ],
    [
      "another namespace",
      "ingress: [{ action: Deny, destination: { namespaceSelector: projectcalico.org/name == 'data' } }]",
      "spec.ingress[0].destination.namespaceSelector",
    ],
  ])("finds a %s that no pod of the policy can be", (_, rules, path) => {
    expect(findings(own("p", `selector: app == 'web', ${rules}`))).toMatchObject([
      { severity: "high", location: { path } },
    ]);
  });

  it("finds an end that is only other pods of the input", () => {
    const spec =
      "selector: tier != 'data', ingress: [{ action: Allow }, { action: Deny, destination: { selector: app == 'db' } }]";
    const db = deployment("db", { app: "db", tier: "data" });
    expect(findings(deployment("web"), db, own("p", spec))).toMatchObject([
      { severity: "medium", location: { path: "spec.ingress[1].destination.selector" } },
    ]);
    expect(findings(deployment("web"), own("p", spec))).toEqual([]);
  });

  it.each([
    [
      "the end narrows the pods",
      own("p", "selector: all(), ingress: [{ action: Allow, destination: { selector: app == 'db' } }]"),
    ],
    [
      "the other end is another pod",
      own("p", "selector: app == 'web', ingress: [{ action: Allow, source: { selector: app == 'db' } }]"),
    ],
    [
      "the direction is not of the policy",
      own(
        "p",
        "types: [Egress], selector: app == 'web', ingress: [{ action: Allow, destination: { selector: app == 'db' } }]",
      ),
    ],
    [
      "it only logs",
      own("p", "selector: app == 'web', ingress: [{ action: Log, destination: { selector: app == 'db' } }]"),
    ],
    [
      "the end is a host",
      global(
        "p",
        "ingress: [{ action: Allow, destination: { selector: role == 'edge', namespaceSelector: global() } }]",
      ),
    ],
    [
      "it is about addresses",
      global("p", "selector: app == 'web', ingress: [{ action: Allow, destination: { nets: [10.0.0.0/8] } }]"),
    ],
  ])("is silent where %s", (_, text) => {
    expect(findings(pods, text)).toEqual([]);
  });
});
