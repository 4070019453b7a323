import { type Cluster, type Verdict, can } from "@npa/core";
import { describe, expect, it } from "vitest";
import { connectionsOfPorts, formatConnections } from "./connections.ts";
import { corpusCluster, hasCorpus, withoutOwners } from "./corpus.ts";
import { netpolCases, netpolFolder, titled } from "./netpol-analyzer-cases.ts";
import { parseConnections } from "./netpol-analyzer-output.ts";
import { theirAssumptions } from "./npa-relation.ts";

const cases = netpolCases("eval");

describe.runIf(hasCorpus)("netpol-analyzer: may one pod reach another", () => {
  const single = cases.filter(({ expected }) => expected?.src !== undefined);
  it.for(titled(single))("%s", async ([, { inputDirs, inlineInput, expected }]) => {
    const cluster = await readPods([...inputDirs, ...(typeof inlineInput === "string" ? [inlineInput] : [])]);
    const { src = "", dst = "", port = "", proto = "", connections } = expected ?? {};
    expect(ask(cluster, src, dst, `${port}/${proto}`).answer).toBe(expected?.allowed ? "yes" : "no");
    const all = passing(ask(cluster, src, dst));
    expect(all).toBe(connections === undefined ? all : parseConnections(connections));
  });
});

describe.runIf(hasCorpus)("netpol-analyzer: may any pod of a cluster reach any other", () => {
  const tables = cases.filter(({ expected }) => expected?.rows !== undefined);
  it.for(titled(tables))("%s", async ([, { inputDirs, expected }]) => {
    const cluster = await readPods(inputDirs);
    const { rows = [], port = "", proto = "" } = expected ?? {};
    const others = rows.filter(([source, target]) => source !== target);
    expect(others.length).toBeGreaterThan(100);
    const wrong = others.filter(([source, target, answer]) => {
      if (port !== "") return (ask(cluster, source, target, `${port}/${proto}`).answer === "yes") !== answer;
      const verdict = ask(cluster, source, target);
      // Asked for no port, they say yes when a rule without ports allows it.
      return typeof answer === "string" ? passing(verdict) !== parseConnections(answer) : verdict.all !== answer;
    });
    expect(wrong).toEqual([]);
  });
});

function readPods(paths: readonly string[]): Promise<Cluster> {
  return corpusCluster(netpolFolder, paths, withoutOwners);
}

function ask(cluster: Cluster, source: string, target: string, port?: string): Verdict {
  const question = { source, target, ...(port === undefined ? {} : { port }) };
  return can(cluster, question, { assumptions: theirAssumptions(cluster) });
}

function passing(verdict: Verdict): string {
  return formatConnections(connectionsOfPorts(verdict));
}
