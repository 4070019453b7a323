import { describe, expect, it } from "vitest";
import { clusterPolicy, deployment, documents, evaluate, findings, policy } from "./evaluate.ts";

const id = "admin-allow-bypasses-default-deny";
const deny = policy("deny", "{ podSelector: {}, policyTypes: [Ingress, Egress] }");
const web = deployment("web");
const everybody = "{ action: Accept, from: [{ namespaces: {} }] }";
const monitoring = "namespaces: { matchLabels: { kubernetes.io/metadata.name: monitoring } }";
const metrics = "protocols: [{ tcp: { destinationPort: { number: 9090 } } }]";

describe("admin-allow-bypasses-default-deny", () => {
  it.each([
    ["everything from everybody", everybody, "high"],
    ["one port from everybody", `{ action: Accept, from: [{ namespaces: {} }], ${metrics} }`, "medium"],
    ["all ports from some", `{ action: Accept, from: [{ ${monitoring} }] }`, "medium"],
    ["one port from some", `{ action: Accept, from: [{ ${monitoring} }], ${metrics} }`, "low"],
  ])("finds %s", (_, rule, severity) => {
    const prometheus = deployment("prometheus", { app: "prometheus" }, "monitoring");
    const yaml = documents(web, prometheus, deny, clusterPolicy("open", { ingress: rule }));
    const [finding, ...more] = findings(id, yaml);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity, affected: ["shop/web[Deployment]"] });
    expect(finding?.location?.path).toBe("spec.ingress[0]");
    expect(finding?.message).toContain("NetworkPolicy shop/deny");
  });

  it("finds what is opened for egress, and only for pods that are isolated", () => {
    const open = clusterPolicy("open", { egress: "{ action: Accept, to: [{ networks: [203.0.113.0/24] }] }" });
    const batch = deployment("batch", { app: "batch" }, "jobs");
    expect(findings(id, documents(web, batch, deny, open))).toMatchObject([{ affected: ["shop/web[Deployment]"] }]);
  });

  it("advises to pass on only where later policies decide for every pod", () => {
    const open = clusterPolicy("open", { ingress: everybody });
    const batch = deployment("batch", { app: "batch" }, "jobs");
    const advice = (...more: readonly string[]): string =>
      findings(id, documents(web, deny, open, ...more))[0]?.fix?.description ?? "";
    const followed = (...more: readonly string[]): readonly string[] =>
      findings("pass-without-lower-policy", documents(web, deny, open.replace("Accept", "Pass"), ...more)).flatMap(
        ({ affected }) => affected,
      );
    expect(advice()).toContain("or pass on instead (action: Pass), so that they decide.");
    expect(followed()).toEqual([]);
    expect(advice(batch)).toContain("would leave jobs/batch[Deployment] open, about which no later policy decides.");
    expect(followed(batch)).toEqual(["jobs/batch[Deployment]"]);
    const denied = policy("deny", "{ podSelector: {} }", "jobs");
    expect(advice(batch, denied)).toContain("or pass on instead");
    expect(followed(batch, denied)).toEqual([]);
  });

  it.each([
    ["Pass", clusterPolicy("open", { ingress: everybody.replace("Accept", "Pass") })],
    ["an Allow of the Baseline tier", clusterPolicy("open", { ingress: everybody }, { tier: "Baseline" })],
    [
      "an Allow that an earlier Deny leaves nothing",
      clusterPolicy("open", { ingress: `{ action: Deny, from: [{ namespaces: {} }] }, ${everybody}` }),
    ],
    [
      "an Allow for others",
      clusterPolicy("open", { ingress: everybody }, { subject: "{ namespaces: { matchLabels: { a: b } } }" }),
    ],
  ])("is silent on %s", (_, cluster) => {
    expect(findings(id, documents(web, deny, cluster))).toEqual([]);
  });

  it("is silent on what NetworkPolicies allow as well", () => {
    const allow = policy("allow", "{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }] }");
    expect(findings(id, documents(web, deny, allow, clusterPolicy("open", { ingress: everybody })))).toEqual([]);
  });

  it("is not evaluated without pods", () => {
    const { findings: found, notEvaluated } = evaluate(
      documents(deny, clusterPolicy("open", { ingress: everybody })),
      id,
    );
    expect([found, notEvaluated.length]).toEqual([[], 1]);
  });
});
