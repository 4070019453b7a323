import { describe, expect, it } from "vitest";
import { proveClusters } from "../../src/entries/proof.ts";
import type { Assumptions } from "../../src/model/assumptions.ts";
import { clusterOf } from "../proof/policies.ts";

/** A ClusterNetworkPolicy of all pods. */
function wide(name: string, rules: string, tier = "Admin"): string {
  return `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec: { tier: ${tier}, priority: 1, subject: { namespaces: {} }, ${rules} }
`;
}

const toDomain = "{ action: Accept, to: [{ domainNames: [example.com] }] }";
const toNobody = "{ action: Deny, to: [{ networks: [0.0.0.0/0, '::/0'] }] }";

function verdict(before: readonly string[], after: readonly string[], assumptions: Partial<Assumptions> = {}): string {
  return proveClusters(clusterOf(...before), clusterOf(...after), { assumptions }).verdict;
}

describe("tiers of which something is not understood", () => {
  it("are the same where they are word for word, however often a policy is written at one place of the order", () => {
    const rules = `egress: [${toDomain}]`;
    expect(verdict([wide("a", rules), wide("b", rules)], [wide("a", rules)])).toBe("equivalent");
    expect(verdict([wide("a", rules), wide("b", rules)], [wide("b", rules)])).toBe("undecided");
  });

  it("are open where the same rules stand in another order", () => {
    const before = wide("a", `egress: [${toDomain}, ${toNobody}]`);
    expect(verdict([before], [wide("a", `egress: [${toNobody}, ${toDomain}]`)])).toBe("undecided");
  });
});

describe("a NetworkPolicy that is final for both directions", () => {
  const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: in, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress], egress: [{}] }
`;
  const never = "{ matchExpressions: [{ key: a, operator: Exists }, { key: a, operator: DoesNotExist }] }";
  const baseline = wide("last", `ingress: [{ action: Deny, from: [{ namespaces: ${never} }] }]`, "Baseline");

  it("ends the question of the other one in its tier, where a tier comes after it", () => {
    expect(verdict([policy, baseline], [policy])).toBe("equivalent");
    expect(verdict([policy, baseline], [policy], { npTierFinal: "per-pod" })).toBe("same-traffic");
  });
});
