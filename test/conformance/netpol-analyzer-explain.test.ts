import { explain, type Explanation } from "@npa/core/explain";
import type { Cluster } from "@npa/core";
import { describe, expect, it } from "vitest";
import { connectionsOfPorts, everything, formatConnections, union, type Connections } from "./connections.ts";
import { corpusCluster, corpusText, hasCorpus } from "./corpus.ts";
import { clusterWideCases, netpolCases, netpolFolder, titled } from "./netpol-analyzer-cases.ts";
import { type ExplainedPair, type ExplainedWay, parseExplainedPairs } from "./netpol-analyzer-output.ts";
import { theirAssumptions } from "./npa-relation.ts";
import { unexplained } from "./unexplained.ts";

describe.runIf(hasCorpus)("netpol-analyzer: what an explanation says of each pair of workloads", () => {
  it.for(titled([...netpolCases("list-explain"), ...clusterWideCases("list-explain")]))(
    "%s",
    async ([id, { inputDirs, expectedFile }]) => {
      const pairs = parseExplainedPairs(corpusText(netpolFolder, expectedFile ?? ""));
      const differing = await unexplained(`${id} reasons`, async ({ edit, assumptions }) => {
        const cluster = await corpusCluster(netpolFolder, inputDirs, edit);
        const options = { assumptions: { ...theirAssumptions(cluster), ...assumptions } };
        return pairs.flatMap((pair) => differences(pair, answerTo(pair, cluster, options)));
      });
      expect(differing).toEqual([]);
    },
  );
});

function answerTo(
  { source, target }: ExplainedPair,
  cluster: Cluster,
  options: Parameters<typeof explain>[2],
): Explanation {
  return explain(cluster, { source, target }, { ...options, changes: false });
}

/** What is allowed and denied, what each end says of it, and the policies that they name there. */
function differences({ source, target, allowed, denied, ways }: ExplainedPair, ours: Explanation): readonly string[] {
  const pair = `${source} => ${target}`;
  const own = connectionsOfPorts(ours);
  const lines = [...different(`${pair} allows`, allowed, own), ...different(`${pair} denies`, denied, complement(own))];
  for (const direction of ["egress", "ingress"] as const) {
    const told = ways.filter((way) => way.direction === direction);
    const says = new Set(told.map(({ isAllowed }) => isAllowed));
    const { answer, steps } = ours[direction];
    // Where one end denies all, the other is asked of what remains by them, and of all by npa: "some" is both.
    if (says.size === 1 && answer !== "unknown" && answer !== (says.has(true) ? "yes" : "no"))
      lines.push(`${pair} ${direction}: ${answer}, and they say ${says.has(true) ? "allowed" : "denied"}`);
    const names = new Set(steps.map(({ object }) => [object.namespace, object.name].filter(Boolean).join("/")));
    for (const name of new Set(told.flatMap(({ policies }: ExplainedWay) => policies)))
      if (!names.has(name)) lines.push(`${pair} ${direction}: they name ${name}`);
  }
  return lines;
}

function different(what: string, theirs: Connections, ours: Connections): readonly string[] {
  const [a, b] = [formatConnections(union(theirs)), formatConnections(ours)];
  return a === b ? [] : [`${what} ${b}, not ${a}`];
}

/** All ports that are not among these. */
function complement(connections: Connections): Connections {
  return everything.flatMap(([first, last]) => {
    const result: [number, number][] = [];
    let next = first;
    for (const [from, to] of connections) {
      if (to < first || from > last) continue;
      if (from > next) result.push([next, from - 1]);
      next = Math.max(next, to + 1);
    }
    if (next <= last) result.push([next, last]);
    return result;
  });
}
