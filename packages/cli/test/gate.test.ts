import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { schemaErrors } from "../../core/test/report/schemas.ts";
import { twoTiers, unknownLabel } from "./manifests.ts";
import { directoryOf, npa } from "./run.ts";

const files = { "a.yaml": twoTiers };

describe("--max-findings", () => {
  it("exits 1 when there are more, whatever their severity", async () => {
    const { stdout } = await npa(["analyze", "a.yaml", "-o", "csv"], files);
    const count = stdout.trimEnd().split("\n").length - 1;
    expect(count).toBeGreaterThan(1);
    const run = (most: number): ReturnType<typeof npa> =>
      npa(["analyze", "a.yaml", "--fail-on", "never", "--max-findings", `${most}`], files);
    expect(await run(count)).toMatchObject({ code: 0, stderr: "" });
    expect(await run(count - 1)).toMatchObject({
      code: 1,
      stderr: `note: ${count} findings, and at most ${count - 1} are allowed\n`,
    });
    const config = { ...files, "npa.config.yaml": "failOn: never\nmaxFindings: 0\n" };
    expect((await npa(["analyze", "a.yaml"], config)).code).toBe(1);
    expect((await npa(["analyze", "a.yaml", "--max-findings", "99"], config)).code).toBe(0);
    expect((await npa(["analyze", "a.yaml", "--max-findings", "few"], files)).code).toBe(2);
  });
});

describe("suppressions", () => {
  const suppressed = twoTiers.replace(
    "metadata: { name: shop }",
    "metadata:\n  # npa-ignore missing-default-deny-ingress: pods come with their policies\n  name: shop",
  );

  it("open the gate, and are counted on stderr", async () => {
    expect((await npa(["analyze", "a.yaml"], files)).code).toBe(1);
    expect(await npa(["analyze", "a.yaml"], { "a.yaml": suppressed })).toMatchObject({
      code: 0,
      stderr: "note: 1 finding is suppressed (1 by comment); -o json lists them\n",
    });
    expect((await npa(["analyze", "a.yaml", "-q"], { "a.yaml": suppressed })).stderr).toBe("");
  });

  it("are told of when nothing needs them, with their place", async () => {
    const text = twoTiers.replace("spec:\n  podSelector", "spec:\n  # npa-ignore implicit-deny-all: x\n  podSelector");
    expect((await npa(["analyze", "a.yaml"], { "a.yaml": text })).stderr).toBe(
      "a.yaml:22:3: warning: npa-ignore implicit-deny-all ignores no finding: remove it\n",
    );
  });

  it("expire by the clock, or SOURCE_DATE_EPOCH", async () => {
    const config = "ignore: [{ namespace: shop, reason: moving, expires: 2023-11-14 }]\n";
    const input = { ...files, "npa.config.yaml": config };
    const run = (epoch: string): ReturnType<typeof npa> =>
      npa(["analyze", "a.yaml"], input, { env: { SOURCE_DATE_EPOCH: epoch } });
    expect(await run("1700000000")).toMatchObject({ code: 0 });
    const late = await run("1700086400");
    expect(late.code).toBe(1);
    expect(late.stderr).toMatch(
      /^npa\.config\.yaml:1:10: warning: ignore \{namespace: shop\} expired after 2023-11-14/,
    );
    expect((await npa(["analyze", "a.yaml"], input)).code).toBe(0);
  });

  it("are in SARIF only when asked for", async () => {
    const input = { "a.yaml": suppressed };
    const results = async (...flags: string[]): Promise<readonly object[]> => {
      const { stdout } = await npa(["analyze", "a.yaml", "-o", "sarif", ...flags], input);
      const log = JSON.parse(stdout) as { runs: [{ results: { suppressions?: object[] }[] }] }; // one run
      return log.runs[0].results.flatMap(({ suppressions = [] }) => suppressions);
    };
    expect(await results()).toEqual([]);
    expect(await results("--sarif-include-suppressed")).toEqual([
      { kind: "inSource", justification: "pods come with their policies" },
    ]);
  });
});

describe("npa baseline", () => {
  it("writes the findings of today, and analyze tells only of new ones", async () => {
    const directory = directoryOf({ "policies/a.yaml": twoTiers, "more/b.yaml": unknownLabel });
    const made = await npa(["baseline", "policies", "-o", "known.json"], directory);
    expect(made).toMatchObject({ code: 0, stdout: "", stderr: "" });
    const text = readFileSync(path.join(directory, "known.json"), "utf8");
    const baseline = JSON.parse(text) as { kind: string; findings: object[] };
    expect(schemaErrors(baseline)).toEqual([]);
    expect((await npa(["baseline", "policies"], directory)).stdout).toBe(text);

    const same = await npa(["analyze", "policies", "--baseline", "known.json"], directory);
    const known = baseline.findings.length;
    expect(same).toMatchObject({
      code: 0,
      stderr: `note: ${known} findings are in the baseline known.json and not shown\n`,
    });
    expect(same.stdout).toContain("No findings");

    const more = await npa(["analyze", "policies", "more", "--baseline", "known.json", "-o", "csv"], directory);
    expect(more.code).toBe(1);
    expect(more.stdout).not.toContain(",shop,");

    const other = await npa(["analyze", "more", "--baseline", "known.json"], directory);
    expect(other.stderr).toContain(
      `note: 0 findings are in the baseline known.json and not shown; ${known} entries of it are gone, npa baseline makes a new one\n`,
    );
  });

  it("leaves out what is suppressed, and obeys the configuration", async () => {
    const config = { "npa.config.yaml": "ignore: [{ namespace: shop, reason: x }]\n" };
    const { stdout } = await npa(["baseline", "a.yaml"], { ...files, ...config });
    expect(JSON.parse(stdout)).toMatchObject({ kind: "Baseline", findings: [] });
  });

  it.each([
    [["analyze", "a.yaml", "--baseline", "none.json"], /^npa: cannot read the baseline none\.json: /],
    [["analyze", "a.yaml", "--baseline", "a.yaml"], /^npa: a\.yaml is not a baseline: /],
    [["baseline", "a.yaml", "-o", "no/such/file.json"], /^npa: cannot write the baseline no\/such\/file\.json: /],
    [["baseline"], /^npa: nothing to read/],
  ])("says in one line what is wrong with %j", async (argv, message) => {
    const directory = directoryOf(files);
    const { code, stdout, stderr } = await npa(argv, directory);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(existsSync(path.join(directory, "no"))).toBe(false);
  });
});
