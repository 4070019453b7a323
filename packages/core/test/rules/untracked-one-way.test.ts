import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import type { Finding } from "../../src/answers/finding.ts";
import { documents } from "./evaluate.ts";

const id = "untracked-one-way";

function findings(...texts: readonly string[]): readonly Finding[] {
  return analyze([{ name: "test.yaml", text: documents(...texts) }], { rules: [id] }).findings;
}

function global(name: string, spec: string, apiVersion = "projectcalico.org/v3"): string {
  return `apiVersion: ${apiVersion}\nkind: GlobalNetworkPolicy\nmetadata: { name: ${name} }\nspec: { ${spec} }`;
}

const untracked = (name: string, spec: string): string =>
  global(name, `doNotTrack: true, applyOnForward: true, ${spec}`);
const dns = "types: [Ingress], ingress: [{ action: Allow, protocol: UDP, destination: { ports: [53] } }]";
const back = (fields: string): string => `types: [Egress], egress: [{ action: Allow, ${fields} }]`;

describe("untracked-one-way", () => {
  it.each([
    ["no rule for what answers", [untracked("in", dns)]],
    ["one of other ports", [untracked("in", dns), untracked("out", back("protocol: UDP, source: { ports: [123] }"))]],
    [
      "one of another protocol",
      [untracked("in", dns), untracked("out", back("protocol: TCP, source: { ports: [53] }"))],
    ],
    ["one that is tracked", [untracked("in", dns), global("out", back("protocol: UDP, source: { ports: [53] }"))]],
    [
      "one in a direction that does not count",
      [untracked("in", dns.replace("ingress:", "egress: [{ action: Allow }], ingress:"))],
    ],
  ])("finds a rule with %s", (_, texts) => {
    const found = findings(...texts).filter(({ object }) => object.name === "in");
    expect(found).toMatchObject([{ severity: "high", location: { path: "spec.ingress[0]" } }]);
  });

  it("finds other addresses at the ends", () => {
    const one = "types: [Ingress], ingress: [{ action: Allow, source: { nets: [192.0.2.0/24] } }]";
    const answers = (nets: string): readonly Finding[] =>
      findings(untracked("in", one), untracked("out", back(`destination: { nets: [${nets}] }`)));
    expect(answers("192.0.2.0/25")).toEqual([]);
    expect(answers("198.51.100.0/24")).toHaveLength(2);
  });

  it.each([
    ["the mirror is there", [untracked("in", dns), untracked("out", back("protocol: UDP, source: { ports: [53] }"))]],
    ["the mirror is a name", [untracked("in", dns), untracked("out", back("source: { ports: [dns] }"))]],
    [
      "all is allowed back",
      [
        untracked("in", dns),
        untracked("out", "types: [Egress], egress: [{ action: Allow }]"),
        untracked("all", "types: [Ingress], ingress: [{ action: Allow }]"),
      ],
    ],
    ["it only denies", [untracked("in", dns.replace("Allow", "Deny"))]],
    ["it is tracked", [global("in", dns)]],
  ])("is silent where %s", (_, texts) => {
    expect(findings(...texts)).toEqual([]);
  });
});
