import { describe, expect, it } from "vitest";
import { documents, findings, policy } from "./evaluate.ts";

const id = "duplicate-policy-name";

describe("duplicate-policy-name", () => {
  it("points at the second", () => {
    const [finding, ...more] = findings(id, documents(policy("web", "{}"), policy("web", "{ policyTypes: [Egress] }")));
    expect(more).toEqual([]);
    expect(finding?.location?.line).toBeGreaterThan(5);
    expect(finding?.severity).toBe("high");
  });

  it("tells namespaces apart, and default from none", () => {
    expect(findings(id, documents(policy("web", "{}"), policy("web", "{}", "other")))).toEqual([]);
    expect(
      findings(id, documents(policy("web", "{}", "default"), policy("web", "{}").replace(", namespace: shop", ""))),
    ).toHaveLength(1);
  });
});
