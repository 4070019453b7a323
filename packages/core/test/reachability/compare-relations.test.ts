import { type KubeObject, arbitraryCluster, arbitraryTieredScenario } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { defaultAssumptions } from "../../src/model/assumptions.ts";
import type { ClassId } from "../../src/reachability/class-set.ts";
import {
  type ComparedEndpoint,
  type ComparedRelations,
  compareRelations,
  compareWithPolicies,
} from "../../src/reachability/compare-relations.ts";
import { Reachability } from "../../src/reachability/reachability.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { formatRanges } from "../../src/sets/address-set.ts";

const options = { assumptions: defaultAssumptions };

function clusterOf(objects: readonly KubeObject[]): Cluster {
  return readManifests([{ name: "c.json", text: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }) }]);
}

const isPolicy = ({ kind }: KubeObject): boolean => String(kind).endsWith("Policy");

/** The same pods with the policies of both, or another cluster whose workloads partly have the same ids. */
const ofNetworkPolicies = fc.tuple(arbitraryCluster(), arbitraryCluster(), fc.boolean()).map(([one, other, isSame]) => {
  const second = isSame ? [...one.filter((each) => !isPolicy(each)), ...other.filter(isPolicy)] : other;
  return [clusterOf(one), clusterOf(second)] as const;
});

/** The same pods, some policies of any kind in both, some in one. */
const ofEveryKind = fc
  .tuple(arbitraryTieredScenario({ packets: 1, maxPolicies: 3 }), fc.infiniteStream(fc.nat(3)))
  .map(([{ objects }, choices]) => {
    const next = (): number => choices.next().value ?? 0;
    const sides = objects.map((object) => ({ object, side: isPolicy(object) ? next() : 0 }));
    const side = (left: number): Cluster =>
      clusterOf(sides.flatMap((each) => (each.side === left ? [] : [each.object])));
    return [side(2), side(3)] as const;
  });

const twoClusters = fc.oneof(ofNetworkPolicies, ofEveryKind);

/** The class of an endpoint in a relation that knows nothing of the comparison. */
function classIn(
  reachability: Reachability,
  { workload, before }: ComparedEndpoint,
  compared: ComparedRelations,
): ClassId {
  const { pods, addresses } = reachability;
  if (workload !== undefined)
    return pods.classes.findIndex(({ members }) => members.some((member) => member.workload.id === workload.id));
  return pods.classes.length + addresses.classOf(compared.before.addressesOf(before)[0] as bigint);
}

/** What each pair may do by two relations of their own, where that differs. */
function differencesOneByOne(clusters: readonly [Cluster, Cluster], compared: ComparedRelations): readonly string[] {
  const [one, other] = clusters.map((cluster) => new Reachability(cluster, options)) as [Reachability, Reachability];
  const passes = (reachability: Reachability, source: ComparedEndpoint, target: ComparedEndpoint): string => {
    const [from, to] = [classIn(reachability, source, compared), classIn(reachability, target, compared)];
    return reachability.table.boundaries(reachability.connections(from, to)).join();
  };
  return compared.endpoints.flatMap((source, i) =>
    compared.endpoints.flatMap((target, j) => {
      if (source.workload === undefined && target.workload === undefined) return [];
      if (i === j && !source.toItself) return [];
      const [was, is] = [passes(one, source, target), passes(other, source, target)];
      return was === is ? [] : [`${i} ${j}: ${was} then ${is}`];
    }),
  );
}

