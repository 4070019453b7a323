import { expect, it } from "vitest";
import { corpusJson, hasCorpus } from "./corpus.ts";
import { type CyclonusCorpus, noCyclonusCases } from "./cyclonus-state.ts";
import { knownDifferences } from "./known-differences.ts";
import type { NcaCase } from "./nca-matrix.ts";
import { type NetpolCase, netpolFolder } from "./netpol-analyzer-cases.ts";

it("every known difference is of a case of the corpus, if the corpus is here", () => {
  if (!hasCorpus) console.info("No corpus beside the repository and none in NPA_CORPUS: nothing is compared.");
  const { cases } = corpusJson<CyclonusCorpus>(noCyclonusCases, "cyclonus", "cases.json");
  const ids = new Set([
    ...corpusJson<readonly NetpolCase[]>([], netpolFolder, "cases.json").map(({ id }) => id),
    ...corpusJson<readonly NcaCase[]>([], "nca", "connectivity.json").map(({ id }) => `nca/${id}`),
    ...cases.map(({ id }) => `cyclonus/${id}`),
  ]);
  expect(
    [...knownDifferences.keys()].filter((id) => hasCorpus && !ids.has(id.replace(/ (?:reasons|exposure)$/, ""))),
  ).toEqual([]);
});
