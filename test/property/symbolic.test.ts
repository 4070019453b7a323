import { type Labels, readManifests } from "@npa/core";
import { type Part, type ProofCounterexample, proveClusters, redundancy, checkClaims } from "@npa/core/proof";
import { type KubeObject, type Scenario, arbitraryScenario, createOracle } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findRedundancies } from "../../packages/core/src/symbolic/find-redundancies.ts";
import { withoutParts } from "../../packages/core/src/symbolic/without-parts.ts";
import { Reachability } from "../../packages/core/src/reachability/reachability.ts";
import { connectionStream } from "../../packages/core/src/reachability/list-connections.ts";
import { defaultAssumptions } from "../../packages/core/src/model/assumptions.ts";
import type { Cluster } from "../../packages/core/src/model/cluster.ts";
import { canReplay, isAllowed, isIsolated } from "./replay.ts";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 150);

/** A cluster whose policies come in two versions: the second has some left out, added or changed. */
const twoVersions = fc
  .tuple(
    arbitraryScenario({ packets: 15, maxPolicies: 5 }),
    arbitraryScenario({ packets: 1, maxPolicies: 3 }),
    fc.array(fc.nat(3), { minLength: 5, maxLength: 5 }),
  )
  .map(([scenario, other, choices]) => {
    const { policies, rest } = parted(scenario.objects);
    const kept = policies.filter((_, i) => (choices[i % choices.length] ?? 0) > 0);
    const added = parted(other.objects).policies.map((policy, i) => renamed(policy, `added-${i}`));
    return { ...scenario, rest, before: policies, after: [...kept, ...added.slice(0, choices[0] ?? 0)] };
  });

function parted(objects: readonly KubeObject[]): { policies: readonly KubeObject[]; rest: readonly KubeObject[] } {
  const isPolicy = ({ kind }: KubeObject): boolean => kind === "NetworkPolicy";
  return { policies: objects.filter(isPolicy), rest: objects.filter((object) => !isPolicy(object)) };
}

function renamed(policy: KubeObject, name: string): KubeObject {
  return { ...policy, metadata: { ...(policy["metadata"] as object), name } };
}

function clusterOf(...objects: readonly (readonly KubeObject[])[]): Cluster {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects.flat() });
  return readManifests([{ name: "c.json", text }]);
}

/** Under `fixed` the labels of the namespaces of the cluster are facts: they are the same on both sides. */
const namespaceLabels = fc.constantFrom("free" as const, "fixed" as const);

/**
 * Everything that is or may be allowed, as text. Which missing facts are named is up to the rules that are left. The world
 * is closed: what is certain of unknown labels is judged rule by rule, so two rules that are certain only together are not.
 */
function relation(cluster: Cluster): readonly string[] {
  const assumptions = { ...defaultAssumptions, unknownNamespaceLabels: "absent" } as const;
  const stream = connectionStream(new Reachability(cluster, { assumptions }));
  const listed = [...stream.connections(), ...stream.uncertain()];
  return listed.map(({ source, target, ports, all }) => JSON.stringify({ source, target, ports, all }));
}

function verdicts(objects: readonly KubeObject[], { packets }: Pick<Scenario, "packets">): readonly string[] {
  const oracle = createOracle(objects);
  return packets.map((packet) => oracle.verdict(packet));
}

