import { describe, expect, it } from "vitest";
import { clusterPolicy, deployment, documents, findings, policy } from "./evaluate.ts";

const id = "pass-without-lower-policy";
const web = deployment("web");
const pass = clusterPolicy("delegate", { ingress: "{ action: Pass, from: [{ namespaces: {} }] }" });
const deny = "{ action: Deny, from: [{ namespaces: {} }] }";

describe("pass-without-lower-policy", () => {
  it("finds a Pass that nobody decides about", () => {
    const [finding, ...more] = findings(id, documents(web, pass));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: "medium", affected: ["shop/web[Deployment]"] });
    expect(finding?.location?.path).toBe("spec.ingress[0]");
  });

  it("names the pods only that nothing isolates", () => {
    const batch = deployment("batch");
    const own = policy("batch", "{ podSelector: { matchLabels: { app: batch } }, policyTypes: [Ingress] }");
    expect(findings(id, documents(web, batch, own, pass))).toMatchObject([{ affected: ["shop/web[Deployment]"] }]);
  });

  it("finds a Pass of which the Baseline tier decides a part", () => {
    const some =
      "{ action: Deny, from: [{ namespaces: {} }], protocols: [{ tcp: { destinationPort: { number: 80 } } }] }";
    const part = clusterPolicy("default", { ingress: some }, { tier: "Baseline" });
    expect(findings(id, documents(web, pass, part))).toHaveLength(1);
  });

  it("does not speak of later tiers in the last one", () => {
    const last = clusterPolicy(
      "delegate",
      { ingress: "{ action: Pass, from: [{ namespaces: {} }] }" },
      { tier: "Baseline" },
    );
    const [finding] = findings(id, documents(web, last));
    expect(finding?.message).toContain("there is no later tier");
    expect(finding?.fix?.description).toContain("a NetworkPolicy, which is asked before");
  });

  it.each([
    ["a NetworkPolicy", policy("deny", "{ podSelector: {}, policyTypes: [Ingress] }")],
    ["a Baseline that denies", clusterPolicy("default", { ingress: deny }, { tier: "Baseline" })],
    [
      "a Baseline that allows",
      clusterPolicy("default", { ingress: deny.replace("Deny", "Accept") }, { tier: "Baseline" }),
    ],
    ["an earlier Deny", clusterPolicy("first", { ingress: deny }, { priority: 1 })],
  ])("is silent where %s decides", (_, other) => {
    expect(findings(id, documents(web, pass, other))).toEqual([]);
  });
});
