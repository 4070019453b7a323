import { readManifests } from "@npa/core";
import { type KubeObject, arbitraryCiliumCluster, arbitraryTieredCluster } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { whatAddsNothing } from "../../packages/core/src/proof/redundancy-report.ts";
import { familiesOf } from "../../packages/core/src/reachability/pod-classes.ts";
import { Reachability } from "../../packages/core/src/reachability/reachability.ts";
import { allConnections, type ConnectionId } from "../../packages/core/src/sets/connection-set.ts";
import { isNetworkPolicy } from "../../packages/core/src/semantics/network-policy.ts";
import { type Assumptions, defaultAssumptions } from "../../packages/core/src/model/assumptions.ts";
import { assumptionsOf } from "../../packages/core/src/semantics/dataplane.ts";
import { underAssumptions } from "../../packages/core/src/semantics/under-assumptions.ts";
import { comparePolicies } from "../../packages/core/src/symbolic/compare-policies.ts";
import { withoutParts } from "../../packages/core/src/symbolic/without-parts.ts";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 15);
const inCilium = assumptionsOf({ dataplane: "cilium" });

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

/** NetworkPolicies of which some entries are there twice, some beside one that isolates the same pods, and cluster-wide policies. */
const tiered = fc
  .tuple(arbitraryTieredCluster({ maxPolicies: 4 }), fc.infiniteStream(fc.boolean()))
  .map(([objects, choices]) => objects.flatMap((object) => withTwins(object, () => choices.next().value === true)));

function withTwins(object: KubeObject, isChosen: () => boolean): readonly KubeObject[] {
  if (object["kind"] !== "NetworkPolicy") return [object];
  const twice = { ...object, spec: twinsIn(object["spec"], isChosen) };
  if (!isChosen()) return [twice];
  const { name, namespace = "default" } = object["metadata"] as Spec;
  const rule = { ports: [{ port: 4242 }] };
  const spec = { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [rule], egress: [rule] };
  return [twice, { ...object, metadata: { name: `${String(name)}-beside`, namespace }, spec }];
}

/** Rules, peers and ports, here and there twice. */
function twinsIn(value: unknown, isChosen: () => boolean): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => twinsIn(each, isChosen));
  const entries = Object.entries(value).map(([key, each]) => {
    const inner = twinsIn(each, isChosen);
    const isList = ["ingress", "egress", "from", "to", "ports"].includes(key) && Array.isArray(inner);
    return [key, isList && isChosen() ? [...(inner as unknown[]), ...(inner as unknown[])] : inner];
  });
  return Object.fromEntries(entries);
}

interface Counts {
  gone: number;
  ofNetworkPolicies: number;
}

/** Takes out of a cluster all that is said to add nothing, and holds what is left against the whole. */
function takeOutOf(objects: readonly KubeObject[], assumptions: Assumptions, counts: Counts): void {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const cluster = readManifests([{ name: "cluster.json", text }], { live: true });
  const before = new Reachability(underAssumptions(cluster, assumptions), { assumptions });
  // Where facts are missing each rule counts by itself: one that a deny shadows is not told from one that decides.
  if (before.possible !== before.certain) return;
  const all = before.cluster.policies;
  const { parts } = whatAddsNothing(all, {});
  expect(parts.filter(({ policy }) => !all.includes(policy))).toEqual([]);
  counts.gone += parts.length;
  counts.ofNetworkPolicies += parts.filter(({ policy }) => isNetworkPolicy(policy)).length;
  const policies = withoutParts(all, parts);
  expect(["equivalent", "same-traffic", "undecided"]).toContain(comparePolicies(all, policies).verdict);
  const { table, addresses, pods } = before;
  const shared = { universe: before.cluster, table, addresses, pods };
  const after = new Reachability({ ...before.cluster, policies }, { assumptions, shared });
  expect(rows(after)).toEqual(rows(before));
}

describe("what other policies of Cilium cover", () => {
  it("can be taken out at once, and nothing changes", () => {
    const counts: Counts = { gone: 0, ofNetworkPolicies: 0 };
    fc.assert(
      fc.property(inputs, (objects) => takeOutOf(objects, inCilium, counts)),
      { numRuns: runs },
    );
    expect(counts.gone).toBeGreaterThan(counts.ofNetworkPolicies);
    expect(counts.ofNetworkPolicies).toBeGreaterThan(0);
  });
});

describe("what can go of NetworkPolicies beside cluster-wide policies", () => {
  it("can be taken out at once, and nothing changes", () => {
    const counts: Counts = { gone: 0, ofNetworkPolicies: 0 };
    fc.assert(
      fc.property(tiered, (objects) => takeOutOf(objects, defaultAssumptions, counts)),
      { numRuns: runs * 4 },
    );
    expect(counts.gone).toBeGreaterThan(counts.ofNetworkPolicies);
    expect(counts.ofNetworkPolicies).toBeGreaterThan(0);
  });
});
