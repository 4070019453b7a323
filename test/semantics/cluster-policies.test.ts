import { listConnectivity, readManifests, UsageError } from "@npa/core";
import { describe, expect, it } from "vitest";

const text = `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { containers: [{ name: main, image: example }] }
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: egress }
spec:
  tier: Admin
  priority: 1
  subject: { namespaces: {} }
  egress:
    - { action: Accept, to: [{ domainNames: ["*.example.com"] }] }
    - { action: Deny, to: [{ networks: [0.0.0.0/0, "::/0"] }] }
`;
const cluster = readManifests([{ name: "a.yaml", text }]);

/** Where the pod may send anything, certainly. */
function reached(domains?: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const { connections, endpoints } = listConnectivity(cluster, domains === undefined ? {} : { domains });
  const targets = new Set(connections.filter(({ source }) => source.startsWith("shop/")).map(({ target }) => target));
  return endpoints.flatMap((each) => (each.type === "ipBlock" && targets.has(each.id) ? each.ranges : []));
}

describe("a ClusterNetworkPolicy", () => {
  it("is the same in v1alpha2 and v1beta1, and one object in both", () => {
    const beta = text.replace("v1alpha2", "v1beta1");
    const { connections, uncertain } = listConnectivity(cluster);
    const answer = listConnectivity(readManifests([{ name: "a.yaml", text: beta }]));
    expect({ connections: answer.connections, uncertain: answer.uncertain }).toEqual({ connections, uncertain });
    const both = readManifests([{ name: "a.yaml", text: `${text}---\n${beta}` }]);
    expect(both.policies.map(({ ref }) => ref.apiVersion)).toEqual(["policy.networking.k8s.io/v1beta1"]);
    expect(both.problems.map(({ code }) => code)).toContain("duplicate-object");
  });

  it("of v1alpha1 is refused: there is none", () => {
    const { policies, problems } = readManifests([{ name: "a.yaml", text: text.replace("v1alpha2", "v1alpha1") }]);
    expect(policies).toEqual([]);
    expect(problems.map(({ message }) => message)).toContain(
      'there is no ClusterNetworkPolicy in "policy.networking.k8s.io/v1alpha1": write policy.networking.k8s.io/v1beta1',
    );
  });
});

describe("row 22: domainNames", () => {
  it("are possible and never certain", () => {
    expect(reached()).toEqual([]);
    expect(listConnectivity(cluster).uncertain.length).toBeGreaterThan(0);
  });

  it("are certain where it is said what addresses the names have", () => {
    expect(reached({ "api.example.com": ["203.0.113.7"], "example.org": ["203.0.113.8"] })).toEqual([
      "203.0.113.7-203.0.113.7",
    ]);
    expect(reached({ "example.com": ["203.0.113.7"] })).toEqual([]);
  });

  it("may name pods where they are of the cluster's own domain, and not otherwise", () => {
    const withPeer = (name: string): string =>
      `${text.replace('"*.example.com"', JSON.stringify(name))}---\n${text.split("---")[0]?.replace("name: web", "name: db") ?? ""}`;
    const isOpen = (name: string): boolean =>
      listConnectivity(readManifests([{ name: "a.yaml", text: withPeer(name) }])).uncertain.some(
        ({ source, target }) => source === "shop/web[Pod]" && target === "shop/db[Pod]",
      );
    const own = ["db.shop.svc.cluster.local", "*.cluster.local", "DB.shop.svc.corp.test.", "10-0-0-1.shop.pod.x.test"];
    expect(own.filter((name) => !isOpen(name))).toEqual([]);
    expect(["*.example.com", "cluster.local.test", "svcs.example.com"].filter(isOpen)).toEqual([]);
  });

  it("want addresses", () => {
    expect(() => reached({ "api.example.com": ["nowhere"] })).toThrow(UsageError);
  });
});
