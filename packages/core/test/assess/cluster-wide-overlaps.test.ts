import { arbitraryTieredScenario, createOracle } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultAssessSettings } from "../../src/assess/settings.ts";
import { assessmentOf, deployment } from "./read.ts";

function admin(name: string, priority: number, spec: string, tier = "Admin"): string {
  return `---
apiVersion: policy.networking.k8s.io/v1beta1
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec: { tier: ${tier}, priority: ${priority}, ${spec} }
`;
}

const everybody = "subject: { namespaces: {} }";
const web = "subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: web } } } }";
const db = "subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: db } } } }";
const to = (action: string, port: string): string =>
  `egress: [{ action: ${action}, to: [{ namespaces: {} }], protocols: [{ tcp: { destinationPort: { ${port} } } }] }]`;

describe("overlaps of cluster-wide policies", () => {
  it("are told in the order in which they are asked, with what their rules do to the same traffic", () => {
    const { clusterWide, overlaps } = assessmentOf(
      [
        deployment("web", { app: "web" }),
        admin("late", 9, `${everybody}, ${to("Deny", "range: { start: 1, end: 100 }")}`),
        admin("early", 1, `${web}, ${to("Accept", "number: 80")}`),
        admin("apart", 2, `${db}, ${to("Deny", "number: 80")}`),
        admin("behind", 1, `${everybody}, ${to("Deny", "number: 80")}`, "Baseline"),
      ].join(""),
    );
    expect(overlaps).toEqual([]);
    expect(clusterWide).toMatchObject({ policyCount: 4, overlapCount: 2 });
    expect(clusterWide?.overlaps).toMatchObject([
      {
        tier: "Admin",
        policies: [{ name: "early" }, { name: "late" }],
        kind: "contained",
        directions: ["egress"],
        example: { labels: { app: "web" } },
        sharedWorkloads: ["shop/web[Deployment]"],
        sharedWorkloadCount: 1,
        rules: { egress: "second-contains-first" },
        contradicts: ["egress"],
      },
      { policies: [{ name: "apart" }, { name: "late" }], contradicts: [], sharedWorkloadCount: 0 },
    ]);
  });

  it("compare what a rule decides, not what one before it has decided", () => {
    const both = `egress: [
      { action: Deny, to: [{ namespaces: {} }] },
      { action: Accept, to: [{ namespaces: {} }] }
    ]`;
    const one = "egress: [{ action: Deny, to: [{ namespaces: {} }] }]";
    const { clusterWide } = assessmentOf([admin("a", 1, `${web}, ${both}`), admin("b", 2, `${web}, ${one}`)].join(""));
    expect(clusterWide?.overlaps).toMatchObject([{ kind: "same", rules: { egress: "same" }, contradicts: [] }]);
  });

  it("are not looked for where overlaps are not wanted", () => {
    const yaml = [admin("a", 1, everybody), admin("b", 2, everybody)].join("");
    expect(assessmentOf(yaml).clusterWide).toMatchObject({ overlapCount: 1 });
    const settings = { ...defaultAssessSettings, overlapDetection: false };
    expect(assessmentOf(yaml, { settings }).clusterWide).toMatchObject({ overlaps: [], overlapCount: 0 });
  });

  it("law: policies that contradict nobody may be asked in any order", () => {
    const scenario = arbitraryTieredScenario({
      packets: 10,
      maxPolicies: 0,
      clusterPolicies: { kinds: ["ClusterNetworkPolicy"], max: 2, experimental: false },
    });
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(scenario, ({ objects, packets }) => {
        const isPolicy = ({ kind }: { readonly kind?: unknown }): boolean => kind === "ClusterNetworkPolicy";
        const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
        const { clusterWide } = assessmentOf(text);
        const contradicts = (clusterWide?.overlaps ?? []).some((overlap) => overlap.contradicts.length > 0);
        seen.add(contradicts);
        if (contradicts) return;
        const [one, other] = [
          [1, 2],
          [2, 1],
        ].map((priorities) => {
          let at = 0;
          const ordered = objects.map((object) => {
            if (!isPolicy(object)) return object;
            return { ...object, spec: { ...(object["spec"] as object), priority: priorities[at++] } };
          });
          return createOracle(ordered);
        });
        for (const packet of packets) expect(one?.verdict(packet)).toBe(other?.verdict(packet));
      }),
      { numRuns: Number(process.env["NPA_PROPERTY_RUNS"] ?? 60) },
    );
    expect(seen).toEqual(new Set([true, false]));
  });
});
