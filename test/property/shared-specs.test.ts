import { type Cluster, analyzeCluster, listConnectivity, readManifests } from "@npa/core";
import { optimizeCluster } from "@npa/core/optimize";
import { proveClusters, redundancy } from "@npa/core/proof";
import {
  type KubeObject,
  arbitraryCalicoCluster,
  arbitraryCiliumCluster,
  arbitraryCluster,
  arbitraryTieredScenario,
} from "@npa/fixtures";
import * as fc from "fast-check";
import { dump } from "js-yaml";
import { describe, expect, it } from "vitest";
import { propertyRuns } from "./runs.ts";

const { runs, wanted } = propertyRuns(25);

const kinds = [
  ["NetworkPolicies", arbitraryCluster()],
  ["tiers", arbitraryTieredScenario({ packets: 1 }).map(({ objects }) => objects)],
  ["Calico", arbitraryCalicoCluster()],
  ["Cilium", arbitraryCiliumCluster()],
] as const;

type Metadata = Readonly<Record<string, unknown>>;

/** Every policy of a namespace is there twice in its own and once in another one. */
function repeated(objects: readonly KubeObject[]): readonly KubeObject[] {
  return objects.flatMap((object) => {
    const { kind, metadata } = object as { readonly kind: string; readonly metadata: Metadata };
    if (kind !== "NetworkPolicy" || metadata["namespace"] === undefined) return [object];
    const copy = (name: string, more: Metadata): KubeObject => ({
      ...object,
      metadata: { ...metadata, name: `${String(metadata["name"])}-${name}`, ...more },
    });
    return [object, copy("again", {}), copy("else", { namespace: "elsewhere" })];
  });
}

/** The objects as one text; with `apart` no two documents have the same text below `spec`. */
function clusterOf(objects: readonly KubeObject[], apart: boolean): Cluster {
  const mark = (i: number): string => `# ${String(apart ? i : 0).padStart(4, "0")}\n`;
  const text = objects.map((object, i) => dump(object, { noRefs: true }) + mark(i)).join("---\n");
  return readManifests([{ name: "all.yaml", text }]);
}

/** What is asked of policies by their rules, each of which may stand in several policies. */
function answersOf(cluster: Cluster): unknown {
  return {
    connections: listConnectivity(cluster),
    analysis: analyzeCluster(cluster),
    plan: optimizeCluster(cluster).plan,
    redundancy: redundancy(cluster),
    proof: proveClusters(cluster, cluster),
  };
}

/** Each object once. */
function countOfRules({ policies }: Cluster): number {
  return new Set(policies.flatMap(({ rules }) => [rules.ingress, rules.egress])).size;
}

describe("policies that are written alike share what they say, and the answers are those of policies that do not", () => {
  it.each(kinds)("%s", (_, objects) => {
    let shared = 0;
    fc.assert(
      fc.property(objects, (written) => {
        const all = repeated(written);
        const [together, apart] = [clusterOf(all, false), clusterOf(all, true)];
        if (countOfRules(together) < countOfRules(apart)) shared++;
        expect(answersOf(together)).toEqual(answersOf(apart));
      }),
      { numRuns: runs },
    );
    expect(shared).toBeGreaterThan(wanted(4));
  });
});
