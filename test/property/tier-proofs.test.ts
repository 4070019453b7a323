import { listConnectivity } from "@npa/core";
import { diffClusters } from "@npa/core/diff";
import { checkClaims, proveClusters } from "@npa/core/proof";
import {
  type KubeObject,
  type TieredScenario,
  arbitraryCiliumScenario,
  arbitraryTieredScenario,
  createOracle,
} from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assumptionsOf } from "../../packages/core/src/semantics/dataplane.ts";
import { underAssumptions } from "../../packages/core/src/semantics/under-assumptions.ts";
import { isSaidAgain } from "../../packages/core/src/optimize/said-again.ts";
import { findDeadRules } from "../../packages/core/src/symbolic/dead-rules.ts";
import { comparePolicies } from "../../packages/core/src/symbolic/compare-policies.ts";
import { findRemovable } from "../../packages/core/src/symbolic/find-removable.ts";
import { findOrderConflicts } from "../../packages/core/src/symbolic/order-conflicts.ts";
import { tiesByName } from "../../packages/core/src/symbolic/proof-options.ts";
import { withoutParts } from "../../packages/core/src/symbolic/without-parts.ts";
import { canReplay, clusterOf, isAtNode, isOfNoPacket, replay, turned } from "./tier-replay.ts";

const runs = usualRuns(90);
const directions = ["ingress", "egress"] as const;
const policyKinds = new Set([
  "NetworkPolicy",
  "AdminNetworkPolicy",
  "BaselineAdminNetworkPolicy",
  "ClusterNetworkPolicy",
  "CiliumNetworkPolicy",
  "CiliumClusterwideNetworkPolicy",
]);

/** What policies speak of beside pods. */
const groundKinds = new Set(["Node", "CiliumCIDRGroup"]);

const initializing = "reserved:init";

function usualRuns(usual: number): number {
  return Number(process.env["NPA_PROPERTY_RUNS"] ?? usual);
}

function isPolicy({ kind }: KubeObject): boolean {
  return policyKinds.has(String(kind));
}

/** A policy that isolates all pods of a namespace, and allows them little. */
function isolating(namespace: string): KubeObject {
  const little = { ingress: [{ from: [{ podSelector: {} }] }], egress: [{ ports: [{ port: 53 }] }] };
  return networkPolicy("added-to-both", namespace, little);
}

/** One that isolates them and allows everything. */
function openToAll(namespace: string): KubeObject {
  return networkPolicy("open-to-all", namespace, { ingress: [{}], egress: [{}] });
}

function networkPolicy(name: string, namespace: string, rules: object): KubeObject {
  const spec = { podSelector: {}, policyTypes: ["Ingress", "Egress"], ...rules };
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace }, spec };
}

function nameOf({ metadata }: KubeObject): string {
  return String((metadata as { readonly name?: unknown }).name);
}

type Scenario = Pick<TieredScenario, "objects" | "packets">;

/** A cluster with policies of all kinds in two versions: some are left out, some come in another order of rules. */
function versionsOf(scenario: fc.Arbitrary<Scenario>): fc.Arbitrary<Versions> {
  return fc
    .tuple(scenario, fc.array(fc.nat(5), { minLength: 6, maxLength: 6 }))
    .map(([{ objects, packets }, choices]) => {
      const before = objects.filter(isPolicy);
      const after = before.flatMap((policy, i) => {
        const choice = choices[i % choices.length] ?? 0;
        return choice === 0 ? [] : [choice === 1 ? turned(policy) : policy];
      });
      return { rest: objects.filter((object) => !isPolicy(object)), before, after, packets };
    });
}

interface Versions extends Pick<Scenario, "packets"> {
  readonly rest: readonly KubeObject[];
  readonly before: readonly KubeObject[];
  readonly after: readonly KubeObject[];
}

const twoVersions = versionsOf(
  arbitraryTieredScenario({ packets: 15, maxPolicies: 3, clusterPolicies: { oldForm: false } }),
);

const allVerdicts = ["equivalent", "stricter", "looser"] as const;

