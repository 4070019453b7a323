import type { Cluster } from "@npa/core";
import { describe, expect, it } from "vitest";
import { allAddresses } from "./address-range.ts";
import { corpusCluster, corpusJson, hasCorpus, withoutOwners } from "./corpus.ts";
import type { Adjustment } from "./known-differences.ts";
import { type NcaCase, podNames, relationOfMatrix, workloadIdOf } from "./nca-matrix.ts";
import { relationOf, theirAssumptions } from "./npa-relation.ts";
import { differences } from "./relation.ts";
import { unexplained } from "./unexplained.ts";

const cases = corpusJson<readonly NcaCase[]>([], "nca", "connectivity.json");

/** What their `livesim` flag adds to an input that asks for DNS and has none. */
const simulatedDns = `
---
apiVersion: v1
kind: Pod
metadata: { name: kube-dns-livesim, namespace: kube-system, labels: { k8s-app: kube-dns } }
spec: { containers: [{ name: dns, image: dns }] }
`;

describe.runIf(hasCorpus)("network-config-analyzer: full matrices", () => {
  it.for(cases.map((one) => [one.id, one] as const))("%s", async ([id, ncaCase]) => {
    const differing = await unexplained(`nca/${id}`, async (adjustment) => {
      const cluster = await read(ncaCase, adjustment);
      const { rename = (name) => name } = adjustment;
      const theirs = { ...ncaCase, peers: ncaCase.peers.map(rename) };
      const names = podNames(theirs, cluster);
      const assumptions = { ...theirAssumptions(cluster), ...adjustment.assumptions };
      const ours = relationOf(cluster, assumptions, (workload) => names.get(workloadIdOf(workload)) ?? []);
      return [
        ...podDifferences(theirs, [...names.values()].flat()),
        ...differences(relationOfMatrix(theirs), ours, allAddresses),
      ];
    });
    expect(differing).toEqual([]);
  });
});

function podDifferences({ peers }: NcaCase, pods: readonly string[]): readonly string[] {
  const theirs = peers.filter((peer) => peer.includes("/"));
  return [
    ...theirs.filter((pod) => !pods.includes(pod)).map((pod) => `${pod}: not there`),
    ...pods.filter((pod) => !theirs.includes(pod)).map((pod) => `${pod}: not theirs`),
  ];
}

/** Reads the input of a case. Where it says which files the policies are in, those in other files do not count. */
async function read({ inputs, flags }: NcaCase, { edit = (text) => text }: Adjustment): Promise<Cluster> {
  const ofPolicies = inputs["policies"] ?? inputs["resources"] ?? [];
  const holdsPolicies = (name: string): boolean =>
    ofPolicies.some((path) => name === path || name.startsWith(`${path}/`));
  const paths = [...new Set(Object.values(inputs).flat())];
  let additions = flags.includes("livesim") ? simulatedDns : "";
  const cluster = await corpusCluster("nca/inputs", paths, (text, name) => {
    const pods = withoutOwners(edit(text));
    const result = `${holdsPolicies(name) ? pods : withoutPolicies(pods)}${additions}`;
    additions = "";
    return result;
  });
  expect(cluster.inputs.documents + cluster.problems.length).toBeGreaterThan(0);
  return cluster;
}

function withoutPolicies(text: string): string {
  return text.replaceAll(/(\bkind"?\s*:\s*"?)NetworkPolicy\b/g, "$1LeftOut");
}
