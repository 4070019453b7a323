import { type Answer, can, readManifests } from "@npa/core";
import { describe, expect, it } from "vitest";
import { namespace, pod } from "./manifests.ts";

describe("peers of Cilium's policies", () => {
  const world = namespace("a") + pod("a/web", "{app: web}") + pod("a/db", "{app: db}");
  const answer = (ingress: string, source: string): Answer => {
    const text = `${world}---
{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: c, namespace: a}, spec: {endpointSelector: {}, ingress: [${ingress}]}}
`;
    const cluster = readManifests([{ name: "cluster.yaml", text }]);
    return can(cluster, { source, target: "a/web", port: "80" }, {}).answer;
  };

  it("a selector that only leaves identities out may mean whoever is no pod", () => {
    const from = (keys: string): string => `{fromEndpoints: [{matchExpressions: [${keys}]}]}`;
    const left = "{key: reserved:host, operator: DoesNotExist}";
    expect(answer(from(left), "203.0.113.9")).toBe("unknown");
    expect(answer(from(left), "reserved:health")).toBe("unknown");
    expect(answer(from(left), "a/db")).toBe("yes");
    // Whoever is no pod has no label to be asked for.
    expect(answer(from(`${left}, {key: app, operator: Exists}`), "203.0.113.9")).toBe("no");
  });
});
