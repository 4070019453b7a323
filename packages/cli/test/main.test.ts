import { describe, expect, it } from "vitest";
import { twoTiers } from "./manifests.ts";
import { flagsWithValue } from "../src/leading-flags.ts";
import { npa } from "./run.ts";

const files = { "policies/a.yaml": twoTiers };

describe("npa", () => {
  it("prints its help, and that of a command", async () => {
    for (const argv of [[], ["--help"], ["help"], ["-h"]]) {
      expect(await npa(argv)).toMatchObject({ code: 0, stdout: expect.stringContaining("npa demo"), stderr: "" });
    }
    for (const argv of [
      ["help", "can"],
      ["can", "--help"],
      ["can", "-h"],
    ]) {
      expect(await npa(argv)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("npa can internet shop/web"),
        stderr: "",
      });
    }
  });

  it("shows the defaults that say something, and no others", async () => {
    const { stdout } = await npa(["analyze", "--help-all"]);
    expect(stdout).toMatch(/--fail-on <severity>[^-]*\(default:\s+high\)/);
    expect(stdout).toContain("  terminatedPods=ignore (or keep)\n");
    expect(stdout).not.toMatch(/default: (?:\[\]|false|true)/);
  });

  it("prints its version", async () => {
    expect(await npa(["--version"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it("analyses a path, whatever the options before it", async () => {
    const { stdout } = await npa(["policies", "-o", "json"], files);
    expect(JSON.parse(stdout)).toMatchObject({ kind: "AnalysisReport", totalPolicies: 1 });
    expect((await npa(["-o", "json", "policies"], files)).stdout).toBe(stdout);
    expect((await npa(["--quiet", "analyze", "-o", "json", "policies"], files)).stdout).toBe(stdout);
    expect((await npa(["-", "-o", "json"], {}, { stdin: twoTiers })).stdout).toContain("<stdin>");
  });

  it.each([
    [["anlyze", "x"], 'npa: "anlyze" is neither a command nor a file; did you mean "npa analyze"?\n'],
    [["lint"], 'npa: "lint" is neither a command nor a file; did you mean "npa analyze"?\n'],
    [["list"], /^npa: nothing to read/],
    [["list", "nowhere"], 'npa: cannot read "nowhere": there is no such file or directory\n'],
    [["list", "policies", "--ouput"], "npa: unknown option '--ouput' (Did you mean --output?)\n"],
    [
      ["list", "policies", "-o", "yaml"],
      "npa: -o yaml: the formats are text, wide, json, csv, markdown, matrix, matrix-csv\n",
    ],
    [["list", "policies", "-o", "json="], "npa: -o json= names no file\n"],
    [["list", "policies", "-o", "json=no/such/dir"], /^npa: cannot write .*no\/such\/dir/],
    [
      ["list", "policies", "--assume", "terminatedPod=keep"],
      /^npa: --assume terminatedPod: no such assumption; did you mean terminatedPods\?/,
    ],
    [
      ["list", "policies", "--assume", "terminatedPods=yes"],
      'npa: --assume terminatedPods is "yes"; it can be terminatedPods=ignore or terminatedPods=keep\n',
    ],
    [["list", "policies", "--assume", "__proto__=1"], /^npa: --assume __proto__: no such assumption/],
    [["policies", "--fail-on", "hgih"], /^npa: --fail-on hgih: it is one of critical/],
    [["policies", "--performance-weight", "2"], "npa: --performance-weight 2: write a number from 0 to 1\n"],
    [["policies", "--complexity-threshold", "-1"], /^npa: --complexity-threshold -1: write a whole number/],
  ])("says in one line what is wrong with %j", async (argv, message) => {
    const { code, stdout, stderr } = await npa(argv, files);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd()).not.toContain("\n");
  });

  it("takes options before the command, with their values", async () => {
    const after = await npa(["list", "policies", "-n", "shop", "-o", "wide"], files);
    expect(after.stdout).not.toBe("");
    expect(await npa(["-n", "shop", "-o", "wide", "list", "policies"], files)).toEqual(after);
    expect(await npa(["-q", "--namespace", "list", "list", "policies"], files)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no namespace "list"'),
    });
  });

  it("knows of every option whether it has a value", async () => {
    for (const command of [
      "analyze",
      "list",
      "can",
      "explain",
      "exposure",
      "prove",
      "graph",
      "baseline",
      "snapshot",
      "rules",
      "demo",
      "diff",
    ]) {
      const { stdout } = await npa([command, "--help-all"]);
      for (const [, flags = ""] of stdout.matchAll(/^ {2}((?:-\w, )?--[\w-]+) </gm))
        for (const flag of flags.split(", "))
          expect([command, flag, flagsWithValue.has(flag)]).toEqual([command, flag, true]);
    }
  });

  it("has a short help, which says that there is more", async () => {
    const short = (await npa(["analyze", "--help"])).stdout;
    const whole = (await npa(["analyze", "--help-all"])).stdout;
    expect(short).toContain("--help-all has ");
    expect(short).not.toContain("--insecure-skip-tls-verify");
    expect(whole).toContain("--insecure-skip-tls-verify");
    expect(whole).toContain("ipBlockMatchesPods=false");
    expect(short.split("\n").length).toBeLessThan(80);
  });

  it("says so when -f was forgotten", async () => {
    expect(await npa(["can", "shop/web", "shop/db", "./policies"], files)).toMatchObject({
      code: 2,
      stderr: "npa: npa can asks about two ends: files are named with -f, as in -f ./policies\n",
    });
  });

  it("reports a bug as one, with the stack only when asked", async () => {
    const broken = {
      get stdin(): never {
        throw new TypeError("broken \u001b[31m");
      },
    };
    const { main } = await import("../src/main.ts");
    const run = async (env: Record<string, string>): Promise<[number, string]> => {
      let stderr = "";
      const output = {
        isTTY: false,
        write: async (text: string) => {
          stderr += text;
          return true;
        },
      };
      const io = Object.defineProperties(
        { stdout: output, stderr: output, env, cwd: "/", now: () => new Date(0) },
        Object.getOwnPropertyDescriptors(broken),
      );
      const code = await main(["list", "-"], io as never); // stdin throws: that is the point
      return [code, stderr];
    };
    const [code, stderr] = await run({});
    expect(code).toBe(3);
    expect(stderr).toMatch(/^npa: this is a bug in npa: TypeError: broken \\u001b\[31m\n/);
    expect(stderr).not.toMatch(/ at .*\.ts/);
    expect((await run({ NPA_DEBUG: "1" }))[1]).toMatch(/ at .*\.ts/);
  });
});
