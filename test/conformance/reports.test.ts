import { describe, expect, it } from "vitest";
import { npa } from "../../packages/cli/test/run.ts";
import { hasCorpus } from "./corpus.ts";
import { knownFailures } from "./known-report-failures.ts";
import { checkName, copyOfInput, reportedCases } from "./reports-cases.ts";
import { failuresOf } from "./reports-checks.ts";

const checks = reportedCases.flatMap((reported) =>
  reported.checks.map((check) => [checkName(reported, check), reported, check] as const),
);

describe.runIf(hasCorpus)("reports: situations of people who were stuck", () => {
  it.for(checks.filter(([name]) => !knownFailures.has(name)))("%s", async ([, reported, check]) => {
    expect(await failuresOf(reported, check)).toEqual([]);
  });

  it.for(checks.filter(([name]) => knownFailures.has(name)))("known to fail: %s", async ([, reported, check]) => {
    expect(await failuresOf(reported, check), "this holds now: take it off known-report-failures.ts").not.toEqual([]);
  });

  it.for(reportedCases.filter((reported) => reported.checks.length === 0))("$id is answered", async (reported) => {
    const { code } = await npa(["analyze", "."], copyOfInput(reported));
    expect(code).toBeLessThan(3);
  });

  const hostile = reportedCases.filter(({ id }) => id.startsWith("hostile/"));
  it.for(hostile)("$id does not pass the gate of docs/ci.md", async (reported) => {
    const { code } = await npa(["analyze", ".", "--untrusted"], copyOfInput(reported));
    expect([1, 2]).toContain(code);
  });

  it("knows no failure of a check that is not there", () => {
    const names = new Set(checks.map(([name]) => name));
    expect(names.size).toBe(checks.length);
    expect([...knownFailures.keys()].filter((name) => !names.has(name))).toEqual([]);
  });
});
