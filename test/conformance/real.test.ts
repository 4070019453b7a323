import { readdirSync } from "node:fs";
import path from "node:path";
import { type Finding, analyzeCluster, countConnectivity } from "@npa/core";
import { describe, expect, it } from "vitest";
import { corpusCluster, corpusPath, hasCorpus } from "./corpus.ts";

const projects = hasCorpus ? readdirSync(corpusPath("real")).toSorted() : [];

describe.runIf(hasCorpus)("manifests that people run", () => {
  it.for(projects)("%s", async (project) => {
    const cluster = await corpusCluster(path.join("real", project), ["."]);
    // Three of them hold an object twice: a policy in two files, two versions of a recipe, a Namespace.
    expect(cluster.problems.filter(({ code }) => code !== "duplicate-object")).toEqual([]);
    expect(cluster.refusedPolicies).toEqual([]);
    const counts = countConnectivity(cluster);
    expect(counts.policies).toBeGreaterThan(0);
    expect(counts.podPairs).toBeLessThanOrEqual(counts.possiblePodPairs);
  });

  // Each line was read and judged: README.md says how. After a change that is meant, `-u` writes the new findings: read the
  // diff as the maintainer of the project would, before you commit it.
  it.for(projects)("what npa finds in %s", async (project) => {
    const { findings } = analyzeCluster(await corpusCluster(path.join("real", project), ["."]));
    const expected = path.join(import.meta.dirname, "expected-real", `${project}.txt`);
    await expect(findings.map(findingLine).join("")).toMatchFileSnapshot(expected);
  });
});

function findingLine({ location, severity, ruleId, message }: Finding): string {
  return `${location?.file}:${location?.line}:${location?.column} ${severity} ${ruleId}: ${message}\n`;
}
