import { describe, expect, it } from "vitest";
import { can } from "../../src/analysis/connectivity.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

const pods = ["web", "db"]
  .map(
    (name, i) =>
      `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}, status: {podIPs: [{ip: 10.0.0.${i + 1}}]}}`,
  )
  .join("\n---\n");

function read(...documents: readonly string[]): Cluster {
  return readManifests([{ name: "a.yaml", text: [pods, ...documents].join("\n---\n") }]);
}

function policy(name: string, spec: string, apiVersion = "projectcalico.org/v3"): string {
  return `apiVersion: ${apiVersion}\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: shop}\nspec: ${spec}`;
}

function answer(cluster: Cluster, source: string, target: string): string {
  return can(cluster, { source, target, port: "80" }).answer;
}

describe("Calico's kinds", () => {
  it("decide in the order of tiers, then of policies, beside NetworkPolicies at 1000", () => {
    const deny = policy("deny", "{order: 2000, selector: app == 'db', ingress: [{action: Deny}]}");
    const allow = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: np, namespace: shop}\nspec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}`;
    expect(answer(read(deny), "shop/web", "shop/db")).toBe("no");
    expect(answer(read(deny, allow), "shop/web", "shop/db")).toBe("yes");
    expect(answer(read(deny.replace("2000", "10"), allow), "shop/web", "shop/db")).toBe("no");
  });

  it("pass where the tier's default action does", () => {
    const tier =
      "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: first}\nspec: {order: 1, defaultAction: Pass}";
    const inTier = policy("first.p", "{tier: first, selector: app == 'db', types: [Ingress]}");
    expect(answer(read(tier, inTier), "shop/web", "shop/db")).toBe("yes");
    expect(answer(read(tier.replace("Pass", "Deny"), inTier), "shop/web", "shop/db")).toBe("no");
  });

  it("are one object when both groups serve it", () => {
    const both = read(
      policy("p", "{selector: app == 'db'}"),
      policy("default.p", "{selector: app == 'db', types: [Ingress]}", "crd.projectcalico.org/v1"),
    );
    expect(both.policies).toHaveLength(1);
  });

  it("say with a column what is wrong with a selector, and are not in force", () => {
    const cluster = read(policy("p", "{selector: app = 'db'}"));
    expect(cluster.policies).toEqual([]);
    expect(cluster.problems).toMatchObject([
      {
        code: "invalid-policy",
        message: expect.stringContaining("at character 5"),
        location: { path: "spec.selector" },
      },
    ]);
  });

  it("find pods by the addresses of network sets", () => {
    const set =
      "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: {name: s, labels: {trusted: 'yes'}}\nspec: {nets: [10.0.0.1]}";
    const allow = `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: g}\nspec: {selector: app == 'db', ingress: [{action: Allow, source: {selector: trusted == 'yes'}}]}`;
    expect(answer(read(set, allow), "shop/web", "shop/db")).toBe("yes");
    expect(answer(read(allow), "shop/web", "shop/db")).toBe("no");
    expect(answer(read(set, allow), "10.0.0.9", "shop/db")).toBe("no");
  });

  it("leave a NetworkPolicy of the same name alone", () => {
    const np =
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: {podSelector: {}}";
    expect(read(np, policy("p", "{selector: app == 'db'}")).policies).toHaveLength(2);
  });
});