const kinds = [
  { name: "cluster-wide policies", versions: twoVersions, assumptions: {}, runs: usualRuns(90), shown: allVerdicts },
  {
    name: "cluster-wide policies that are asked by name, and not about pods that a NetworkPolicy selects",
    versions: twoVersions,
    assumptions: { equalPriority: "name", npTierFinal: "per-pod" },
    runs: usualRuns(60),
    shown: allVerdicts,
  },
  {
    name: "policies of Cilium",
    versions: versionsOf(arbitraryCiliumScenario({ packets: 15, peers: "known", clusterPolicies: { oldForm: false } })),
    // Whatever is left out.
    assumptions: { dataplane: "cilium" },
    runs: usualRuns(30),
    shown: allVerdicts,
  },
  {
    name: "policies of Cilium whose blocks match pods",
    versions: versionsOf(arbitraryCiliumScenario({ packets: 15, peers: "known", clusterPolicies: { oldForm: false } })),
    assumptions: { dataplane: "cilium", ipBlockMatchesPods: true },
    runs: usualRuns(30),
    // That a set is stricter is rare here.
    shown: ["equivalent", "looser"],
  },
] as const;

describe.each(kinds)("proofs about sets with $name", ({ versions, assumptions, runs, shown }) => {
  it("every counterexample is confirmed by the oracle", () => {
    let replayed = 0;
    fc.assert(
      fc.property(versions, ({ rest, before, after }) => {
        const proof = proveClusters(clusterOf(rest, before), clusterOf(rest, after), { assumptions });
        for (const example of proof.counterexamples) {
          if (example.about === "isolation" || !canReplay(example) || isAtNode(example, rest)) continue;
          const ground = rest.filter(({ kind }) => groundKinds.has(String(kind)));
          const [having, lacking] = example.onlyIn === "before" ? [before, after] : [after, before];
          expect({
            example,
            seen: [having, lacking].map((policies) => replay([...ground, ...policies], example, assumptions)),
          }).toEqual({
            example,
            seen: ["yes", "no"],
          });
          replayed++;
        }
      }),
      { numRuns: runs },
    );
    expect(replayed).toBeGreaterThan(runs / 10);
  });

  it("no packet shows a difference that a verdict denies", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(versions, ({ rest, before, after, packets }) => {
        const { verdict } = proveClusters(clusterOf(rest, before), clusterOf(rest, after), { assumptions });
        seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
        const [was, is] = [before, after].map((policies) => createOracle([...rest, ...policies], assumptions));
        // Proofs leave out that Cilium isolates endpoints that initialize.
        for (const packet of packets.filter(({ from, to }) => from !== initializing && to !== initializing))
          for (const direction of directions) {
            const change = `${was?.verdict(packet, direction)} ${is?.verdict(packet, direction)}`;
            if (change === "no yes") expect(["looser", "incomparable", "undecided"]).toContain(verdict);
            if (change === "yes no") expect(["stricter", "incomparable", "undecided"]).toContain(verdict);
          }
      }),
      { numRuns: 2 * runs },
    );
    for (const verdict of shown) expect({ verdict, times: seen.get(verdict) ?? 0 }).not.toEqual({ verdict, times: 0 });
  });

  it("equivalent stays true whatever other policies are added to both", () => {
    let proved = 0;
    fc.assert(
      fc.property(versions, ({ rest, before, after, packets }) => {
        const namespaces = rest.flatMap((object) => (object.kind === "Namespace" ? [nameOf(object)] : []));
        const [added, open] = [isolating, openToAll].map((make) => namespaces.map(make)) as [
          KubeObject[],
          KubeObject[],
        ]; // one for each
        for (const others of [after, [...before, ...open]]) {
          const { verdict } = proveClusters(clusterOf(rest, before), clusterOf(rest, others), { assumptions });
          if (verdict !== "equivalent") continue;
          proved++;
          const [was, is] = [before, others].map((policies) =>
            createOracle([...rest, ...policies, ...added], assumptions),
          );
          for (const packet of packets.filter(({ from, to }) => from !== initializing && to !== initializing))
            for (const direction of directions)
              expect(was?.verdict(packet, direction)).toBe(is?.verdict(packet, direction));
        }
      }),
      { numRuns: Math.ceil(runs / 3) },
    );
    expect(proved).toBeGreaterThan(0);
  });

  it("claims fail with a packet that the oracle confirms", () => {
    let replayed = 0;
    fc.assert(
      fc.property(versions, ({ rest, before, after }) => {
        const [cluster, specification] = [clusterOf(rest, after), clusterOf(rest, before)];
        const claims = (["permits", "forbids"] as const).map((claim) => ({ claim, name: "spec", specification }));
        const report = checkClaims(cluster, [...claims, { claim: "denies-nothing" }], { assumptions });
        const ground = rest.filter(({ kind }) => groundKinds.has(String(kind)));
        for (const { claim, counterexample } of report.claims) {
          if (counterexample === undefined || !canReplay(counterexample) || isAtNode(counterexample, rest)) continue;
          expect({ counterexample, seen: replay([...ground, ...after], counterexample, assumptions) }).toEqual({
            counterexample,
            seen: claim === "forbids" ? "yes" : "no",
          });
          replayed++;
        }
      }),
      { numRuns: runs },
    );
    expect(replayed).toBeGreaterThan(runs / 4);
  });
});

