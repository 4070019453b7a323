import { describe, expect, it } from "vitest";
import { clusterPolicy, deployment, documents, findings, policy } from "./evaluate.ts";

const id = "baseline-never-asked";
const deny = "{ action: Deny, from: [{ namespaces: {} }] }";
const baseline = clusterPolicy("default", { ingress: deny }, { tier: "Baseline" });
const isolated = policy("deny", "{ podSelector: {}, policyTypes: [Ingress] }");
const web = deployment("web");

describe("baseline-never-asked", () => {
  it("finds a Baseline whose pods are all isolated", () => {
    const [finding, ...more] = findings(id, documents(web, isolated, baseline));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: "info", affected: ["shop/web[Deployment]"] });
    expect(finding?.location?.path).toBe("spec.ingress");
  });

  it("finds one whose pods NetworkPolicies of the other direction select, where these are final for the pod", () => {
    const texts = documents(web, policy("out", "{ podSelector: {}, policyTypes: [Egress], egress: [{}] }"), baseline);
    expect(findings(id, texts)).toEqual([]);
    const [finding] = findings(id, texts, { assumptions: { npTierFinal: "per-pod" } });
    expect(finding?.message).toContain("NetworkPolicy shop/out and its like select every pod that it selects");
  });

  it("is silent where what isolation denies is denied behind it", () => {
    expect(findings(id, documents(web, isolated, baseline), { assumptions: { dataplane: "cilium" } })).toEqual([]);
  });

  it.each([
    ["pods that nothing isolates", [web, deployment("batch", { app: "batch" }, "jobs"), isolated, baseline]],
    ["the other direction", [web, policy("deny", "{ podSelector: {}, policyTypes: [Egress] }"), baseline]],
    ["the Admin tier", [web, isolated, clusterPolicy("first", { ingress: deny })]],
    [
      "no pods that it selects",
      [
        web,
        isolated,
        clusterPolicy(
          "default",
          { ingress: deny },
          { tier: "Baseline", subject: "{ namespaces: { matchLabels: { a: b } } }" },
        ),
      ],
    ],
    ["what unreachable-tier-rule tells of", [web, clusterPolicy("first", { ingress: deny }), baseline]],
  ])("is silent on %s", (_, texts) => {
    expect(findings(id, documents(...texts))).toEqual([]);
  });
});
