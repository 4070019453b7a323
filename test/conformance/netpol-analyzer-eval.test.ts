import { type Cluster, UsageError, type Verdict, can } from "@npa/core";
import { describe, expect, it } from "vitest";
import { connectionsOfPorts, formatConnections } from "./connections.ts";
import { corpusCluster, hasCorpus, withoutOwners } from "./corpus.ts";
import { type NetpolCase, clusterWideCases, netpolCases, netpolFolder, titled } from "./netpol-analyzer-cases.ts";
import { parseConnections } from "./netpol-analyzer-output.ts";
import { theirAssumptions } from "./npa-relation.ts";
import { unexplained } from "./unexplained.ts";

const cases = [...netpolCases("eval"), ...clusterWideCases("eval")];

describe.runIf(hasCorpus)("netpol-analyzer: may one pod reach another", () => {
  const single = cases.filter(({ expected }) => expected?.src !== undefined);
  it.for(titled(single))("%s", async ([id, { inputDirs, inlineInput, expected }]) => {
    const paths = [...inputDirs, ...(typeof inlineInput === "string" ? [inlineInput] : [])];
    const differing = await unexplained(id, async ({ edit = (text) => text }) =>
      wrongAnswers(await readPods(paths, edit), expected ?? {}),
    );
    expect(differing).toEqual([]);
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

function readPods(paths: readonly string[], edit = (text: string): string => text): Promise<Cluster> {
  return corpusCluster(netpolFolder, paths, (text) => withoutOwners(edit(text)));
}

function wrongAnswers(cluster: Cluster, expected: NonNullable<NetpolCase["expected"]>): readonly string[] {
  const { src = "", dst = "", port = "", proto = "", connections, allowed } = expected;
  try {
    const all = passing(ask(cluster, src, dst));
    const wanted = connections === undefined ? all : parseConnections(connections);
    // Some ask for all that passes, and for no port.
    const answer = allowed === undefined ? undefined : ask(cluster, src, dst, `${port}/${proto}`).answer;
    return [
      ...(all === wanted ? [] : [`${all}, not ${wanted}`]),
      ...(answer === undefined || answer === (allowed === true ? "yes" : "no")
        ? []
        : [`${answer} on ${port}/${proto}`]),
    ];
  } catch (error) {
    if (error instanceof UsageError) return [error.message];
    throw error;
  }
}

function ask(cluster: Cluster, source: string, target: string, port?: string): Verdict {
  const question = { source, target, ...(port === undefined ? {} : { port }) };
  return can(cluster, question, { assumptions: theirAssumptions(cluster) });
}

function passing(verdict: Verdict): string {
  return formatConnections(connectionsOfPorts(verdict));
}