describe.each(kinds)("redundancy of $name", ({ versions, assumptions, runs }) => {
  it("what can be taken out, all of it at once, makes no difference to the pods that are there", () => {
    let gone = 0;
    fc.assert(
      fc.property(versions, ({ rest, before, after }) => {
        // Policies that say what others say, under other names.
        const more = after.map((policy) => ({
          ...policy,
          metadata: { ...(policy["metadata"] as object), name: "again" },
        }));
        const read = clusterOf(rest, [...before, ...more]);
        const cluster = underAssumptions(read, assumptionsOf(assumptions, read));
        // Where facts are missing each rule counts by itself: one that another shadows is not told from one that decides.
        if (listConnectivity(cluster, { assumptions }).uncertain.length > 0) return;
        const { parts } = findRemovable(cluster.policies);
        gone += parts.length;
        const left = withoutParts(cluster.policies, parts);
        expect(["equivalent", "undecided"]).toContain(comparePolicies(cluster.policies, left).verdict);
        const { changes, uncertain } = diffClusters(
          cluster,
          { ...cluster, policies: left },
          { assumptions, findings: false },
        );
        expect([...changes, ...uncertain].filter((change) => !isOfNoPacket(change))).toEqual([]);
      }),
      { numRuns: Math.ceil(runs / 3) },
    );
    expect(gone).toBeGreaterThan(runs / 10);
  });
});

describe("redundancy of what later policies say again", () => {
  it("whatever of it stays after all, the rest can go", () => {
    let gone = 0;
    fc.assert(
      fc.property(twoVersions, fc.nat(), ({ rest, before }, chosen) => {
        const cluster = clusterOf(rest, [...before, ...before.map(saidLater)]);
        const order = { ties: tiesByName };
        for (const options of [order, { ...order, mayGo: isSaidAgain }]) {
          const { parts, redundant } = findRemovable(cluster.policies, options);
          if (parts.length < 2 || parts.length > redundant.length) continue;
          gone += parts.length;
          const left = withoutParts(cluster.policies, parts.toSpliced(chosen % parts.length, 1));
          expect(["equivalent", "undecided"]).toContain(comparePolicies(cluster.policies, left, order).verdict);
        }
      }),
      { numRuns: runs * 2 },
    );
    expect(gone).toBeGreaterThan(runs / 10);
  });
});

/** The same under another name and behind, without the rule that comes first. */
function saidLater(policy: KubeObject): KubeObject {
  const spec = policy["spec"] as Readonly<Record<string, unknown>>;
  const { name } = policy["metadata"] as { readonly name: string };
  const fewer = (key: string): object => (Array.isArray(spec[key]) ? { [key]: spec[key].slice(1) } : {});
  const priority = typeof spec["priority"] === "number" ? { priority: spec["priority"] + 1 } : {};
  const metadata = { ...(policy["metadata"] as object), name: `${name}-later` };
  return { ...policy, metadata, spec: { ...spec, ...fewer("ingress"), ...fewer("egress"), ...priority } };
}

