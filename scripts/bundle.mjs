// Bundles the CLI and what it needs of its dependencies into packages/cli/bundle, split by command, so that starting npa
// reads a handful of files instead of four hundred modules. The library is not bundled. Licences of what is in it stand beside it.
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
  // Of client-node npa uses the class that reads kubeconfigs; without this its thousand models would come along.
  plugins: [commanderWithoutPrograms()],
  treeshake: { moduleSideEffects: (id) => !id.includes("@kubernetes/client-node") },
});
const { output } = await bundle.write({
  dir: target,
  format: "esm",
  cleanDir: true,
  chunkFileNames: "[name]-[hash].js",
  // Names of functions are kept: they are what a report of a bug shows.
  minify: { compress: true, mangle: { keepNames: { function: true, class: true } }, codegen: true },
});
await bundle.close();

writeFileSync(join(target, "LICENSES.txt"), licencesOf(output));

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
