import { readManifests } from "@npa/core";
import { type KubeObject, arbitraryCiliumCluster } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Policy } from "../../packages/core/src/model/policy.ts";
import { familiesOf } from "../../packages/core/src/reachability/pod-classes.ts";
import { Reachability } from "../../packages/core/src/reachability/reachability.ts";
import { allConnections, type ConnectionId } from "../../packages/core/src/sets/connection-set.ts";
import { assumptionsOf } from "../../packages/core/src/semantics/dataplane.ts";
import { underAssumptions } from "../../packages/core/src/semantics/under-assumptions.ts";
import { findCoveredAllows } from "../../packages/core/src/symbolic/covered-allows.ts";

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

function without(policies: readonly Policy[], found: ReturnType<typeof findCoveredAllows>): readonly Policy[] {
  const gone = new Set(found.policies.map(({ policy }) => policy));
  const dead = new Set(found.rules.map(({ rule }) => rule.policy.rules[rule.direction][rule.rule]));
  return policies
    .filter((policy) => !gone.has(policy))
    .map((policy) => ({
      ...policy,
      rules: {
        ingress: policy.rules.ingress.filter((rule) => !dead.has(rule)),
        egress: policy.rules.egress.filter((rule) => !dead.has(rule)),
      },
    }));
}

describe("what other policies of Cilium cover", () => {
  it("can be taken out at once, and nothing changes", () => {
    let count = 0;
    fc.assert(
      fc.property(inputs, (objects) => {
        const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
        const cluster = readManifests([{ name: "cluster.json", text }], { live: true });
        const before = new Reachability(underAssumptions(cluster, assumptions), { assumptions });
        const found = findCoveredAllows(before.cluster.policies);
        count += found.rules.length;
        const policies = without(before.cluster.policies, found);
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
