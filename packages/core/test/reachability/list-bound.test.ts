import { arbitraryCluster } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ListOptions, listConnectivity, streamConnectivity } from "../../src/analysis/stream-connectivity.ts";
import type { Endpoint } from "../../src/answers/endpoint.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { connectivityMarkdown } from "../../src/report/connectivity-markdown.ts";
import { connectivityText } from "../../src/report/connectivity-text.ts";
import { groupConnections } from "../../src/query/group-connections.ts";

const clusters = arbitraryCluster().map((items) =>
  readManifests([{ name: "c.json", text: JSON.stringify({ apiVersion: "v1", kind: "List", items }) }]),
);

describe("a list of a part", () => {
  it("has what the whole list has of the ends that are selected", () => {
    fc.assert(
      fc.property(clusters, fc.nat(6), (cluster, nth) => {
        const whole = listConnectivity(cluster);
        const chosen = new Set(whole.endpoints.filter((_, i) => i % 7 === nth).map(({ id }) => id));
        const select = ({ id }: Endpoint): boolean => chosen.has(id);
        const part = listConnectivity(cluster, { select });
        for (const list of ["connections", "uncertain"] as const)
          expect(part[list]).toEqual(
            whole[list].filter(({ source, target }) => chosen.has(source) || chosen.has(target)),
          );
      }),
      { numRuns: 60 },
    );
  });

  it("stops at a bound, and says so", () => {
    fc.assert(
      fc.property(clusters, fc.nat(12), (cluster, most) => {
        const whole = listConnectivity(cluster);
        const all = [...whole.connections, ...whole.uncertain];
        const part = listConnectivity(cluster, { atMost: { connections: most, portSets: Number.POSITIVE_INFINITY } });
        expect([...part.connections, ...part.uncertain]).toEqual(all.slice(0, most));
        expect(part.truncated).toEqual(all.length > most ? { listed: most } : undefined);
        const told = [...connectivityText(groupConnections(part)), ...connectivityMarkdown(part)].join("");
        expect(told.match(/--all lists all/g)?.length ?? 0).toBe(all.length > most ? 2 : 0);
      }),
      { numRuns: 60 },
    );
  });

  it("stops where there are too many different sets of ports", () => {
    const ports = (i: number): string =>
      `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p${i}}, spec: {podSelector: {matchLabels: {n: "${i}"}}, ingress: [{ports: [{port: ${i + 1}}]}]}}`;
    const pod = (i: number): string => `{apiVersion: v1, kind: Pod, metadata: {name: a${i}, labels: {n: "${i}"}}}`;
    const text = Array.from({ length: 9 }, (_, i) => `${pod(i)}\n---\n${ports(i)}`).join("\n---\n");
    const options: ListOptions = { atMost: { connections: 1000, portSets: 4 } };
    const { connections, uncertain, truncated } = streamConnectivity(
      readManifests([{ name: "a.yaml", text }]),
      options,
    );
    const sets = new Set([...connections].map((connection) => JSON.stringify(connection.ports)));
    expect([...uncertain]).toEqual([]);
    expect(sets.size).toBe(4);
    expect(truncated()).toBeDefined();
  });
});
