import { describe, expect, it } from "vitest";
import { corpusCluster, corpusJson, hasCorpus } from "./corpus.ts";
import { ncaAnswers } from "./nca-answers.ts";
import { type NcaQuery, type NcaVerdict, configsOf } from "./nca-config.ts";
import { queryDifferences } from "./nca-query-differences.ts";

const queries = corpusJson<readonly NcaQuery[]>([], "nca", "queries.json");
const about = (kind: string): (readonly [string, NcaQuery])[] =>
  queries.filter(({ query }) => query === kind).map((query) => [query.id, query]);

describe.runIf(hasCorpus)("network-config-analyzer: queries", () => {
  describe.each(Object.entries(ncaAnswers))("%s", (kind, answer) => {
    it.for(about(kind))("%s", async ([id, query]) => {
      const configs = await configsOf(query);
      const executed = (query.atomic ?? []).filter(({ notExecuted = false }) => !notExecuted);
      const answered = executed.map((verdict) => {
        const [first, second = first] = namesOf(verdict).map(configs);
        if (first === undefined || second === undefined) throw new Error("a verdict without a configuration");
        return `${namesOf(verdict).join(" and ")}: ${answer(first, second, verdict)}`;
      });
      const expected = executed.map((verdict) => `${namesOf(verdict).join(" and ")}: ${verdict.numerical}`);
      expectAgreement(id, answered, expected);
    });
  });

  describe("parseError", () => {
    it.for(about("parseError"))("%s", async ([id, { inputs, expected }]) => {
      const cluster = await corpusCluster("nca/inputs", inputs.policies ?? []);
      const isRefused =
        cluster.refusedPolicies.length > 0 || cluster.problems.some(({ severity }) => severity === "error");
      expectAgreement(id, [String(Number(isRefused))], [String(expected.error)]);
    });
  });

  it("every known difference is of a query of the corpus", () => {
    const ids = new Set(queries.map(({ id }) => id));
    expect([...queryDifferences.keys()].filter((id) => !ids.has(id))).toEqual([]);
  });
});

function namesOf({ config, config1, config2 }: NcaVerdict): readonly string[] {
  return [config, config1, config2].filter((name) => name !== undefined);
}

function expectAgreement(id: string, answered: readonly string[], expected: readonly string[]): void {
  const known = queryDifferences.get(id);
  expect(answered).toEqual(known?.answer ?? expected);
  if (known !== undefined) expect(known.answer, "no longer differs: take it off the table").not.toEqual(expected);
}
