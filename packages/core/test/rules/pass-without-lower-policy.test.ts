import { describe, expect, it } from "vitest";
import { clusterPolicy, deployment, documents, findings, podAt, policy } from "./evaluate.ts";

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

  it("is silent on a Pass that takes pods out of a Deny of addresses, as the API advises, and not on one behind it", () => {
    const spare = "{ action: Pass, to: [{ namespaces: {} }] }";
    const block = "{ action: Deny, to: [{ networks: [0.0.0.0/0] }] }";
    const pods = documents(podAt("web", ["10.0.0.1"]), podAt("db", ["10.0.0.2"]));
    const count = (egress: string): number => findings(id, documents(pods, clusterPolicy("net", { egress }))).length;
    expect(count(`${spare}, ${block}`)).toBe(0);
    expect(count(`${spare}, { action: Deny, to: [{ namespaces: { matchLabels: { a: b } } }] }`)).toBe(1);
    expect(count(`${block.replace("0.0.0.0/0", "192.0.2.0/24")}, ${spare}`)).toBe(1);
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
