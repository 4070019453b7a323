import { describe, expect, it } from "vitest";
import { diffClusters } from "../../src/analysis/diff-clusters.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

const pod = (name: string): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}}`;

type Entry = readonly [port: number, ...methods: string[]];

function shop(...entries: readonly Entry[]): Cluster {
  return shopWith([], entries);
}

function shopWith(others: readonly string[], entries: readonly Entry[]): Cluster {
  const items = entries.map(([port, ...methods]) => {
    const http = methods.map((method) => `{method: ${method}}`).join();
    const rules = methods.length === 0 ? "" : `, rules: {http: [${http}]}`;
    return `{fromEndpoints: [{}], toPorts: [{ports: [{port: "${port}", protocol: TCP}]${rules}}]}`;
  });
  const policy = `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: p, namespace: shop}, spec: {endpointSelector: {matchLabels: {app: db}}, ingress: [${items.join()}]}}`;
  return readManifests([{ name: "a.yaml", text: [pod("web"), pod("db"), ...others, policy].join("\n---\n") }]);
}

function changes(before: Cluster, after: Cluster): readonly unknown[] {
  const { changes: told, verdict } = diffClusters(before, after, { findings: false });
  expect(verdict.opened + verdict.closed).toBe(told.length);
  return told.map(({ type, requests, after: ports }) => [type, requests, ports?.ports.TCP?.join()]);
}

describe("changes of requests", () => {
  it.each([
    ["a limit that is lifted", shop([80, "GET"], [81]), shop([80], [81]), [["changed", "more", "80"]]],
    ["a limit that is added", shop([80], [81]), shop([80, "GET"], [81]), [["changed", "fewer", "80"]]],
    ["a request more", shop([80, "GET"]), shop([80, "GET", "PUT"]), [["changed", "more", "80"]]],
    [
      "another request",
      shop([80, "GET"]),
      shop([80, "PUT"]),
      [
        ["changed", "more", "80"],
        ["changed", "fewer", "80"],
      ],
    ],
    ["a port that opens for some requests", shop([80]), shop([80], [81, "GET"]), [["changed", undefined, "80-81"]]],
    ["nothing", shop([80, "GET", "PUT"]), shop([80, "PUT"], [80, "GET"]), []],
  ])("%s", (_, before, after, wanted) => {
    expect(changes(before, after)).toEqual(wanted);
  });
});

describe("very many changes of requests", () => {
  const many = Array.from({ length: 60 }, (_, i) => pod(`web-${i}`));
  const limited = shopWith(many, [[80, "GET"]]);
  const free = shopWith(many, [[80]]);
  it("are compared to a bound, and it is said that there are more", () => {
    const whole = diffClusters(limited, free, { findings: false });
    expect([whole.changeCount, whole.truncated]).toEqual([61, undefined]);
    const bounded = diffClusters(limited, free, { findings: false, limit: 1 });
    expect(bounded).toMatchObject({ truncated: true, changes: [{ type: "changed", requests: "more" }] });
    expect(bounded.changeCount).toBeLessThanOrEqual(50);
    expect(diffClusters(limited, free, { findings: false, limit: Infinity }).changeCount).toBe(61);
  });

  it("what changes of ports beyond the bound is no change of requests", () => {
    const closed = shopWith(many, [[81, "GET"]]);
    const bounded = diffClusters(closed, free, { findings: false, limit: 1 });
    expect(bounded.truncated).toBe(true);
    const { groups } = bounded;
    expect(JSON.stringify(groups)).not.toContain("requests");
    expect(bounded.changes.filter((change) => change.requests !== undefined)).toEqual([]);
  });
});
