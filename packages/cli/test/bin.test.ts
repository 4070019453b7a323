import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { twoTiers } from "./manifests.ts";
import { directoryOf } from "./run.ts";

const bin = fileURLToPath(new URL("../bin/npa.js", import.meta.url));
const isBuilt = existsSync(fileURLToPath(new URL("../dist/process-io.js", import.meta.url)));

// Needs a build: `npm test` makes one, `vitest` alone does not.
describe.skipIf(!isBuilt)("bin/npa.js", () => {
  it("answers, with the exit code of the answer", () => {
    const cwd = directoryOf({ "a.yaml": twoTiers });
    const run = (...argv: string[]): { status: number | null; stdout: string; stderr: string } =>
      spawnSync(process.execPath, [bin, ...argv], { cwd, encoding: "utf8", input: twoTiers });
    expect(run("--version")).toMatchObject({ status: 0, stderr: "" });
    expect(run("can", "shop/web", "shop/db", "-f", "a.yaml")).toMatchObject({ status: 0 });
    expect(run("can", "shop/web", "shop/db", "-p", "1", "-f", "-")).toMatchObject({ status: 1 });
    expect(run("list", "nowhere")).toMatchObject({ status: 2, stdout: "" });
    expect(run("demo", "-o", "json").stdout).toContain('"kind": "AnalysisReport"');
  });

  it.skipIf(process.platform === "win32")("ends quietly when its reader goes away", () => {
    const pods = Array.from({ length: 100 }, (_, i) => `apiVersion: v1\nkind: Pod\nmetadata: { name: p${i} }\n`).join(
      "---\n",
    );
    const cwd = directoryOf({ "a.yaml": `${pods}---\n${twoTiers}` });
    const script = `( "$1" "$2" list a.yaml; echo "exit $?" >&2 ) 2>err | head -n 1; cat err`;
    const output = execFileSync("sh", ["-c", script, "sh", process.execPath, bin], { cwd, encoding: "utf8" });
    expect(output.trimEnd().split("\n")).toEqual([expect.stringContaining("=>"), "exit 0"]);
  });

  it("loads nothing that --version does not need", () => {
    const { stderr: loaded } = spawnSync(process.execPath, ["--input-type=module", "-e", listLoaded, bin], {
      encoding: "utf8",
    });
    expect(loaded).not.toMatch(/commander|core\/dist|js-yaml/);
    expect(loaded).toMatch(/route\.js/);
  });
});

/** Runs the bin with a hook that prints every module it loads on stderr. */
const listLoaded = `
  import { register } from "node:module";
  const hook = "export async function load(url, context, next) { process._rawDebug(url); return next(url, context); }";
  register("data:text/javascript," + encodeURIComponent(hook));
  process.argv = [process.argv[0], process.argv[1], "--version"];
  await import(process.argv[1]);
`;
