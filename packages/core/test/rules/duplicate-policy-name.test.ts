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

  it("is one finding for a policy that is there many times, at the last", () => {
    const four = ["a", "b", "c", "d"].map((app) => policy("web", `{ podSelector: { matchLabels: { app: ${app} } } }`));
    const [finding, ...more] = findings(id, documents(...four, policy("api", "{}")));
    expect(more).toEqual([]);
    expect(finding?.message).toBe(
      "NetworkPolicy shop/web is defined 4 times: this last one wins, as it is applied last. Remove or rename the others",
    );
    expect(finding?.location?.line).toBe(18);
    expect(finding?.related.map(({ location }) => location?.line)).toEqual([8, 13, 18]);
  });

  it("tells namespaces apart, and default from none", () => {
    expect(findings(id, documents(policy("web", "{}"), policy("web", "{}", "other")))).toEqual([]);
    expect(
      findings(id, documents(policy("web", "{}", "default"), policy("web", "{}").replace(", namespace: shop", ""))),
    ).toHaveLength(1);
  });
});
