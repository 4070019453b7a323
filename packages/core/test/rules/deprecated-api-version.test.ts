import { describe, expect, it } from "vitest";
import { evaluate, findings, policy } from "./evaluate.ts";

const id = "deprecated-api-version";

describe("deprecated-api-version", () => {
  it("finds extensions/v1beta1, and invalid-policy leaves it alone", () => {
    const old = policy("web", "{ podSelector: {}, policyTypes: [Ingress] }").replace(
      "networking.k8s.io/v1",
      "extensions/v1beta1",
    );
    const [finding] = findings(id, old);
    expect(finding?.location?.path).toBe("apiVersion");
    expect(finding?.severity).toBe("medium");
    expect(evaluate(old, "invalid-policy").findings).toEqual([]);
  });

  it("finds the alpha kinds", () => {
    const admin =
      "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: { name: first }\nspec: {}";
    expect(findings(id, admin).map(({ location }) => location?.path)).toEqual(["apiVersion"]);
    expect(findings(id, policy("web", "{}"))).toEqual([]);
  });
});
