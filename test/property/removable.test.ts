import { readManifests } from "@npa/core";
import { type KubeObject, arbitraryCiliumCluster } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { familiesOf } from "../../packages/core/src/reachability/pod-classes.ts";
import { Reachability } from "../../packages/core/src/reachability/reachability.ts";
import { allConnections, type ConnectionId } from "../../packages/core/src/sets/connection-set.ts";
import { isNetworkPolicy } from "../../packages/core/src/semantics/network-policy.ts";
import { assumptionsOf } from "../../packages/core/src/semantics/dataplane.ts";
import { underAssumptions } from "../../packages/core/src/semantics/under-assumptions.ts";
import { comparePolicies } from "../../packages/core/src/symbolic/compare-policies.ts";
import { findRedundancies } from "../../packages/core/src/symbolic/find-redundancies.ts";
import { findCoveredByOthers, findRemovable } from "../../packages/core/src/symbolic/find-removable.ts";
import { withoutParts } from "../../packages/core/src/symbolic/without-parts.ts";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 15);
const assumptions = assumptionsOf({ dataplane: "cilium" });

/** Random policies seldom repeat: of some there is a twin or one of Cilium that says more, and some entries are there twice. */
const inputs = fc
  .tuple(arbitraryCiliumCluster({ maxPolicies: 4 }), fc.infiniteStream(fc.nat(3)))
  .map(([objects, choices]) => objects.flatMap((object) => repeated(object, () => choices.next().value ?? 0)));

type Spec = Readonly<Record<string, unknown>>;

function repeated(object: KubeObject, next: () => number): readonly KubeObject[] {
  const { spec, metadata } = object as { readonly spec?: Spec; readonly metadata: Spec };
  if (object["apiVersion"] === "networking.k8s.io/v1" && next() < 2) return [object, openedByCilium(metadata)];
  if (object["apiVersion"] !== "cilium.io/v2" || spec === undefined || !String(object["kind"]).endsWith("Policy"))
    return [object];
  const twice = Object.entries(spec).map(([key, value]) => [
    key,
    Array.isArray(value) && next() === 0 ? [...(value as unknown[]), ...(value as unknown[])] : value,
  ]);
  const own = { ...object, spec: Object.fromEntries(twice) as Spec };
  return next() === 0 ? [own, { ...own, metadata: { ...metadata, name: `${String(metadata["name"])}-twin` } }] : [own];
}

/** What allows all that a NetworkPolicy can, for the same pods and more. */
function openedByCilium({ name, namespace = "default" }: Spec): KubeObject {
  return {
    apiVersion: "cilium.io/v2",
    kind: "CiliumNetworkPolicy",
    metadata: { name: `${String(name)}-open`, namespace },
    spec: { endpointSelector: {}, ingress: [{ fromEntities: ["all"] }], egress: [{ toEntities: ["all"] }] },
  };
}

/** What every end may do, by both bounds. Of a pod of one family rows need not tell what the other family may. */
function rows(reachability: Reachability): readonly unknown[] {
  const { certain, possible, table } = reachability;
  const spoken = (id: number): ConnectionId => {
    const podClass = reachability.podClass(id);
    const [only, more] = podClass === undefined ? [] : familiesOf(podClass);
    return only === undefined || more !== undefined ? allConnections : table.family[only];
  };
  return [certain.ingress, certain.egress, possible.ingress, possible.egress].flatMap(({ rowOf }) =>
    rowOf.map((row, id) =>
      Array.from({ length: reachability.classCount }, (_, other) =>
        table.intersection(row.connections(other), table.intersection(spoken(id), spoken(other))),
      ),
    ),
  );
}

describe("what other policies of Cilium cover", () => {
  it("can be taken out at once, and nothing changes", () => {
    const counts = { own: 0, covered: 0 };
    fc.assert(
      fc.property(inputs, (objects) => {
        const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
        const cluster = readManifests([{ name: "cluster.json", text }], { live: true });
        const before = new Reachability(underAssumptions(cluster, assumptions), { assumptions });
        // Where facts are missing each rule counts by itself: one that a deny shadows is not told from one that decides.
        if (before.possible !== before.certain) return;
        const all = before.cluster.policies;
        const plain = findRedundancies(all.filter(isNetworkPolicy)).redundant.map(({ part }) => part);
        const own = findRemovable(all).parts;
        const covered = findCoveredByOthers(all, [...plain, ...own]).parts;
        counts.own += own.length;
        counts.covered += covered.length;
        const policies = withoutParts(all, [...plain, ...own, ...covered]);
        expect(["equivalent", "undecided"]).toContain(comparePolicies(all, policies).verdict);
        const { table, addresses, pods } = before;
        const shared = { universe: before.cluster, table, addresses, pods };
        const after = new Reachability({ ...before.cluster, policies }, { assumptions, shared });
        expect(rows(after)).toEqual(rows(before));
      }),
      { numRuns: runs },
    );
    expect(counts.own).toBeGreaterThan(0);
    expect(counts.covered).toBeGreaterThan(0);
  });
});
