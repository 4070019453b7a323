import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { twoTiers } from "./manifests.ts";
import { directoryOf } from "./run.ts";

const bin = fileURLToPath(new URL("../bin/npa.js", import.meta.url));
const bundle = fileURLToPath(new URL("../bundle", import.meta.url));
const isBuilt = existsSync(path.join(bundle, "npa.js"));

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
    expect(output.trimEnd().split("\n")).toEqual(["TARGET", "exit 0"]);
  });

  it("loads nothing that --version does not need, and little for one question", () => {
    expect(modulesOf("--version")).toEqual([]);
    const loaded = modulesOf("can", "a", "b", "-f", "nowhere.yaml");
    expect(loaded.length).toBeGreaterThan(3);
    expect(loaded.length).toBeLessThan(60);
    expect(loaded.filter((file) => /client-node|graph-|edit-/.test(file))).toEqual([]);
  });

  it("loads nothing that starts programs unless one is started", () => {
    const cwd = directoryOf({ "a.yaml": twoTiers });
    const { status, stderr } = spawnSync(process.execPath, ["--import", listBuiltins, bin, "list", "a.yaml"], {
      cwd,
      encoding: "utf8",
    });
    expect(status).toBe(0);
    expect(stderr).toContain("NativeModule stream\n");
    expect(stderr).not.toContain("child_process");
  });

  it("stands alone: the bundle imports nothing but Node's own modules, and its licences stand beside it", () => {
    const files = readdirSync(bundle).filter((file) => file.endsWith(".js"));
    const specifiers = files.flatMap((file) => importedBy(readFileSync(path.join(bundle, file), "utf8")));
    expect(specifiers.length).toBeGreaterThan(50);
    expect(specifiers.filter((each) => !each.startsWith("./") && !isBuiltin(each))).toEqual([]);
    const licences = readFileSync(path.join(bundle, "LICENSES.txt"), "utf8");
    for (const name of ["commander 14", "yaml 2", "graphology 0", "@kubernetes/client-node 1"])
      expect(licences).toContain(name);
  });
});

/** What a module that the bundler wrote imports, at the top and later on. */
function importedBy(text: string): readonly string[] {
  const [head = ""] = /^(?:import\s*(?:[\w*{},$\s]+?from)?\s*["'`][^"'`]+["'`];?\s*)*/.exec(text) ?? [];
  return [...head.matchAll(/["'`]([^"'`]+)["'`]/g), ...text.matchAll(/\bimport\(["'`](\.[^"'`]+)["'`]\)/g)].map(
    ([, name = ""]) => name,
  );
}

/** The ES modules that a run of the bin loads. */
function modulesOf(...argv: readonly string[]): readonly string[] {
  const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", listLoaded, bin, ...argv], {
    encoding: "utf8",
  });
  return stderr.split("\n").filter((line) => line.startsWith("file:") && !line.includes("/bin/"));
}

/** Prints on stderr, at the end of a run, which of its own modules Node has loaded. */
const listBuiltins = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => process._rawDebug(process.moduleLoadList.join("\\n")));',
)}`;

/** Runs the bin with a hook that prints every module it loads on stderr. */
const listLoaded = `
  import { register } from "node:module";
  const hook = "export async function load(url, context, next) { process._rawDebug(url); return next(url, context); }";
  register("data:text/javascript," + encodeURIComponent(hook));
  await import(process.argv[1]);
`;
