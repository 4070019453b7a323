import { readdirSync } from "node:fs";
import { countConnectivity } from "@npa/core";
import { describe, expect, it } from "vitest";
import { corpusCluster, corpusPath, hasCorpus } from "./corpus.ts";

const projects = hasCorpus ? readdirSync(corpusPath("real")).toSorted() : [];

describe.runIf(hasCorpus)("manifests that people run", () => {
  it.for(projects)("%s", async (project) => {
    const cluster = await corpusCluster("real", [project]);
    // Three of them hold an object twice: a policy in two files, two versions of a recipe, a Namespace.
    expect(cluster.problems.filter(({ code }) => code !== "duplicate-object")).toEqual([]);
    expect(cluster.refusedPolicies).toEqual([]);
    const counts = countConnectivity(cluster);
    expect(counts.policies).toBeGreaterThan(0);
    expect(counts.podPairs).toBeLessThanOrEqual(counts.possiblePodPairs);
  });
});