describe("proofs about sets with cluster-wide policies, rule by rule", () => {
  it("a dead rule can go: no packet of a pod that is there tells the difference", () => {
    let gone = 0;
    fc.assert(
      fc.property(twoVersions, ({ rest, before, packets }) => {
        const { dead } = findDeadRules(clusterOf(rest, before).policies);
        const left = before.map((policy) => withoutRules(policy, dead));
        gone += dead.length;
        const [was, is] = [before, left].map((policies) => createOracle([...rest, ...policies]));
        for (const packet of packets)
          for (const direction of directions)
            expect(contradicts(was?.verdict(packet, direction), is?.verdict(packet, direction))).toBe(false);
      }),
      { numRuns: runs },
    );
    expect(gone).toBeGreaterThan(runs / 10);
  });

  it("policies of one priority conflict, or it makes no difference which is asked first", () => {
    let free = 0;
    let conflicting = 0;
    fc.assert(
      fc.property(samePriority, ({ rest, before, packets }) => {
        const { conflicts, undecided } = findOrderConflicts(clusterOf(rest, before).policies);
        if (undecided.length > 0) return;
        if (conflicts.length > 0) conflicting++;
        else free++;
        const orders = [before, before.toReversed()].map((policies) =>
          createOracle([...rest, ...policies.map(named)], { equalPriority: "name" }),
        );
        for (const packet of packets)
          for (const direction of directions) {
            const [one, other] = orders.map((oracle) => oracle.verdict(packet, direction));
            if (conflicts.length === 0) expect(contradicts(one, other)).toBe(false);
          }
        for (const { example } of conflicts) {
          if (!canReplay(example) || isAtNode(example, rest)) continue;
          // The other two orders of three policies may be those that differ.
          const seen = ordersOf(before).map((policies) =>
            replay(policies.map(named), example, { equalPriority: "name" }),
          );
          expect(new Set(seen).size).toBe(2);
        }
      }),
      { numRuns: runs },
    );
    expect([free, conflicting].map((times) => (times > runs / 60 ? "often" : times))).toEqual(["often", "often"]);
  });
});

/** All cluster-wide policies of one priority. */
const samePriority = twoVersions.map(({ before, ...scenario }) => ({
  ...scenario,
  before: before
    .filter(({ kind }) => kind !== "BaselineAdminNetworkPolicy")
    .map((policy) => {
      const spec = policy["spec"] as Readonly<Record<string, unknown>>;
      return policy.kind === "NetworkPolicy" ? policy : { ...policy, spec: { ...spec, priority: 5 } };
    }),
}));

/** The name makes the order, so that they are asked as they are listed. */
function named(policy: KubeObject, at: number): KubeObject {
  const metadata = policy["metadata"] as Readonly<Record<string, unknown>>;
  return { ...policy, metadata: { ...metadata, name: `p${at}` } };
}

function ordersOf(policies: readonly KubeObject[]): readonly (readonly KubeObject[])[] {
  if (policies.length < 2) return [policies];
  return policies.flatMap((first, at) => ordersOf(policies.toSpliced(at, 1)).map((rest) => [first, ...rest]));
}

/** A rule that can never decide may stand beside facts that are not known: with one fewer of them "unknown" may become an answer. */
function contradicts(was: string | undefined, is: string | undefined): boolean {
  return was !== is && was !== "unknown" && is !== "unknown";
}

function withoutRules(policy: KubeObject, dead: ReturnType<typeof findDeadRules>["dead"]): KubeObject {
  const { name } = policy["metadata"] as { readonly name: string };
  const spec = policy["spec"] as Readonly<Record<string, unknown>>;
  const left = directions.flatMap((direction) => {
    const rules: unknown = spec[direction];
    const isDead = (at: number): boolean =>
      dead.some(
        ({ rule }) =>
          rule.policy.name === name &&
          rule.policy.ref.kind === policy.kind &&
          rule.direction === direction &&
          rule.rule === at,
      );
    return Array.isArray(rules) ? [[direction, rules.filter((_, at) => !isDead(at))]] : [];
  });
  return { ...policy, spec: { ...spec, ...Object.fromEntries(left) } };
}
