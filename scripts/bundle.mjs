// Bundles the CLI and what it needs of its dependencies into packages/cli/bundle, split by command, so that starting npa
// reads a handful of files instead of four hundred modules. The library is not bundled. Licences of what is in it stand
// beside it, and what this Node compiled of it (scripts/code-cache.mjs).
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { licencesOf } from "./licences.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = join(root, "packages/cli/bundle");
/** The name of a module that is empty. */
const nothing = "\0nothing";

const bundle = await rolldown({
  cwd: root,
  input: { npa: "packages/cli/src/process-io.ts" },
  platform: "node",
  resolve: { conditionNames: ["@npa/source", "node", "import", "default"] },
  plugins: [commanderWithoutPrograms()],
  // Of client-node npa uses the class that reads kubeconfigs; without this its thousand models would come along.
  treeshake: { moduleSideEffects: (id) => !id.includes("@kubernetes/client-node") },
});
const { output } = await bundle.write({
  dir: target,
  // What Node starts fastest, and what a code cache can be made of with all functions that were run.
  format: "cjs",
  dynamicImportInCjs: false,
  cleanDir: true,
  entryFileNames: "[name].cjs",
  chunkFileNames: "[name]-[hash].cjs",
  // Names of functions are kept: they are what a report of a bug shows.
  minify: { compress: true, mangle: { keepNames: { function: true, class: true } }, codegen: true },
});
await bundle.close();

for (const { type, fileName, code } of output)
  if (type === "chunk") writeFileSync(join(target, fileName), inAscii(code));
writeFileSync(join(target, "LICENSES.txt"), licencesOf(output));
// In its own process: a code cache is made of what has been loaded, and the bundler is.
const { status } = spawnSync(process.execPath, [join(root, "scripts/code-cache.mjs")], { stdio: "inherit" });
process.exitCode = status ?? 1;

/** A chunk with escapes for all that is not ASCII, which V8 reads faster; a chunk that is full of such letters stays. */
function inAscii(code) {
  const escaped = code.replaceAll(/[^\0-\x7F]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return escaped.length < code.length * 1.05 ? escaped : code;
}

/**
 * commander loads what starts programs, for commands that are programs of their own. npa has none, and loading that is
 * a twentieth of the time of a short run.
 */
function commanderWithoutPrograms() {
  return {
    name: "commander-without-programs",
    resolveId: (id, importer) => (id === "node:child_process" && importer?.includes("/commander/") ? nothing : null),
    load: (id) => (id === nothing ? "export {};" : null),
  };
}
