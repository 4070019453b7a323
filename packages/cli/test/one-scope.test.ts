import type { AnalysisReport, ConnectivityCounts } from "@npa/core";
import { describe, expect, it } from "vitest";
import { npa } from "./run.ts";

const pod = (namespace: string, name: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}}}\nspec: {}\n`;
const deny = (namespace: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: ${namespace}}\nspec: {podSelector: {}, policyTypes: [Ingress]}\n`;
const files = {
  "a.yaml": [
    pod("shop", "a"),
    pod("shop", "b"),
    pod("other", "c"),
    pod("third", "d"),
    deny("shop"),
    deny("other"),
  ].join("---\n"),
};

describe("-n limits every figure", () => {
  it("of a report", async () => {
    const { stdout } = await npa(["analyze", ".", "-n", "shop", "-o", "json"], files);
    const { summary, totalPolicies, namespaces, performanceMetrics } = JSON.parse(stdout) as AnalysisReport;
    // a and b to d; d cannot come in. Pairs with an end in shop: 2 inside, 2 x 2 each way.
    expect(summary).toMatchObject({
      namespaces: 1,
      workloads: 2,
      pods: 2,
      policies: 1,
      isolatedIngress: 2,
      isolatedEgress: 0,
      podPairs: 2,
      possiblePodPairs: 10,
    });
    expect([totalPolicies, performanceMetrics.totalPolicies, Object.keys(namespaces)]).toEqual([1, 1, ["shop"]]);
  });

  it("of list --count", async () => {
    const counts = async (...flags: readonly string[]): Promise<ConnectivityCounts> =>
      JSON.parse((await npa(["list", ".", "--count", "-o", "json", ...flags], files)).stdout) as ConnectivityCounts;
    const shop = await counts("-n", "shop");
    expect(shop).toMatchObject({
      policies: 1,
      workloads: 2,
      pods: 2,
      podClasses: 1,
      podPairs: 2,
      possiblePodPairs: 10,
    });
    const listed = await npa(["list", ".", "-n", "shop", "-o", "json"], files);
    expect(shop.connections).toBe((JSON.parse(listed.stdout) as { connections: unknown[] }).connections.length);
    expect(await counts("-n", "shop", "-n", "other", "-n", "third")).toEqual(await counts());
  });
});
