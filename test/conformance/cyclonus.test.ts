import { readManifests } from "@npa/core";
import { describe, expect, it } from "vitest";
import { corpusJson, hasCorpus } from "./corpus.ts";
import { type CyclonusCase, type CyclonusCorpus, CyclonusState, noCyclonusCases } from "./cyclonus-state.ts";
import { npaTables, tableDifferences } from "./cyclonus-tables.ts";
import { unexplained } from "./unexplained.ts";

const { resources, cases } = corpusJson<CyclonusCorpus>(noCyclonusCases, "cyclonus", "cases.json");

describe.runIf(hasCorpus)("cyclonus: every table of every step", () => {
  it.for(cases.map((one) => [`${one.id} ${one.description}`, one] as const))("%s", async ([, cyclonusCase]) => {
    const differing = await unexplained(`cyclonus/${cyclonusCase.id}`, async () => differencesOf(cyclonusCase));
    expect(differing).toEqual([]);
  });
});

function differencesOf({ steps, usesIpBlockAgainstPodIPs }: CyclonusCase): readonly string[] {
  const state = new CyclonusState(resources);
  return steps.flatMap(({ actions, order, table }, step) => {
    for (const action of actions) state.apply(action);
    const cluster = readManifests([state.manifest()]);
    expect(cluster.problems, `step ${step}`).toEqual([]);
    const ours = npaTables(cluster, { ipBlockMatchesPods: usesIpBlockAgainstPodIPs });
    return Object.entries(table).flatMap(([asked, tables]) => {
      const [protocol = "", port = ""] = asked.split("/");
      const probed = { protocol, port: state.portNumber(port) };
      return tableDifferences(probed, order, tables, ours).map((line) => `step ${step}: ${line}`);
    });
  });
}
