import { describe, expect, it } from "vitest";
import type { PodTier } from "../../src/rules/settings.ts";
import { deployment, documents, findings, findingsWith, policy } from "./evaluate.ts";

const id = "cross-namespace-lateral-movement";
const tiers: readonly PodTier[] = ["web", "app", "data"].map((name) => ({ name, labels: { tier: name } }));
const pods = documents(
  deployment("front", { tier: "web" }, "web"),
  deployment("orders", { tier: "app" }, "app"),
  deployment("db", { tier: "data" }, "data"),
);
/** Lets in pods with a label, from any namespace. */
const only = (namespace: string, ...from: readonly string[]): string => {
  const peers = from.map((tier) => `{ namespaceSelector: {}, podSelector: { matchLabels: { tier: ${tier} } } }`);
  const rules = peers.length === 0 ? "[]" : `[{ from: [${peers.join()}], ports: [{ port: 80 }] }]`;
  return policy(namespace, `{ podSelector: {}, policyTypes: [Ingress], ingress: ${rules} }`, namespace);
};

describe("cross-namespace-lateral-movement", () => {
  it("is silent where each tier lets in the one before", () => {
    const yaml = documents(pods, only("web"), only("app", "web"), only("data", "app"));
    expect(findingsWith(id, yaml, { tiers })).toEqual([]);
  });

  it("finds a way past a tier, and one against the order", () => {
    const yaml = documents(pods, only("web", "data"), only("app", "web"), only("data", "app", "web"));
    const found = findingsWith(id, yaml, { tiers });
    expect(found.map(({ message }) => message)).toEqual([
      "web/front[Deployment] of tier web reaches data/db[Deployment] of tier data, past app",
      "data/db[Deployment] of tier data reaches web/front[Deployment] of tier web, against the order of the tiers",
    ]);
    expect(found[0]).toMatchObject({ severity: "medium", affected: ["data/db[Deployment]"] });
  });

  it("follows connections through pods of no tier, as many as the option says", () => {
    const proxy = deployment("proxy", { tier: "none" }, "proxy");
    const yaml = documents(
      pods,
      proxy,
      only("web"),
      only("app", "web"),
      only("data", "app", "none"),
      only("proxy", "web"),
    );
    const [finding] = findingsWith(id, yaml, { tiers });
    expect(finding?.message).toContain("through proxy/proxy[Deployment] of no tier");
    expect(findingsWith(id, yaml, { tiers, options: { [id]: { hops: 1 } } })).toEqual([]);
  });

  it("takes tiers by namespace and by its labels", () => {
    const yaml = documents(pods, only("app", "web"), only("data", "app"));
    const byNamespace = ["web", "app", "data"].map((namespace) => ({ name: namespace, namespace }));
    expect(findingsWith(id, yaml, { tiers: byNamespace })).toHaveLength(2);
    const byLabels = byNamespace.map(({ name }) => ({
      name,
      namespaceLabels: { "kubernetes.io/metadata.name": name },
    }));
    expect(findingsWith(id, yaml, { tiers: byLabels })).toHaveLength(2);
  });

  it("is silent without tiers", () => {
    expect(findings(id, pods)).toEqual([]);
  });
});
