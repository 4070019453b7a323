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
    expect(findings(id, documents(denyTier, open))).toMatchObject([
      {
        severity: "low",
        message: expect.stringMatching(/denies no ingress of a pod that both select; no pod of the input is one$/),
      },
    ]);
    expect(findings(id, documents(policy("deny", "{ podSelector: {} }", "other"), open))).toEqual([]);
  });

  it("is mild where no pod has the labels of both, and hides nothing else then", () => {
    const denyTier = policy("deny", "{ podSelector: { matchLabels: { tier: front } }, policyTypes: [Egress] }");
    const out = policy("out", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{}] }");
    const front = deployment("web", { app: "web", tier: "front" });
    const severities = (...texts: readonly string[]): unknown => [
      findings(id, documents(...texts)).map(({ severity }) => severity),
      findings("internet-egress-open", documents(...texts)).map(({ severity }) => severity),
    ];
    expect(severities(deployment("web"), denyTier, out)).toEqual([["low"], ["medium"]]);
    expect(severities(front, denyTier, out)).toEqual([["high"], []]);
  });

  it("names the deny that holds for pods of the input before one that two selectors share by chance", () => {
    const chance = policy("a-deny", "{ podSelector: { matchLabels: { tier: front } }, policyTypes: [Ingress] }");
    const [finding, ...more] = findings(id, documents(deployment("web"), chance, deny, open));
    expect(more).toEqual([]);
    expect(finding?.message).toContain("NetworkPolicy shop/deny denies no ingress");
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
