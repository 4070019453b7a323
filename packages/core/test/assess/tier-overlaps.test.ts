import { describe, expect, it } from "vitest";
import { assessmentOf, deployment } from "./read.ts";

function calico(name: string, order: number, rule: string, selector = "all()", namespace = "shop"): string {
  const [kind, place] = namespace === "" ? ["GlobalNetworkPolicy", ""] : ["NetworkPolicy", `, namespace: ${namespace}`];
  return `---
apiVersion: projectcalico.org/v3
kind: ${kind}
metadata: { name: ${name}${place} }
spec: { order: ${order}, selector: ${selector}, types: [Ingress], ingress: [${rule}] }
`;
}

const plain = (name: string): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { podSelector: {} }
`;

describe("overlaps of policies of namespaces in a tier where order decides", () => {
  it("are told in the order in which they are asked, among each other and with policies of no namespace", () => {
    const { namespaces, overlaps, clusterWide } = assessmentOf(
      [
        deployment("web", { app: "web" }),
        calico("late", 9, "{ action: Deny }"),
        calico("early", 1, "{ action: Allow }", `"app == 'web'"`),
        calico("apart", 2, "{ action: Deny }", `"app == 'db'"`),
        calico("elsewhere", 2, "{ action: Deny }", "all()", "other"),
        calico("all", 5, "{ action: Allow }", "all()", ""),
        calico("more", 6, "{ action: Allow }", "all()", ""),
        plain("one"),
        plain("two"),
      ].join(""),
    );
    expect(overlaps).toMatchObject([{ policies: ["one", "two"] }]);
    expect(clusterWide?.overlapCount).toBe(1);
    const { tierOverlaps = [], tierOverlapCount } = namespaces["shop"] ?? {};
    expect(tierOverlapCount).toBe(8);
    expect(tierOverlaps.map(({ policies }) => policies.map(({ name }) => name).join(" "))).toEqual([
      "early all",
      "early more",
      "early late",
      "apart all",
      "apart more",
      "apart late",
      "all late",
      "more late",
    ]);
    expect(tierOverlaps.find(({ policies: [a, b] }) => a.name === "early" && b.name === "late")).toMatchObject({
      tier: "default",
      policies: [
        { kind: "NetworkPolicy", namespace: "shop" },
        { kind: "NetworkPolicy", namespace: "shop" },
      ],
      kind: "contained",
      directions: ["ingress"],
      sharedWorkloads: ["shop/web[Deployment]"],
      rules: { ingress: "same" },
      contradicts: ["ingress"],
    });
    expect(namespaces["other"]?.tierOverlapCount).toBe(2);
  });

  it("are not told where a namespace has NetworkPolicies of Kubernetes only", () => {
    const { namespaces } = assessmentOf(
      [plain("one"), plain("two"), calico("all", 5, "{ action: Allow }", "all()", "")].join(""),
    );
    expect(namespaces["shop"]).not.toHaveProperty("tierOverlaps");
  });
});
