import { arbitraryCalicoScenario, createOracle, type KubeObject } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyze } from "../../packages/core/src/analysis/analyze.ts";
import type { Finding } from "../../packages/core/src/answers/finding.ts";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 12);

/** Rules whose findings say of a rule that it never matches, or never decides. */
const rules = [
  "rule-end-is-other-pod",
  "calico-selector-matches-nothing",
  "unreachable-tier-rule",
  "shadowed-policy",
] as const;

type Written = Record<string, readonly unknown[] | undefined>;

/** The objects with a rule that only logs in the place of what a finding is about; undefined where it is about no rule of Calico. */
function without(
  objects: readonly KubeObject[],
  { ruleId, object, location }: Finding,
): readonly KubeObject[] | undefined {
  const [, place, direction, index] =
    /^items\[(\d+)\]\.(?:spec\.(ingress|egress)\[(\d+)\]|metadata\.name)/.exec(location?.path ?? "") ?? [];
  const at = Number(place);
  const found = objects[at];
  if (found === undefined || !object.apiVersion.includes("projectcalico.org")) return undefined;
  const spec = found["spec"] as Written;
  const silenced = (key: string): readonly unknown[] | undefined =>
    spec[key]?.map((rule, i) =>
      ruleId === "shadowed-policy" || (key === direction && i === Number(index)) ? { action: "Log" } : rule,
    );
  const own: Written = { ...spec };
  for (const key of ["ingress", "egress"]) if (spec[key] !== undefined) own[key] = silenced(key);
  if (direction === undefined && ruleId !== "shadowed-policy") return undefined;
  return objects.with(at, { ...found, spec: own });
}

describe("what rules on Calico call without effect", () => {
  it("decides no packet, for the naive oracle", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(arbitraryCalicoScenario({ packets: 12 }), ({ objects, packets }) => {
        const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
        const { findings } = analyze([{ name: "c.json", text }], { rules: [...rules] });
        const before = createOracle(objects);
        for (const finding of findings.slice(0, 6)) {
          const changed = without(objects, finding);
          if (changed === undefined) continue;
          seen.add(finding.ruleId);
          const after = createOracle(changed);
          for (const packet of packets)
            expect({ finding: finding.message, packet, verdict: after.verdict(packet) }).toEqual({
              finding: finding.message,
              packet,
              verdict: before.verdict(packet),
            });
        }
      }),
      { numRuns: runs },
    );
    expect(seen.size).toBeGreaterThan(1);
  });
});
