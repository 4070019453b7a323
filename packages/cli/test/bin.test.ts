import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { twoTiers } from "./manifests.ts";
import { loadedModules } from "./loaded-modules.ts";
import { directoryOf } from "./run.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = fileURLToPath(new URL("../bin/npa.js", import.meta.url));
const bundle = fileURLToPath(new URL("../bundle", import.meta.url));
const isBuilt = existsSync(path.join(bundle, "npa.cjs"));

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
    const loadedBy = (...argv: string[]): readonly string[] => loadedModules([bin, ...argv], { cwd: bundle }).modules;
    expect(loadedBy("--version")).toEqual([]);
    const loaded = loadedBy("can", "a", "b", "-f", "nowhere.yaml");
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

  it("answers the same with the code that was compiled when it was built as without", () => {
    const caches = readdirSync(bundle).filter((name) => name.startsWith("cache-"));
    expect(caches).toEqual([`cache-${process.versions.v8}-${process.arch}`]);
    const copy = directoryOf({});
    for (const part of ["bin", "bundle", "package.json"])
      cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
    const cwd = directoryOf({ "a.yaml": twoTiers });
    const answers = (): unknown =>
      [
        ["analyze", "a.yaml"],
        ["list", "a.yaml"],
        ["can", "shop/web", "shop/db", "-f", "a.yaml"],
        ["graph", "a.yaml"],
      ].map((argv) => {
        const { modules, ...answer } = loadedModules([path.join(copy, "bin/npa.js"), ...argv], { cwd });
        expect(modules.length).toBeGreaterThan(3);
        return answer;
      });
    const cached = answers();
    const [cache = ""] = caches;
    for (const name of readdirSync(path.join(copy, "bundle", cache)))
      // Another program's code of the same V8: it is refused, and the source compiled.
      writeFileSync(path.join(copy, "bundle", cache, name), `{"./npa.cjs":64}\n${"x".repeat(64)}`);
    expect(answers()).toEqual(cached);
    rmSync(path.join(copy, "bundle", cache), { recursive: true });
    expect(answers()).toEqual(cached);
  });

  it.each(["analyze", "list"])("V8 takes what was compiled for %s when npa was built", (command) => {
    const copy = directoryOf({});
    for (const part of ["bin", "bundle", "package.json"])
      cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
    const cwd = directoryOf({ "a.yaml": twoTiers });
    const program = ["--import", listRefused, path.join(copy, "bin/npa.js"), command, "a.yaml"];
    const { stderr } = spawnSync(process.execPath, program, { cwd, encoding: "utf8" });
    expect(/^taken (\d+), refused (\d+)$/m.exec(stderr)?.slice(1).map(Number)).toEqual([expect.any(Number), 0]);
    expect(stderr).not.toContain("taken 0,");
  });

  it("stands alone: the bundle imports nothing but Node's own modules, and its licences stand beside it", () => {
    const files = readdirSync(bundle).filter((file) => file.endsWith(".cjs"));
    const specifiers = files.flatMap((file) => requiredBy(readFileSync(path.join(bundle, file), "utf8")));
    expect(specifiers.length).toBeGreaterThan(50);
    // node-fetch, which reads no answer of npa's, tries for a package that it does without.
    expect(specifiers.filter((each) => !each.startsWith("./") && !isBuiltin(each))).toEqual(["encoding"]);
    const licences = readFileSync(path.join(bundle, "LICENSES.txt"), "utf8");
    for (const name of ["commander 14", "yaml 2", "graphology 0", "@kubernetes/client-node 1"])
      expect(licences).toContain(name);
  });
});

/** What a module that the bundler wrote requires, at the top and later on. */
function requiredBy(text: string): readonly string[] {
  return [...text.matchAll(/\brequire\(["'`]([^"'`]+)["'`]\)/g)].map(([, name = ""]) => name);
}

/** Prints on stderr, at the end of a run, which of its own modules Node has loaded. */
const listBuiltins = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => process._rawDebug(process.moduleLoadList.join("\\n")));',
)}`;

/** Prints on stderr, at the end of a run, how often V8 took code that was compiled before, and how often not. */
const listRefused = `data:text/javascript,${encodeURIComponent(`
  import vm from "node:vm";
  let taken = 0;
  let refused = 0;
  vm.Script = class extends vm.Script {
    constructor(source, options) {
      super(source, options);
      if (this.cachedDataRejected === false) taken++;
      else refused++;
    }
  };
  process.on("exit", () => process._rawDebug("taken " + taken + ", refused " + refused));
`)}`;
