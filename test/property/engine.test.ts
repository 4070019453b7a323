import { type ReachabilityCounts, defaultAssumptions, readManifests } from "@npa/core";
import { type Scenario, type Verdict, arbitraryScenario, createOracle } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listEndpoints } from "../../packages/core/src/reachability/endpoints.ts";
import { connectionStream } from "../../packages/core/src/reachability/list-connections.ts";
import { Reachability } from "../../packages/core/src/reachability/reachability.ts";
import { parseAddress } from "../../packages/core/src/sets/address.ts";
import { parseCidr } from "../../packages/core/src/sets/address-set.ts";
import { noConnections } from "../../packages/core/src/sets/connection-set.ts";
import { unionAll } from "../../packages/core/src/sets/interval-set.ts";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 500);

/** Small clusters have small peer sets: with a low limit they are shared between rows as big ones are. */
const denseSizes = fc.constantFrom(0, 1, 2, 64);

function reach({ objects, assumptions }: Omit<Scenario, "packets">, denseSize: number): Reachability {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const cluster = readManifests([{ name: "cluster.json", text }]);
  expect(cluster.problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const { clusterPodCidrs = [], ...known } = assumptions;
  const podCidrs = unionAll(clusterPodCidrs.map((cidr) => parseCidr(cidr)?.addresses ?? []));
  return new Reachability(cluster, {
    assumptions: { ...defaultAssumptions, ...known },
    denseSize,
    ...(podCidrs.length === 0 ? {} : { podCidrs }),
  });
}

/** The classes an oracle's name stands for: one per endpoint of the workload, or that of the address. */
function classesOf(reachability: Reachability): (name: string) => readonly number[] {
  const endpoints = listEndpoints(reachability);
  return (name) => {
    const parsed = parseAddress(name);
    if (parsed !== undefined)
      return [reachability.pods.classes.length + reachability.addresses.classOf(parsed.address)];
    return endpoints.filter(({ workload }) => workload?.id === name).map(({ classId }) => classId);
  };
}

describe("the engine agrees with the naive oracle", () => {
  it("packet by packet, on random clusters under random assumptions", () => {
    fc.assert(
      fc.property(arbitraryScenario({ assumptions: true, packets: 20 }), denseSizes, (scenario, denseSize) => {
        const oracle = createOracle(scenario.objects, scenario.assumptions);
        const reachability = reach(scenario, denseSize);
        const classes = classesOf(reachability);
        for (const packet of scenario.packets) {
          if (packet.from === packet.to) continue;
          const asked = reachability.table.ofPorts([{ protocol: packet.protocol, from: packet.port, to: packet.port }]);
          const verdicts = classes(packet.from).flatMap((from) => classes(packet.to).map((to) => verdict(from, to)));
          expect({ packet, verdicts }).toEqual({ packet, verdicts: [oracle.verdict(packet)] });

          function verdict(from: number, to: number): Verdict {
            const passes = (bound: "certain" | "possible"): boolean =>
              reachability.table.intersection(reachability.connections(from, to, bound), asked) !== noConnections;
            return passes("certain") ? "yes" : passes("possible") ? "unknown" : "no";
          }
        }
      }),
      { numRuns: runs },
    );
  });

  it("on who is isolated", () => {
    fc.assert(
      fc.property(arbitraryScenario({ assumptions: true, packets: 1 }), denseSizes, (scenario, denseSize) => {
        const oracle = createOracle(scenario.objects, scenario.assumptions);
        const reachability = reach(scenario, denseSize);
        const classes = classesOf(reachability);
        for (const { id } of oracle.pods) {
          for (const direction of ["ingress", "egress"] as const) {
            const isolated = classes(id).map((classId) => reachability.isIsolated(classId, direction));
            expect({ id, direction, isolated }).toEqual({ id, direction, isolated: [oracle.isolated(id, direction)] });
          }
        }
      }),
      { numRuns: runs },
    );
  });
});

describe("the factored relation and its expansion agree", () => {
  it("the stream lists exactly the pairs that have a connection, in order, and counts() counts them", () => {
    fc.assert(
      fc.property(
        arbitraryScenario({ assumptions: true, packets: 1, maxPods: 8 }),
        denseSizes,
        (scenario, denseSize) => {
          const reachability = reach(scenario, denseSize);
          const stream = connectionStream(reachability);
          const endpoints = stream.endpoints;
          const expected: string[] = [];
          for (const from of endpoints) {
            for (const to of endpoints) {
              const bothOutside = from.endpoint.type === "ipBlock" && to.endpoint.type === "ipBlock";
              if (bothOutside || (from === to && !from.toItself)) continue;
              if (reachability.connections(from.classId, to.classId) !== noConnections)
                expected.push(`${from.endpoint.id} ${to.endpoint.id}`);
            }
          }
          const listed = [...stream.connections()].map(({ source, target }) => `${source} ${target}`);
          expect(listed).toEqual(expected);
          const counts: ReachabilityCounts = reachability.counts();
          expect(counts.connections).toBe(listed.length);
          expect([counts.podPairs, counts.podPairs + counts.uncertainPodPairs]).toEqual([
            podPairs(reachability, "certain"),
            podPairs(reachability, "possible"),
          ]);
          const [scope] = [...reachability.cluster.namespaces.keys()].slice(0, 1);
          if (scope === undefined) return;
          const scoped: ReachabilityCounts = reachability.counts(new Set([scope]));
          const isInside = (id: string): boolean => id.startsWith(`${scope}/`);
          const inside = [...stream.connections()].filter(({ source, target }) => isInside(source) || isInside(target));
          expect(scoped.connections).toBe(inside.length);
          expect([scoped.podPairs, scoped.podPairs + scoped.uncertainPodPairs]).toEqual([
            podPairs(reachability, "certain", scope),
            podPairs(reachability, "possible", scope),
          ]);
        },
      ),
      { numRuns: runs },
    );
  });
});

/** Pairs of different pods, all or those with an end in a namespace. */
function podPairs(reachability: Reachability, bound: "certain" | "possible", scope?: string): number {
  let total = 0;
  for (const from of reachability.pods.classes) {
    for (const to of reachability.pods.classes) {
      if (scope !== undefined && from.namespace !== scope && to.namespace !== scope) continue;
      if (reachability.connections(from.id, to.id, bound) === noConnections) continue;
      total += from.pods * (from === to ? to.pods - 1 : to.pods);
    }
  }
  return total;
}
