import { describe, expect, it } from "vitest";
import { can } from "../../src/analysis/connectivity.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

/** What selectors of cluster-wide policies ask for is checked by no CRD: whom those match that are none is not defined. */

const pods = `
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}}
---
`;

const invalid = [
  "matchExpressions: [{key: app, operator: in, values: [web]}]",
  "matchExpressions: [{key: app, operator: In}]",
  "matchExpressions: [{key: app, operator: NotIn, values: []}]",
  "matchExpressions: [{key: app, operator: Exists, values: [web]}]",
  "matchExpressions: [{key: app, operator: In, values: [web, -x]}]",
  "matchExpressions: [{key: -x, operator: DoesNotExist}]",
];

const everyone = "{namespaces: {}}";
const podsOf = (selector: string): string => `{pods: {namespaceSelector: {}, podSelector: {${selector}}}}`;

function read(subject: string, from: string, live = false): Cluster {
  const policy = `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: p}
spec: {tier: Admin, priority: 1, subject: ${subject}, ingress: [{action: Deny, from: [${from}]}]}`;
  return readManifests([{ name: "a.yaml", text: `${pods}${policy}` }], { live });
}

function intoDb(cluster: Cluster): string {
  return can(cluster, { source: "shop/web", target: "shop/db", port: "80" }).answer;
}

describe("selectors that are none", () => {
  it.each(invalid)("of a peer match possibly: %s", (selector) => {
    const cluster = read(everyone, podsOf(selector));
    expect(cluster.refusedPolicies).toEqual([]);
    expect(cluster.problems).toMatchObject([{ code: "undefined-selector", severity: "warning" }]);
    expect(cluster.problems[0]?.message).toContain("the API server stores it all the same");
    expect(intoDb(cluster)).toBe("unknown");
  });

  it.each(invalid)("of a subject select possibly: %s", (selector) => {
    const cluster = read(podsOf(selector.replaceAll("web", "db")), everyone);
    expect(cluster.refusedPolicies).toEqual([]);
    expect(intoDb(cluster)).toBe("unknown");
  });

  it.each(invalid)("match possibly, too, where they come from a live cluster: %s", (selector) => {
    expect(intoDb(read(everyone, podsOf(selector), true))).toBe("unknown");
    expect(intoDb(read(podsOf(selector.replaceAll("web", "db")), everyone, true))).toBe("unknown");
  });

  it("match at most what the rest of them does", () => {
    const rest = "matchLabels: {app: other}, matchExpressions: [{key: app, operator: in, values: [web]}]";
    expect(intoDb(read(everyone, podsOf(rest)))).toBe("yes");
    expect(intoDb(read(everyone, podsOf("matchLabels: {app: -web}")))).toBe("yes");
  });

  it("leave the rules beside them as they are", () => {
    const [, operator = ""] = invalid;
    expect(intoDb(read(everyone, `${podsOf("matchLabels: {app: db}")}, ${podsOf(operator)}`))).toBe("unknown");
    expect(intoDb(read(everyone, podsOf("matchLabels: {app: web}")))).toBe("no");
  });

  it("without a key or an operator are refused: the CRDs require both", () => {
    for (const expression of ["{operator: Exists}", "{key: app}", "{key: app, operator: 5}"])
      expect(read(everyone, podsOf(`matchExpressions: [${expression}]`)).refusedPolicies).toHaveLength(1);
  });
});
