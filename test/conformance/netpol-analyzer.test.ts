import { listConnectivity } from "@npa/core";
import { describe, expect, it } from "vitest";
import { ipv4 } from "./address-range.ts";
import { corpusCluster, corpusText, hasCorpus } from "./corpus.ts";
import type { Adjustment } from "./known-differences.ts";
import { type NetpolCase, clusterWideCases, netpolCases, netpolFolder, titled } from "./netpol-analyzer-cases.ts";
import { parseDiff, parseExplanation, parseList } from "./netpol-analyzer-output.ts";
import { byWorkload, relationOf, theirAssumptions } from "./npa-relation.ts";
import { Relation, changes, differences } from "./relation.ts";
import { unexplained } from "./unexplained.ts";

// Their addresses are IPv4 only.
const scope = ipv4;

describe.runIf(hasCorpus)("netpol-analyzer: lists", () => {
  const cases = [...netpolCases("list", "list-exposure"), ...clusterWideCases("list")].filter(
    ({ expectedFile }) => expectedFile !== null,
  );
  it.for(titled(cases))("%s", async ([, netpolCase]) => {
    const differing = await unexplained(netpolCase.id, async (adjustment) => {
      const { rename = (name) => name } = adjustment;
      const theirs = parseList(rename(expectedText(netpolCase)), netpolCase.format);
      return differences(theirs, await focusedRelation(netpolCase, adjustment), scope);
    });
    expect(differing).toEqual([]);
  });
});

describe.runIf(hasCorpus)("netpol-analyzer: what an explanation says is allowed", () => {
  it.for(titled([...netpolCases("list-explain"), ...clusterWideCases("list-explain")]))(
    "%s",
    async ([, netpolCase]) => {
      const text = expectedText(netpolCase);
      expect(text).toMatch(/Connections between|All Connections due to the system default/);
      const differing = await unexplained(netpolCase.id, async (adjustment) =>
        differences(parseExplanation(text), await focusedRelation(netpolCase, adjustment), scope),
      );
      expect(differing).toEqual([]);
    },
  );
});

describe.runIf(hasCorpus)("netpol-analyzer: connections that may not be listed", () => {
  const cases = netpolCases("list").filter(({ expected }) => expected?.mustNotContain !== undefined);
  it.for(titled(cases))("%s", async ([id, { inputDirs, expected }]) => {
    const cluster = await corpusCluster(netpolFolder, inputDirs);
    const differing = await unexplained(id, async () => {
      const { connections } = listConnectivity(cluster, { assumptions: theirAssumptions(cluster) });
      return connections
        .map(({ source, target, all }) => `${source} => ${target} : ${all ? "All Connections" : "some"}`)
        .filter((line) => line === expected?.mustNotContain);
    });
    expect(differing).toEqual([]);
  });
});

describe.runIf(hasCorpus)("netpol-analyzer: differences between two inputs", () => {
  it.for(
    titled([...netpolCases("diff"), ...clusterWideCases("diff")].filter(({ expectedFile }) => expectedFile !== null)),
  )("%s", async ([, netpolCase]) => {
    const theirs = parseDiff(expectedText(netpolCase));
    const differing = await unexplained(netpolCase.id, async (adjustment) => {
      const [before = "", after = ""] = netpolCase.inputDirs;
      const changed = changes(
        await relationOfInput([before], adjustment),
        await relationOfInput([after], adjustment),
        scope,
      );
      return differences(theirs, changed, scope);
    });
    expect(differing).toEqual([]);
  });
});

function expectedText({ expectedFile }: NetpolCase): string {
  return corpusText(netpolFolder, expectedFile ?? "");
}

async function relationOfInput(paths: readonly string[], { edit, assumptions }: Adjustment): Promise<Relation> {
  const cluster = await corpusCluster(netpolFolder, paths, edit);
  return relationOf(cluster, { ...theirAssumptions(cluster), ...assumptions }, byWorkload);
}

/** What has an end in the focus, as their option keeps it. */
async function focusedRelation({ inputDirs, options }: NetpolCase, adjustment: Adjustment): Promise<Relation> {
  const relation = await relationOfInput(inputDirs, adjustment);
  const { focusWorkloads, focusDirection } = options;
  if (focusWorkloads === undefined) return relation;
  const isInFocus = (end = ""): boolean => {
    const name = end.replace(/\[.*/, "");
    return focusWorkloads.some((focus) => name === focus || name.endsWith(`/${focus}`));
  };
  const result = new Relation();
  const isKept = (key: string): boolean => {
    const [source, target] = key.split(" => ");
    return (focusDirection !== "ingress" && isInFocus(source)) || (focusDirection !== "egress" && isInFocus(target));
  };
  for (const [key, value] of relation.pairs) if (isKept(key)) result.pairs.set(key, value);
  for (const [key, value] of relation.outside) if (isKept(key)) result.outside.set(key, value);
  return result;
}