describe("proofs, on clusters as they are", () => {
  it("what is proved equivalent is the same relation for the pods that are there, and packet by packet", () => {
    let proved = 0;
    fc.assert(
      fc.property(twoVersions, namespaceLabels, ({ rest, before, after, packets }, labels) => {
        const clusters = [clusterOf(rest, before), clusterOf(rest, after)] as const;
        if (proveClusters(...clusters, { assumptions: { namespaceLabels: labels } }).verdict !== "equivalent") return;
        proved++;
        // Which addresses are listed together may differ: both are listed with the blocks of both.
        expect(verdicts([...rest, ...before], { packets })).toEqual(verdicts([...rest, ...after], { packets }));
        const oracles = [before, after].map((policies) => createOracle([...rest, ...policies]));
        for (const { id } of oracles[0]?.pods ?? [])
          for (const direction of ["ingress", "egress"] as const)
            expect(oracles[0]?.isolated(id, direction)).toBe(oracles[1]?.isolated(id, direction));
      }),
      { numRuns: runs },
    );
    expect(proved).toBeGreaterThan(0);
  });

  it("a difference seen on the pods that are there is never proved away", () => {
    fc.assert(
      fc.property(twoVersions, namespaceLabels, ({ rest, before, after, packets }, labels) => {
        const options = { assumptions: { namespaceLabels: labels } };
        const { verdict } = proveClusters(clusterOf(rest, before), clusterOf(rest, after), options);
        const [was, is] = [verdicts([...rest, ...before], { packets }), verdicts([...rest, ...after], { packets })];
        const isLooser = was.some((one, i) => one === "no" && is[i] === "yes");
        const isStricter = was.some((one, i) => one === "yes" && is[i] === "no");
        if (isLooser) expect(["looser", "incomparable"]).toContain(verdict);
        if (isStricter) expect(["stricter", "incomparable"]).toContain(verdict);
      }),
      { numRuns: runs },
    );
  });

  it("every counterexample is confirmed by the oracle on objects made of it", () => {
    let replayed = 0;
    fc.assert(
      fc.property(twoVersions, namespaceLabels, ({ rest, before, after }, labels) => {
        const cluster = clusterOf(rest, after);
        const options = { assumptions: { namespaceLabels: labels } };
        for (const example of proveClusters(clusterOf(rest, before), cluster, options).counterexamples) {
          if (labels === "fixed") expect(strangers(cluster, example)).toEqual([]);
          const [having, lacking] = example.onlyIn === "before" ? [before, after] : [after, before];
          if (example.about === "isolation") {
            const { subject, direction } = example;
            const seen = [isIsolated(having, subject, direction), isIsolated(lacking, subject, direction)];
            expect({ example, seen }).toEqual({ example, seen: [true, false] });
          } else {
            if (!canReplay(example)) continue;
            const seen = [isAllowed(having, example), isAllowed(lacking, example)];
            expect({ example, seen }).toEqual({ example, seen: [true, false] });
          }
          replayed++;
        }
      }),
      { numRuns: runs },
    );
    expect(replayed).toBeGreaterThan(runs / 4);
  });

  it("what is redundant can go, all at once: the relation stays as it is", () => {
    let removed = 0;
    fc.assert(
      fc.property(arbitraryScenario({ packets: 1, maxPolicies: 6 }), ({ objects }) => {
        const cluster = clusterOf(objects);
        const parts: readonly Part[] = findRedundancies(cluster.policies).redundant.map(({ part }) => part);
        expect(redundancy(cluster).redundancies).toHaveLength(parts.length);
        removed += parts.length;
        const rest: Cluster = { ...cluster, policies: withoutParts(cluster.policies, parts) };
        expect(relationOfPods(rest)).toEqual(relationOfPods(cluster));
      }),
      { numRuns: runs },
    );
    expect(removed).toBeGreaterThan(runs / 10);
  });

  it("claims that hold or fail do so for the oracle too", () => {
    fc.assert(
      fc.property(twoVersions, ({ rest, before, after }) => {
        const [cluster, specification] = [clusterOf(rest, after), clusterOf(rest, before)];
        const report = checkClaims(cluster, [
          { claim: "permits", name: "spec", specification },
          { claim: "forbids", name: "spec", specification },
          { claim: "denies-nothing" },
        ]);
        const [permitted, forbidden, open] = report.claims.map(({ counterexample }) => counterexample);
        if (permitted !== undefined && canReplay(permitted))
          expect([isAllowed(before, permitted), isAllowed(after, permitted)]).toEqual([true, false]);
        if (forbidden !== undefined && canReplay(forbidden))
          expect([isAllowed(before, forbidden), isAllowed(after, forbidden)]).toEqual([true, true]);
        if (open !== undefined && canReplay(open)) expect(isAllowed(after, open)).toBe(false);
      }),
      { numRuns: runs },
    );
  });
});

/** The namespaces of an example whose labels are not those that the cluster declares. */
function strangers({ namespaces }: Cluster, example: ProofCounterexample): readonly string[] {
  const peer = example.about === "admission" && example.peer.type === "pod" ? [example.peer] : [];
  return [example.subject, ...peer]
    .filter(({ namespace, namespaceLabels: shown }) => {
      const known = namespaces.get(namespace);
      return known?.declared === true && JSON.stringify(sorted(known.labels)) !== JSON.stringify(sorted(shown));
    })
    .map(({ namespace }) => namespace);
}

function sorted(labels: Labels): readonly (readonly [string, string])[] {
  return Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Without external addresses: which of them are listed together is up to the blocks that are left. */
function relationOfPods(cluster: Cluster): readonly string[] {
  return relation(cluster).filter((line) => !line.includes('"external'));
}
