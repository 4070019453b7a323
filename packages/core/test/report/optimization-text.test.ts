import { describe, expect, it } from "vitest";
import { optimizeCluster } from "../../src/analysis/optimize-cluster.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { optimizationText } from "../../src/report/optimization-text.ts";

function textOf(count: number, metadata: (i: number) => object): string {
  const items = Array.from({ length: count }, (_, i) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: `web-${String.fromCodePoint(97 + i)}`, namespace: "shop", ...metadata(i) },
    spec: {
      podSelector: { matchLabels: { app: "web" } },
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: `client-${i}` } } }], ports: [{ port: 80 }] }],
    },
  }));
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  return optimizationText(optimizeCluster(readManifests([{ name: "list.json", text }]), { rules: [] }).plan);
}

describe("the plan for a person", () => {
  it("names the first of many policies that become one, and all of a few", () => {
    expect(textOf(12, () => ({}))).toContain(
      "make web of shop/web-a, shop/web-b, shop/web-c, shop/web-d, shop/web-e, shop/web-f, shop/web-g, shop/web-h and 4 more\n",
    );
    expect(textOf(9, () => ({}))).toContain("shop/web-g, shop/web-h and shop/web-i\n");
  });

  it("does so of what is left alone", () => {
    expect(textOf(12, (i) => ({ labels: { team: `t${i}` } }))).toContain("shop/web-g, shop/web-h and 4 more\n");
  });
});
