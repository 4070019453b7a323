import { describe, expect, it } from "vitest";
import { clusterPolicy, deployment, documents, findings, podAt, policy } from "./evaluate.ts";

const id = "ipv4-only-deny";
const deny = (...networks: readonly string[]): string =>
  clusterPolicy("no-internet", {
    egress: `{ action: Deny, to: [{ networks: [${networks.map((each) => `"${each}"`).join()}] }] }`,
  });
const dual = podAt("web", ["10.1.2.3", "fd00::3"]);

describe("ipv4-only-deny", () => {
  it("finds it in a cluster of both families", () => {
    const [finding, ...more] = findings(id, documents(dual, deny("0.0.0.0/0")));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: "medium", affected: ["shop/web[Pod]"] });
    expect(finding?.location?.path).toBe("spec.egress[0].to[0]");
  });

  it("is low where the families are not known", () => {
    expect(findings(id, documents(deployment("web"), deny("0.0.0.0/0")))).toMatchObject([{ severity: "low" }]);
    expect(findings(id, deny("0.0.0.0/0"))).toMatchObject([{ severity: "low" }]);
  });

  it.each([
    ["both families", [dual, deny("0.0.0.0/0", "::/0")]],
    ["halves that are the whole", [dual, deny("0.0.0.0/1", "128.0.0.0/1", "::/0")]],
    ["a cluster of IPv4", [podAt("web", ["10.1.2.3"]), deny("0.0.0.0/0")]],
    [
      "pods whose egress is isolated anyway",
      [dual, deny("0.0.0.0/0"), policy("deny", "{ podSelector: {}, policyTypes: [Egress] }")],
    ],
    [
      "a twin in another policy",
      [dual, deny("0.0.0.0/0"), clusterPolicy("six", { egress: '{ action: Deny, to: [{ networks: ["::/0"] }] }' })],
    ],
    ["a part of IPv4", [dual, deny("10.0.0.0/8")]],
  ])("is silent on %s", (_, texts) => {
    expect(findings(id, documents(...texts))).toEqual([]);
  });
});
