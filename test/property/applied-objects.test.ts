import { readManifests, type Cluster } from "@npa/core";
import {
  arbitraryCalicoCluster,
  arbitraryCiliumCluster,
  arbitraryCluster,
  arbitraryTieredCluster,
} from "@npa/fixtures";
import type { KubeObject } from "@npa/fixtures/api-server";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSource } from "../../packages/core/src/parse/parse-source.ts";
import { propertyRuns } from "./runs.ts";

function textOf(objects: readonly KubeObject[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
}

function stateOf(objects: readonly KubeObject[]): Cluster {
  return readManifests([{ name: "c.json", text: textOf(objects) }]);
}

/** A cluster that has some objects after others are applied. */
function applied(stored: readonly KubeObject[], files: readonly KubeObject[]): Cluster {
  const options = { wants: () => true };
  const source = parseSource({ name: "cluster.json", text: textOf(stored) }, options, () => undefined);
  return readManifests([{ name: "files.json", text: textOf(files) }], {
    onto: { sources: [source] },
  });
}

/** All that is known of a cluster but for where it is written, in which order, what is wrong with it, and whether a server gave it. */
function factsOf(cluster: Cluster): unknown {
  const left = new Set(["origin", "index", "written", "live", "inputs", "problems", "refusedPolicies"]);
  const text = JSON.stringify({ ...cluster, namespaces: [...cluster.namespaces] }, (key, value: unknown) =>
    left.has(key) ? undefined : typeof value === "bigint" || value === Infinity ? String(value) : value,
  );
  return JSON.parse(text) as unknown;
}

function keyOf({ apiVersion, kind, metadata = {}, spec }: KubeObject): string {
  const isCalico = apiVersion.includes("calico");
  const tier = (spec as { readonly tier?: string } | undefined)?.tier ?? "default";
  const name =
    isCalico && kind.endsWith("NetworkPolicy") ? [tier, metadata.name?.replace(`${tier}.`, "")] : [metadata.name];
  return JSON.stringify([isCalico ? "calico" : apiVersion, kind, metadata.namespace, ...name]);
}

/** A server gives each object of a namespace with it. */
function asStored(object: KubeObject): KubeObject {
  const isOfCluster =
    /^(?:Namespace|Node|Tier|CiliumCIDRGroup|Host|(?:Baseline)?Admin|Cluster|Global|CiliumClusterwide|CiliumNode)/;
  if (isOfCluster.test(object.kind)) return object;
  return { ...object, metadata: { namespace: "default", ...object.metadata } };
}

describe("objects that are applied to a cluster", () => {
  it.each([
    ["Kubernetes", arbitraryCluster()],
    ["tiers", arbitraryTieredCluster()],
    ["Cilium", arbitraryCiliumCluster()],
    ["Calico", arbitraryCalicoCluster()],
  ] as const)("make the state that both are, written as files: %s", (_, objects) => {
    let replaced = 0;
    fc.assert(
      fc.property(objects, objects, fc.infiniteStream(fc.boolean()), (given, others, isChosen) => {
        const files = (others as readonly KubeObject[]).filter(() => isChosen.next().value);
        const stored = (given as readonly KubeObject[]).map(asStored);
        // A server refuses what it does not store, so the cluster has none of that, and keeps what it had. What the agents
        // of a data plane refuse is stored.
        const refused = new Set(
          stateOf(files)
            .refusedPolicies.filter(({ by }) => by === undefined)
            .map(({ ref }) => `${ref.kind} ${ref.namespace ?? ""}/${ref.name}`),
        );
        const isTaken = ({ kind, metadata = {} }: KubeObject): boolean =>
          !refused.has(`${kind} ${metadata.namespace ?? ""}/${metadata.name ?? ""}`);
        const taken = files.filter(isTaken);
        const before = stored.filter(isTaken);
        const keys = new Set(taken.map((object) => keyOf(asStored(object))));
        const left = before.filter((object) => !keys.has(keyOf(object)));
        if (stateOf(before).refusedPolicies.length > 0) return;
        replaced += before.length - left.length;
        const whole = stateOf([...left, ...taken]);
        expect(factsOf(applied(before, files))).toEqual(factsOf(whole));
      }),
      { numRuns: propertyRuns(20).runs },
    );
    expect(replaced).toBeGreaterThan(0);
  });
});
