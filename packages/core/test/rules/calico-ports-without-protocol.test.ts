import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import type { Finding } from "../../src/answers/finding.ts";
import { documents } from "./evaluate.ts";

const id = "calico-ports-without-protocol";

function findings(...texts: readonly string[]): readonly Finding[] {
  return analyze([{ name: "test.yaml", text: documents(...texts) }], { rules: [id] }).findings;
}

function global(name: string, spec: string, apiVersion = "projectcalico.org/v3"): string {
  return `apiVersion: ${apiVersion}\nkind: GlobalNetworkPolicy\nmetadata: { name: ${name} }\nspec: { ${spec} }`;
}

const rule = (fields: string): string =>
  `selector: app == 'web', types: [Ingress], ingress: [{ action: Allow, ${fields} }]`;

describe("calico-ports-without-protocol", () => {
  it.each([
    ["numbers", "destination: { ports: [80] }"],
    ["numbers to leave out", "destination: { notPorts: [80] }"],
    ["a number beside a name", "destination: { ports: [http, 80] }"],
    ["ports of the client", "source: { ports: [1024:65535] }"],
    ["a protocol that has none", "protocol: ICMP, destination: { ports: [80] }"],
  ])("finds %s", (_, fields) => {
    expect(findings(global("web", rule(fields)))).toMatchObject([
      { severity: "high", location: { path: "spec.ingress[0]" }, message: expect.stringContaining("not in force") },
    ]);
  });

  it.each([
    "protocol: TCP, destination: { ports: [80] }",
    "destination: { ports: [http] }",
    "protocol: 17, destination: { ports: [53] }",
  ])("is silent on %s", (fields) => {
    expect(findings(global("web", rule(fields)))).toEqual([]);
  });
});
