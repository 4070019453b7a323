import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { directoryOf, npa } from "../run.ts";

const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec: {containers: []}\n";

describe("what npa reads beside manifests", () => {
  it.each(["--config", "--baseline"])("%s is a regular file of bounded size", async (flag) => {
    const cwd = directoryOf({ "a.yaml": pod });
    spawnSync("mkfifo", [path.join(cwd, "pipe")]);
    for (const file of ["/dev/zero", "/dev/null", "pipe", "."]) {
      const { code, stderr } = await npa(["analyze", "a.yaml", flag, file], cwd);
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/^npa: cannot read [^\n]*(?:no regular file|directory)\n$/),
      ]);
    }
  });

  it("a found configuration that is a link out of its directory is not followed, and nothing of it is told", async () => {
    const cwd = directoryOf({ "pr/a.yaml": pod, "secret.yaml": "token: hunter2\n" });
    symlinkSync("../secret.yaml", path.join(cwd, "pr/npa.config.yaml"));
    const { code, stdout, stderr } = await npa(["analyze", "pr"], cwd);
    expect(code).toBe(2);
    expect(stderr).toContain("a link that leads out of its directory");
    expect(stdout + stderr).not.toMatch(/token|hunter2/);
  });

  it("a mistake in a configuration quotes its key and no value", async () => {
    const cwd = directoryOf({
      "a.yaml": pod,
      "c.yaml": "apiVersion: v1\nusers: [{token: hunter2}]\nfailOn: hunter3\n",
    });
    const { stderr } = await npa(["analyze", "a.yaml", "--config", "c.yaml"], cwd);
    expect(stderr).toContain("users");
    expect(stderr).not.toMatch(/hunter/);
  });
});

describe("what npa writes", () => {
  it.each([
    ["a file", ["analyze", "a.yaml", "-o", "json=out.json"], "out.json"],
    ["a file in a directory", ["analyze", "a.yaml", "-o", "json=sub/out.json"], "sub"],
    ["a baseline", ["baseline", "a.yaml", "-o", "out.json"], "out.json"],
  ])("%s is not written through a link that leads out of the working directory", async (_name, command, link) => {
    const cwd = directoryOf({ "work/a.yaml": pod, "outside/file": "precious" });
    const work = path.join(cwd, "work");
    for (const target of link === "sub" ? ["../outside"] : ["../outside/file", "../outside/new"]) {
      const at = path.join(work, link);
      spawnSync("rm", ["-f", at]);
      symlinkSync(target, at);
      const { code, stderr } = await npa(command, work);
      expect([code, stderr]).toEqual([2, expect.stringContaining("a link leads out of the working directory")]);
    }
    expect(readFileSync(path.join(cwd, "outside/file"), "utf8")).toBe("precious");
    expect([existsSync(path.join(cwd, "outside/new")), existsSync(path.join(cwd, "outside/out.json"))]).toEqual([
      false,
      false,
    ]);
  });

  it("links within, and files that were named elsewhere, are written", async () => {
    const cwd = directoryOf({ "work/a.yaml": pod });
    const work = path.join(cwd, "work");
    mkdirSync(path.join(work, "real"));
    symlinkSync("real", path.join(work, "sub"));
    writeFileSync(path.join(cwd, "target"), "");
    symlinkSync("target", path.join(cwd, "named"));
    const { code } = await npa(
      ["analyze", "a.yaml", "-o", "json=sub/out.json", "-o", "csv=../named", "--fail-on", "never"],
      work,
    );
    expect(code).toBe(0);
    expect(readFileSync(path.join(cwd, "target"), "utf8")).toContain("severity");
    expect(existsSync(path.join(work, "real/out.json"))).toBe(true);
  });
});
