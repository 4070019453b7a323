import { describe, expect, it } from "vitest";
import { evaluate, findings, policy } from "./evaluate.ts";

const id = "policy-types-implicit";

describe("policy-types-implicit", () => {
  it("writes out the default, which changes nothing", () => {
    for (const [spec, types] of [
      ["podSelector: {}, ingress: [{}]", "Ingress"],
      ["podSelector: {}, policyTypes: [], egress: []", "Ingress"],
      ["podSelector: {}, ingress: [{}], egress: [{}]", "Ingress, Egress"],
    ] as const) {
      const [finding] = findings(id, policy("web", `{ ${spec} }`));
      expect(finding?.fix).toMatchObject({ kind: "safe", changes: [{ key: "policyTypes", value: types.split(", ") }] });
    }
  });

  it("says when the default denies what nobody wrote", () => {
    expect(findings(id, policy("web", "{ egress: [{}] }"))[0]?.fix?.kind).toBe("manual");
    expect(findings(id, policy("web", "{ egress: [{}] }"))[0]?.message).toContain("denies all ingress");
    expect(findings(id, policy("web", "{ ingress: [{}], egress: [{}] }"))[0]?.message).not.toContain(
      "denies all ingress",
    );
  });

  it("is silent on written types", () => {
    expect(evaluate(policy("web", "{ policyTypes: [Ingress] }"), id).findings).toEqual([]);
  });
});
