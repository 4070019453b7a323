import {
  type KubeObject,
  type TieredScenario,
  type Verdict,
  arbitraryCiliumScenario,
  arbitraryScenario,
  arbitraryTieredScenario,
  createOracle,
} from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClassSet } from "../../packages/core/src/reachability/class-set.ts";
import { connectionsAt, emptyMap } from "../../packages/core/src/reachability/connection-map.ts";
import { bounds, classesOf, denseSizes, engineVerdicts, expectPairs, expectVerdicts, reach } from "./relation.ts";
import { noConnections } from "../../packages/core/src/sets/connection-set.ts";

interface Sizes {
  readonly assumptions: true;
  readonly packets: number;
  readonly maxPods?: number;
}

interface Kind {
  readonly name: string;
  readonly scenario: (sizes: Sizes) => fc.Arbitrary<TieredScenario>;
  /** As stored objects: a named port beside networks is refused by one channel of the CRD only. */
  readonly live: boolean;
  readonly runs: number;
}

const kinds: readonly Kind[] = [
  { name: "NetworkPolicies", scenario: arbitraryScenario, live: false, runs: 300 },
  {
    name: "ordered tiers",
    scenario: (sizes) =>
      fc.oneof(
        arbitraryTieredScenario(sizes),
        arbitraryTieredScenario({ ...sizes, clusterPolicies: { unknownFields: true } }),
      ),
    live: true,
    runs: 180,
  },
  {
    name: "policies of Cilium",
    scenario: (sizes) => arbitraryCiliumScenario({ ...sizes, mesh: true }),
    live: true,
    runs: 40,
  },
];

const directions = ["ingress", "egress"] as const;

describe.each(kinds)("the engine agrees with the naive oracle on $name", ({ scenario, live, runs: usual }) => {
  const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? usual);

  it("packet by packet, on random clusters under random assumptions", () => {
    const seen = new Set<Verdict>();
    fc.assert(
      fc.property(scenario({ assumptions: true, packets: 20 }), denseSizes, (cluster, denseSize) => {
        for (const verdict of expectVerdicts(reach(cluster, denseSize, live), cluster)) seen.add(verdict);
      }),
      { numRuns: runs },
    );
    expect([...seen].toSorted()).toEqual(["no", "unknown", "yes"]);
  });

  it("on its own expansion: lists, counts and what is reached are those of the single pairs", () => {
    fc.assert(
      fc.property(scenario({ assumptions: true, packets: 1, maxPods: 8 }), denseSizes, (cluster, denseSize) => {
        expectPairs(reach(cluster, denseSize, live));
      }),
      { numRuns: runs },
    );
  });

  it("whether a row reaches some of a set, and with what; what no rule decides is allowed, and nothing of it is left where pods are isolated", () => {
    fc.assert(
      fc.property(scenario({ assumptions: true, packets: 1 }), denseSizes, (cluster, denseSize) => {
        const reachability = reach(cluster, denseSize, live);
        const { table } = reachability;
        for (const { id } of reachability.pods.classes)
          for (const direction of directions)
            for (const bound of bounds) {
              const row = reachability[bound][direction].rowOf[id];
              const ends = Array.from(
                { length: reachability.pods.classes.length + reachability.addresses.classes.length },
                (_, i) => i,
              );
              for (const step of [1, 2, 3]) {
                const some = ends.filter((end) => end % step === id % step);
                const reached = some.some((end) => row !== undefined && row.connections(end) !== noConnections);
                expect(row?.reaches(ClassSet.fromSorted(some)) ?? false).toBe(reached);
                const within = row?.within(ClassSet.fromSorted(some)) ?? emptyMap;
                for (const end of ends)
                  expect(connectionsAt(within, end)).toBe(some.includes(end) ? row?.connections(end) : noConnections);
              }
              const undecided = reachability.undecided(id, direction, bound);
              // What is isolated possibly has the lower bound of an isolated class.
              if (row?.isolated === true) expect(undecided.starts).toEqual([]);
              for (const start of undecided.starts) {
                const open = connectionsAt(undecided, start);
                expect(table.intersection(open, row?.connections(start) ?? 0)).toBe(open);
              }
            }
      }),
      { numRuns: runs },
    );
  });
});

describe("the engine agrees with the naive oracle", () => {
  it("on who is isolated", () => {
    fc.assert(
      fc.property(arbitraryScenario({ assumptions: true, packets: 1 }), denseSizes, (scenario, denseSize) => {
        const oracle = createOracle(scenario.objects, scenario.assumptions);
        const reachability = reach(scenario, denseSize, false);
        const classes = classesOf(reachability);
        for (const { id } of oracle.pods) {
          for (const direction of directions) {
            const isolated = classes(id).map((classId) => reachability.isIsolated(classId, direction));
            expect({ id, direction, isolated }).toEqual({ id, direction, isolated: [oracle.isolated(id, direction)] });
          }
        }
      }),
      { numRuns: Number(process.env["NPA_PROPERTY_RUNS"] ?? 500) },
    );
  });
});

describe("where RBAC hides policies", () => {
  const kinds = ["NetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"] as const;
  const apiVersionOf = {
    NetworkPolicy: "networking.k8s.io/v1",
    AdminNetworkPolicy: "policy.networking.k8s.io/v1alpha1",
    BaselineAdminNetworkPolicy: "policy.networking.k8s.io/v1alpha1",
    ClusterNetworkPolicy: "policy.networking.k8s.io/v1alpha2",
  } as const;

  it("what is certain without them holds with them", () => {
    const seen = new Set<Verdict>();
    fc.assert(
      fc.property(
        arbitraryTieredScenario({ assumptions: true, packets: 10 }),
        fc.constantFrom(...kinds),
        fc.subarray(["one", "two"]),
        denseSizes,
        (whole, kind, readNamespaces, denseSize) => {
          const isHidden = (object: KubeObject): boolean =>
            object.kind === kind && !readNamespaces.includes(String(namespaceOf(object)));
          const objects = whole.objects.filter((object) => !isHidden(object));
          const ref = { apiVersion: apiVersionOf[kind], kind, name: "*" };
          const hidden = [{ ref, reason: "RBAC", ...(kind === "NetworkPolicy" ? { readNamespaces } : {}) }];
          const verdictsOf = engineVerdicts(reach({ ...whole, objects }, denseSize, true, hidden));
          const oracle = createOracle(whole.objects, whole.assumptions);
          for (const packet of whole.packets.filter(({ from, to }) => from !== to))
            for (const verdict of verdictsOf(packet)) {
              seen.add(verdict);
              if (verdict !== "unknown")
                expect({ packet, verdict: oracle.verdict(packet) }).toEqual({ packet, verdict });
            }
        },
      ),
      { numRuns: Math.ceil(Number(process.env["NPA_PROPERTY_RUNS"] ?? 300) / 3) },
    );
    expect([...seen].toSorted()).toEqual(["no", "unknown", "yes"]);
  });
});

function namespaceOf({ metadata }: KubeObject): unknown {
  return typeof metadata === "object" && metadata !== null && "namespace" in metadata ? metadata.namespace : undefined;
}
