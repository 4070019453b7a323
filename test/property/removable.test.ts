import { readManifests } from "@npa/core";
import { type KubeObject, arbitraryCiliumCluster } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { familiesOf } from "../../packages/core/src/reachability/pod-classes.ts";
import { Reachability } from "../../packages/core/src/reachability/reachability.ts";
import { allConnections, type ConnectionId } from "../../packages/core/src/sets/connection-set.ts";
import { assumptionsOf } from "../../packages/core/src/semantics/dataplane.ts";
import { underAssumptions } from "../../packages/core/src/semantics/under-assumptions.ts";
import { comparePolicies } from "../../packages/core/src/symbolic/compare-policies.ts";
import { findRemovable } from "../../packages/core/src/symbolic/find-removable.ts";
import { withoutParts } from "../../packages/core/src/symbolic/without-parts.ts";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 15);
const assumptions = assumptionsOf({ dataplane: "cilium" });

/** Random policies seldom repeat: of some there is a twin, and some entries are there twice. */
const inputs = fc
  .tuple(arbitraryCiliumCluster(), fc.infiniteStream(fc.nat(3)))
  .map(([objects, choices]) => objects.flatMap((object) => repeated(object, () => choices.next().value ?? 0)));

type Spec = Readonly<Record<string, unknown>>;

function repeated(object: KubeObject, next: () => number): readonly KubeObject[] {
  const { spec, metadata } = object as { readonly spec?: Spec; readonly metadata: Spec };
  if (object["apiVersion"] !== "cilium.io/v2" || spec === undefined || !String(object["kind"]).endsWith("Policy"))
    return [object];
  const twice = Object.entries(spec).map(([key, value]) => [
    key,
    Array.isArray(value) && next() === 0 ? [...(value as unknown[]), ...(value as unknown[])] : value,
  ]);
  const own = { ...object, spec: Object.fromEntries(twice) as Spec };
  return next() === 0 ? [own, { ...own, metadata: { ...metadata, name: `${String(metadata["name"])}-twin` } }] : [own];
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
    let count = 0;
    fc.assert(
      fc.property(inputs, (objects) => {
        const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
        const cluster = readManifests([{ name: "cluster.json", text }], { live: true });
        const before = new Reachability(underAssumptions(cluster, assumptions), { assumptions });
        // Where facts are missing each rule counts by itself: one that a deny shadows is not told from one that decides.
        if (before.possible !== before.certain) return;
        const { parts } = findRemovable(before.cluster.policies);
        count += parts.length;
        const policies = withoutParts(before.cluster.policies, parts);
        expect(["equivalent", "undecided"]).toContain(comparePolicies(before.cluster.policies, policies).verdict);
        const { table, addresses, pods } = before;
        const shared = { universe: before.cluster, table, addresses, pods };
        const after = new Reachability({ ...before.cluster, policies }, { assumptions, shared });
        expect(rows(after)).toEqual(rows(before));
      }),
      { numRuns: runs },
    );
    expect(count).toBeGreaterThan(0);
  });
});
