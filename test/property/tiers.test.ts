import { defaultAssumptions, readManifests } from "@npa/core";
import { type TieredScenario, type Verdict, arbitraryTieredScenario, createOracle } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClassReach } from "../../packages/core/src/graph/class-reach.ts";
import { countNamespacePairs } from "../../packages/core/src/reachability/count-namespace-pairs.ts";
import { listEndpoints } from "../../packages/core/src/reachability/endpoints.ts";
import { connectionStream } from "../../packages/core/src/reachability/list-connections.ts";
import { Reachability } from "../../packages/core/src/reachability/reachability.ts";
import { parseAddress } from "../../packages/core/src/sets/address.ts";
import { parseCidr } from "../../packages/core/src/sets/address-set.ts";
import { noConnections } from "../../packages/core/src/sets/connection-set.ts";
import { unionAll } from "../../packages/core/src/sets/interval-set.ts";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 300);
const bounds = ["certain", "possible"] as const;

/** Small clusters have small peer sets: with a low limit they are shared between rows as big ones are. */
const denseSizes = fc.constantFrom(0, 1, 2, 64);

function reach({ objects, assumptions }: Omit<TieredScenario, "packets">, denseSize: number): Reachability {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  // As stored objects: a named port beside networks is refused by one channel of the CRD only.
  const cluster = readManifests([{ name: "cluster.json", text }], { live: true });
  expect(cluster.problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const { clusterPodCidrs = [], domains, ...known } = assumptions;
  const podCidrs = unionAll(clusterPodCidrs.map((cidr) => parseCidr(cidr)?.addresses ?? []));
  return new Reachability(cluster, {
    assumptions: { ...defaultAssumptions, ...known },
    denseSize,
    ...(podCidrs.length === 0 ? {} : { podCidrs }),
    ...(domains === undefined ? {} : { domains }),
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

describe("ordered tiers", () => {
  it("the engine agrees with the naive oracle, packet by packet, under random assumptions", () => {
    const seen = new Set<Verdict>();
    fc.assert(
      fc.property(arbitraryTieredScenario({ assumptions: true, packets: 20 }), denseSizes, (scenario, denseSize) => {
        const oracle = createOracle(scenario.objects, scenario.assumptions);
        const reachability = reach(scenario, denseSize);
        const classes = classesOf(reachability);
        for (const packet of scenario.packets) {
          if (packet.from === packet.to) continue;
          const asked = reachability.table.ofPorts([{ protocol: packet.protocol, from: packet.port, to: packet.port }]);
          const verdicts = classes(packet.from).flatMap((from) => classes(packet.to).map((to) => verdict(from, to)));
          const expected = oracle.verdict(packet);
          seen.add(expected);
          expect({ packet, verdicts }).toEqual({ packet, verdicts: [expected] });

          function verdict(from: number, to: number): Verdict {
            const passes = (bound: (typeof bounds)[number]): boolean =>
              reachability.table.intersection(reachability.connections(from, to, bound), asked) !== noConnections;
            return passes("certain") ? "yes" : passes("possible") ? "unknown" : "no";
          }
        }
      }),
      { numRuns: runs },
    );
    expect([...seen].toSorted()).toEqual(["no", "unknown", "yes"]);
  });

  it("lists, counts and what is reached are those of the single pairs", () => {
    fc.assert(
      fc.property(arbitraryTieredScenario({ assumptions: true, packets: 1 }), denseSizes, (scenario, denseSize) => {
        const reachability = reach(scenario, denseSize);
        const { classes, selectable } = reachability.pods;
        const connects = (from: number, to: number, bound: (typeof bounds)[number]): boolean =>
          reachability.connections(from, to, bound) !== noConnections;
        const stream = connectionStream(reachability);
        const { endpoints } = stream;
        const pairs = endpoints.flatMap((from) =>
          endpoints
            .filter((to) => from !== to || from.toItself)
            .filter((to) => from.endpoint.type !== "ipBlock" || to.endpoint.type !== "ipBlock")
            .filter((to) => connects(from.classId, to.classId, "certain"))
            .map((to) => `${from.endpoint.id} ${to.endpoint.id}`),
        );
        expect([...stream.connections()].map(({ source, target }) => `${source} ${target}`)).toEqual(pairs);
        const counts = reachability.counts();
        expect(counts.connections).toBe(pairs.length);
        for (const bound of bounds) {
          let podPairs = 0;
          let inNamespaces = 0;
          for (const from of classes)
            for (const to of classes) {
              if (!connects(from.id, to.id, bound)) continue;
              podPairs += from.pods * (from === to ? to.pods - 1 : to.pods);
              if (from.id < selectable && to.id < selectable) inNamespaces += from.pods * to.pods;
            }
          const counted = counts.podPairs + (bound === "certain" ? 0 : counts.uncertainPodPairs);
          expect({ bound, counted }).toEqual({ bound, counted: podPairs });
          const sums = [...countNamespacePairs(reachability, bound).values()];
          expect(sums.reduce((sum, { inside, outgoing }) => sum + inside + outgoing, 0)).toBe(inNamespaces);
          const reached = new ClassReach(reachability, bound);
          const found = new Set<number>();
          for (const source of classes.slice(0, 3)) reached.from(source.id, (target) => found.add(target));
          const should = Array.from({ length: reachability.classCount }, (_, id) => id).filter((to) =>
            classes.slice(0, 3).some(({ id }) => connects(id, to, bound)),
          );
          expect([...found].toSorted((a, b) => a - b)).toEqual(should);
        }
      }),
      { numRuns: runs },
    );
  });
});
