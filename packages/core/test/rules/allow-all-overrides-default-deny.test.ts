import { describe, expect, it } from "vitest";
import { deployment, documents, findings, placeOf, policy } from "./evaluate.ts";

const id = "allow-all-overrides-default-deny";
const deny = policy("deny", "{ podSelector: {}, policyTypes: [Ingress, Egress] }");
const open = policy(
  "web",
  "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80 }] }, {}] }",
);

describe("allow-all-overrides-default-deny", () => {
  it("points at the rule that allows everything and names the deny", () => {
    const [finding, ...more] = findings(id, documents(deployment("web"), deployment("db"), deny, open));
    expect(more).toEqual([]);
    expect(placeOf(finding)).toBe("27 spec.ingress[1]");
    expect(finding?.message).toContain("NetworkPolicy shop/deny denies no ingress of the pods that both select");
    expect(finding?.affected).toEqual(["shop/web[Deployment]"]);
    expect(finding?.related.map(({ location }) => location?.line)).toEqual([22]);
  });

  it("works without workloads, for each direction", () => {
    const egress = policy("out", "{ podSelector: {}, policyTypes: [Egress], egress: [{}] }");
    expect(findings(id, documents(deny, egress)).map(placeOf)).toEqual(["9 spec.egress[0]"]);
  });

  it("tells ingress: [{}] from ingress: [], null and none", () => {
    for (const ingress of ["[]", "null"])
      expect(
        findings(
          id,
          documents(deny, policy("web", `{ podSelector: {}, policyTypes: [Ingress], ingress: ${ingress} }`)),
        ),
      ).toEqual([]);
    expect(findings(id, documents(deny, policy("web", "{ podSelector: {}, policyTypes: [Ingress] }")))).toEqual([]);
    expect(
      findings(id, documents(deny, policy("web", "{ podSelector: {}, ingress: [{ from: [], ports: null }] }"))),
    ).toHaveLength(1);
  });

  it("needs subjects that can share a pod, in one namespace", () => {
    const denyDb = policy("deny", "{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress] }");
    expect(findings(id, documents(denyDb, open))).toEqual([]);
    const denyTier = policy("deny", "{ podSelector: { matchLabels: { tier: front } }, policyTypes: [Ingress] }");
    expect(findings(id, documents(denyTier, open))).toHaveLength(1);
    expect(findings(id, documents(policy("deny", "{ podSelector: {} }", "other"), open))).toEqual([]);
  });

  it("does not take isolation by default for a deny", () => {
    const egressOnly = policy("dns", "{ podSelector: {}, egress: [{ ports: [{ port: 53, protocol: UDP }] }] }");
    expect(findings(id, documents(egressOnly, open))).toEqual([]);
  });

  it("ignores rules of a direction that policyTypes leaves out", () => {
    expect(
      findings(id, documents(deny, policy("web", "{ podSelector: {}, policyTypes: [Egress], ingress: [{}] }"))),
    ).toEqual([]);
  });
});
