import { listConnectivity } from "@npa/core";
import { describe, expect, it } from "vitest";
import { corpusCluster, hasCorpus } from "./corpus.ts";
import { clusterWideCases, netpolCases, netpolFolder, titled } from "./netpol-analyzer-cases.ts";
import { isOfTheirCommandLine, unmatchedTexts } from "./netpol-analyzer-errors.ts";
import { theirAssumptions } from "./npa-relation.ts";
import { unexplained } from "./unexplained.ts";

const cases = [...netpolCases("error"), ...clusterWideCases("error")].filter(
  ({ expected }) => !isOfTheirCommandLine(expected?.errorContains ?? []),
);

describe.runIf(hasCorpus)("netpol-analyzer: errors of the input, by what they mean", () => {
  it.for(titled(cases))("%s", async ([id, { inputDirs, expected, options }]) => {
    const differing = await unexplained(id, async ({ edit }) => {
      const missing = await Promise.all(
        inputDirs.map(async (directory) => {
          const cluster = await corpusCluster(netpolFolder, [directory], edit);
          return unmatchedTexts(cluster, expected?.errorContains ?? [], options.args ?? []);
        }),
      );
      // A diff has two inputs, and the error is about one of them.
      return missing.reduce((least, texts) => (texts.length < least.length ? texts : least));
    });
    expect(differing).toEqual([]);
  });

  it("answers part by part where pods of one owner differ, which they take for an error", async () => {
    const cluster = await corpusCluster(netpolFolder, ["inputs/semanticDiff-same-topologies-illegal-podlist"]);
    const { endpoints } = listConnectivity(cluster, { assumptions: theirAssumptions(cluster) });
    expect(endpoints.map(({ id }) => id)).toEqual([
      "demo/cog-agents[DaemonSet]{app=account-command-selector}",
      "demo/cog-agents[DaemonSet]{app=account-query-selector}",
      "demo/cog-agents[DaemonSet]{app=bank-ui-selector}",
      "external",
    ]);
  });

  it.for(titled(cases.filter(({ expected }) => expected?.errorContains?.length === 0)))(
    "%s: some document cannot be read",
    async ([, { inputDirs }]) => {
      // Both sides of a diff are read as one input here, and that they have objects in common is told as well.
      const { problems } = await corpusCluster(netpolFolder, inputDirs);
      expect(
        problems.filter(({ unreadable, code }) => unreadable === true && code !== "duplicate-object"),
      ).toHaveLength(1);
    },
  );
});
