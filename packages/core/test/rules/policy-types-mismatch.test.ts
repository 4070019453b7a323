import { describe, expect, it } from "vitest";
import { deployment, documents, findings, placeOf, policy } from "./evaluate.ts";

const id = "policy-types-mismatch";

describe("policy-types-mismatch", () => {
  it("points at the key of the ignored rules", () => {
    const [finding] = findings(
      id,
      documents(
        deployment("web"),
        policy("web", "{ podSelector: {}, policyTypes: [Ingress], egress: [{}, { ports: [{ port: 53 }] }] }"),
      ),
    );
    expect(placeOf(finding)).toBe("13 spec.egress");
    expect(finding?.location?.endColumn).toBe((finding?.location?.column ?? 0) + "egress".length);
    expect(finding?.message).toContain("2 egress rules");
    expect(finding?.affected).toEqual(["shop/web[Deployment]"]);
  });

  it("finds ignored ingress rules", () => {
    expect(
      findings(id, policy("web", "{ policyTypes: [Egress], ingress: [{}] }")).map(({ location }) => location?.path),
    ).toEqual(["spec.ingress"]);
  });

  it.each([
    "{ ingress: [{}], egress: [{}] }",
    "{ policyTypes: [], ingress: [{}], egress: [{}] }",
    "{ policyTypes: [Ingress], ingress: [{}], egress: [] }",
    "{ policyTypes: [Egress, Ingress], ingress: [{}], egress: [{}] }",
  ])("is silent on %s", (spec) => {
    expect(findings(id, policy("web", spec))).toEqual([]);
  });
});