describe("compareRelations", () => {
  it("finds exactly the pairs that differ, in order", () => {
    let found = 0;
    fc.assert(
      fc.property(twoClusters, fc.constantFrom(0, 64), (clusters, denseSize) => {
        const compared = compareRelations(...clusters, { ...options, denseSize });
        const { table, endpoints } = compared;
        const differing = [...compared.differences()].map(
          ({ source, target, before, after }) =>
            `${endpoints.indexOf(source)} ${endpoints.indexOf(target)}: ${table.boundaries(before).join()} then ${table.boundaries(after).join()}`,
        );
        found += differing.length;
        expect(differing).toEqual(differencesOneByOne(clusters, compared));
      }),
      { numRuns: 150 },
    );
    expect(found).toBeGreaterThan(150);
  });

  it("finds the same with a relation that is there", () => {
    fc.assert(
      fc.property(ofEveryKind, ([before, { policies }]) => {
        const reachability = new Reachability(before, options);
        const counts = reachability.counts();
        const differences = (compared: ComparedRelations): readonly string[] =>
          [...compared.differences()].map(
            ({ source, target, before: was, after }) =>
              `${compared.endpoints.indexOf(source)} ${compared.endpoints.indexOf(target)}: ${compared.table.boundaries(was).join()} then ${compared.table.boundaries(after).join()}`,
          );
        const found = differences(compareWithPolicies(reachability, policies));
        expect(found).toEqual(differences(compareRelations(before, { ...before, policies }, options)));
        expect(reachability.counts()).toEqual(counts);
      }),
      { numRuns: 40 },
    );
  });

  it("cuts addresses at the nodes of both sides", () => {
    const node = (name: string, address: string): KubeObject => ({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name },
      status: { addresses: [{ type: "InternalIP", address }] },
    });
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a", namespace: "shop" }, spec: {} };
    const policy = {
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata: { name: "nodes", namespace: "shop" },
      spec: { endpointSelector: {}, egress: [{ toEntities: ["remote-node", "host"] }] },
    };
    const compared = compareRelations(
      clusterOf([pod, policy, node("one", "192.0.2.1")]),
      clusterOf([pod, policy, node("one", "192.0.2.1"), node("two", "198.51.100.7")]),
      options,
    );
    const opened = [...compared.differences()].map(({ target, before }) => ({
      before,
      ofBefore: formatRanges(compared.before.addressesOf(target.before)),
      ofAfter: formatRanges(compared.after.addressesOf(target.after)),
    }));
    const added = ["198.51.100.7-198.51.100.7"];
    expect(opened).toEqual([{ before: 0, ofBefore: added, ofAfter: added }]);
  });

  it("tells what only one side has", () => {
    fc.assert(
      fc.property(twoClusters, ([before, after]) => {
        const compared = compareRelations(before, after, options);
        const runs = ({ workloads }: Cluster): readonly string[] =>
          workloads.filter(({ groups }) => groups.some(({ terminated }) => !terminated)).map(({ id }) => id);
        const [old, now] = [runs(before), runs(after)];
        expect(compared.onlyBefore.map(({ id }) => id)).toEqual(old.filter((id) => !now.includes(id)));
        expect(compared.onlyAfter.map(({ id }) => id)).toEqual(now.filter((id) => !old.includes(id)));
        const both = compared.endpoints.flatMap(({ workload }) => (workload === undefined ? [] : [workload.id]));
        expect(both).toEqual(old.filter((id) => now.includes(id)));
      }),
      { numRuns: 100 },
    );
  });

  it("looks at pods whose labels change as targets of all others, whose rows stay as they are", () => {
    const pod = (name: string, app: string): KubeObject => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "shop", labels: { app } },
      spec: { containers: [] },
    });
    const egress = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "web", namespace: "shop" },
      spec: {
        podSelector: { matchLabels: { app: "web" } },
        policyTypes: ["Egress"],
        egress: [{ to: [{ podSelector: { matchLabels: { app: "db" } } }] }],
      },
    };
    const state = (app: string): Cluster => clusterOf([pod("web", "web"), pod("store", app), egress]);
    const found = [...compareRelations(state("db"), state("cache"), options).differences()];
    expect(found.map(({ source, target }) => `${source.workload?.name} ${target.workload?.name}`)).toEqual([
      "web store",
    ]);
  });

  it("sees that a namespace gains a label, where the policies stay as they are", () => {
    const pod = (namespace: string): KubeObject => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web", namespace },
      spec: { containers: [] },
    });
    const policy = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "web", namespace: "shop" },
      spec: { podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: "x" } } }] }] },
    };
    const state = (labels: object): Cluster =>
      clusterOf([
        ...["shop", "bank"].map((name) => ({
          apiVersion: "v1",
          kind: "Namespace",
          metadata: { name, labels: name === "bank" ? labels : {} },
        })),
        pod("shop"),
        pod("bank"),
        policy,
      ]);
    for (const states of [[state({}), state({ team: "x" })] as const, [state({ team: "x" }), state({})] as const])
      expect(
        [...compareRelations(...states, options).differences()].map(({ source, target }) => [
          source.workload?.id,
          target.workload?.id,
        ]),
      ).toEqual([["bank/web[Pod]", "shop/web[Pod]"]]);
  });

  it("pairs a part of a workload that moved, and gives up on several", () => {
    const pods = (...tracks: readonly string[]): KubeObject[] =>
      tracks.map((track, i) => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          name: `web-${i}`,
          namespace: "shop",
          labels: { track },
          ownerReferences: [{ apiVersion: "apps/v1", kind: "StatefulSet", name: "web", uid: "1", controller: true }],
        },
        spec: { containers: [] },
      }));
    const policies = ["a", "b", "c", "d"].map((track) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: track, namespace: "shop" },
      spec: { podSelector: { matchLabels: { track } } },
    }));
    const compare = (before: readonly string[], after: readonly string[]): readonly number[] => {
      const compared = compareRelations(
        clusterOf([...pods(...before), ...policies]),
        clusterOf([...pods(...after), ...policies]),
        options,
      );
      const workloads = compared.endpoints.filter(({ workload }) => workload !== undefined);
      return [workloads.length, compared.onlyBefore.length, compared.onlyAfter.length];
    };
    expect(compare(["a", "b"], ["a", "c"])).toEqual([2, 0, 0]);
    expect(compare(["a", "b"], ["c", "d"])).toEqual([0, 1, 1]);
    expect(compare(["a"], ["a", "b"])).toEqual([1, 0, 1]);
  });
});
