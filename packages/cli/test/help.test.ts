import { describe, expect, it } from "vitest";
import { commandSummaries } from "../src/command-names.ts";
import { npa } from "./run.ts";

describe.each(Object.keys(commandSummaries))("the help of %s", (command) => {
  it.each(["--help", "--help-all"])("fits a terminal of 80 columns: %s", async (flag) => {
    const { code, stdout } = await npa([command, flag]);
    expect(code).toBe(0);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("names what --help-all has more, and only that", async () => {
    const [short, whole] = [(await npa([command, "--help"])).stdout, (await npa([command, "--help-all"])).stdout];
    const flagsIn = (text: string): number => text.match(/^ {2}(?:-\w, )?--[\w-]+/gm)?.length ?? 0;
    const said = /--help-all has (\d+) more options/.exec(short)?.[1] ?? "0";
    expect(flagsIn(whole) - flagsIn(short)).toBe(Number(said));
    expect(whole).not.toContain("--help-all has");
  });
});

it("the help of npa itself fits a terminal of 80 columns", async () => {
  const { stdout } = await npa(["--help"]);
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
});
