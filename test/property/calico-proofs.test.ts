import { listConnectivity } from "@npa/core";
import { diffClusters } from "@npa/core/diff";
import { findRedundancies, proveClusters } from "@npa/core/proof";
import { optimizeCluster } from "@npa/core/optimize";
import { type KubeObject, arbitraryCalicoScenario, createOracle } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { manifestOf } from "./manifest-of.ts";
import { isNetworkPolicy } from "../../packages/core/src/semantics/network-policy.ts";
import { comparePolicies } from "../../packages/core/src/symbolic/compare-policies.ts";
import { findRemovable } from "../../packages/core/src/symbolic/find-removable.ts";
import { withoutParts } from "../../packages/core/src/symbolic/without-parts.ts";
import { canReplay, clusterOf, replay, turned } from "./tier-replay.ts";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 25);
const directions = ["ingress", "egress"] as const;

function isPolicy({ kind }: KubeObject): boolean {
  return String(kind).endsWith("Policy");
}

/** A cluster of Calico in two versions: some policies are left out, some come in another order of rules. */
const twoVersions = fc
  .tuple(
    arbitraryCalicoScenario({
      packets: 15,
      clusterPolicies: { oldForm: false },
      calico: { max: 3, unknowable: false, equalOrders: false },
    }),
    fc.array(fc.nat(5), { minLength: 6, maxLength: 6 }),
  )
  .map(([{ objects, packets }, choices]) => {
    const before = objects.filter(isPolicy);
    const after = before.flatMap((policy, i) => {
      const choice = choices[i % choices.length] ?? 0;
      return choice === 0 ? [] : [choice === 1 ? turned(policy) : policy];
    });
    return { rest: objects.filter((object) => !isPolicy(object)), before, after, packets };
  });

/** What policies speak of beside pods: what an example does not make itself. */
function spokenOf(objects: readonly KubeObject[], ...accounts: readonly string[]): readonly KubeObject[] {
  const kinds = new Set(["Tier", "GlobalNetworkSet", "HostEndpoint"]);
  return [
    ...objects.filter(({ kind }) => kinds.has(String(kind))),
    ...accounts.flatMap((namespace) =>
      ["default", "other", "any"].map((name) => ({
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name, namespace },
      })),
    ),
  ];
}

describe("proofs about policies of Calico", () => {
  it("what can be taken out, all of it at once, makes no difference to the pods that are there", () => {
    let gone = 0;
    fc.assert(
      fc.property(twoVersions, ({ rest, before, after }) => {
        const more = after.map((policy) => ({
          ...policy,
          metadata: { ...(policy["metadata"] as object), name: "again" },
        }));
        const cluster = clusterOf(rest, [...before, ...more]);
        // Where facts are missing each rule counts by itself: one that another shadows is not told from one that decides.
        if (listConnectivity(cluster).uncertain.length > 0) return;
        const { parts } = findRemovable(cluster.policies);
        gone += parts.length;
        const left = { ...cluster, policies: withoutParts(cluster.policies, parts) };
        expect(["equivalent", "undecided"]).toContain(comparePolicies(cluster.policies, left.policies).verdict);
        const diff = diffClusters(cluster, left, { findings: false });
        expect(diff).toMatchObject({ verdict: { opened: 0, closed: 0 }, groups: [], uncertain: [] });
      }),
      { numRuns: runs },
    );
    expect(gone).toBeGreaterThan(runs / 10);
  });

  it("no packet shows a difference that a verdict denies, and every counterexample is confirmed", () => {
    const seen = new Map<string, number>();
    let replayed = 0;
    fc.assert(
      fc.property(twoVersions, ({ rest, before, after, packets }) => {
        const proof = proveClusters(clusterOf(rest, before), clusterOf(rest, after));
        const { verdict } = proof;
        seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
        const [was, is] = [before, after].map((policies) => createOracle([...rest, ...policies]));
        for (const packet of packets)
          for (const direction of directions) {
            const change = `${was?.verdict(packet, direction)} ${is?.verdict(packet, direction)}`;
            if (change === "no yes") expect(["looser", "incomparable", "undecided"]).toContain(verdict);
            if (change === "yes no") expect(["stricter", "incomparable", "undecided"]).toContain(verdict);
          }
        // Of which namespace a set is decides what it means: it would have to be made with the example.
        if (rest.some(({ kind }) => kind === "NetworkSet")) return;
        for (const example of proof.counterexamples) {
          if (example.about === "isolation" || !canReplay(example)) continue;
          const [having, lacking] = example.onlyIn === "before" ? [before, after] : [after, before];
          const { subject, peer } = example;
          const spoken = spokenOf(rest, subject.namespace, ...(peer.type === "pod" ? [peer.namespace] : []));
          expect({
            example,
            seen: [having, lacking].map((policies) =>
              replay([...spoken, ...policies], example, { dataplane: "calico" }),
            ),
          }).toEqual({ example, seen: ["yes", "no"] });
          replayed++;
        }
      }),
      { numRuns: runs },
    );
    expect([...seen.keys()]).toEqual(expect.arrayContaining(["equivalent", "looser"]));
    expect(replayed).toBeGreaterThan(runs / 10);
  });

  it("what goes from NetworkPolicies beside those of Calico tells no difference, whichever of equal order is asked first", () => {
    let steps = 0;
    fc.assert(
      fc.property(arbitraryCalicoScenario({ packets: 15, maxPolicies: 4 }), fc.nat(3), ({ objects, packets }, turn) => {
        const own = objects.filter((object) => object.kind === "NetworkPolicy" && !isOfCalico(object));
        const others = objects.filter((object) => !own.includes(object));
        // What is random is seldom alike: some policies are there again under another name.
        const twins = own.slice(turn).map((policy) => named(policy, "z"));
        const cluster = clusterOf(others, own, twins);
        const { plan, cluster: made } = optimizeCluster(cluster, { mergeOwned: true, rules: [] });
        steps += plan.steps.length;
        // A plan that is not proved as a whole is not made.
        expect(plan.proof).toMatchObject({
          verdict: expect.stringMatching(/^(equivalent|undecided)$/),
          differences: 0,
        });
        const after = made.policies.filter(isNetworkPolicy).map(manifestOf);
        const oracles = [[...own, ...twins], after].map((policies) =>
          createOracle([...others, ...policies], { calicoTies: "name" }),
        );
        for (const packet of packets) {
          const [was, is] = oracles.map((oracle) => oracle.verdict(packet));
          expect({ packet, is }).toEqual({ packet, is: was });
        }
        expect(
          findRedundancies(made.policies.filter(isNetworkPolicy)).unprovable.every(({ reason }) =>
            reason.includes("order"),
          ),
        ).toBe(true);
      }),
      { numRuns: runs },
    );
    expect(steps).toBeGreaterThan(runs / 4);
  });
});

function isOfCalico({ apiVersion }: KubeObject): boolean {
  return String(apiVersion).includes("projectcalico.org");
}

function named(policy: KubeObject, suffix: string): KubeObject {
  const metadata = policy["metadata"] as { readonly name: string }; // of a generator
  return { ...policy, metadata: { ...metadata, name: `${metadata.name}-${suffix}` } };
}
