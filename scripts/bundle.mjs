// Bundles the CLI and what it needs of its dependencies into packages/cli/bundle, split by command, so that starting npa
// reads a handful of files instead of four hundred modules. The library is not bundled. Licences of what is in it stand beside it.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = join(root, "packages/cli/bundle");

const bundle = await rolldown({
  cwd: root,
  input: { npa: "packages/cli/src/process-io.ts" },
  platform: "node",
  resolve: { conditionNames: ["@npa/source", "node", "import", "default"] },
  // Of client-node npa uses the class that reads kubeconfigs; without this its thousand models would come along.
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

const modules = output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
const packages = new Map(modules.flatMap((id) => packageOf(id)));
writeFileSync(
  join(target, "LICENSES.txt"),
  [...packages.values()]
    .toSorted(byName)
    .map(licence)
    .join(`\n${"-".repeat(78)}\n\n`),
);

/** The package of others that a bundled file belongs to, by its directory; none for our own files. */
function packageOf(id) {
  if (!id.includes("node_modules")) return [];
  for (let directory = dirname(id); directory.includes("node_modules"); directory = dirname(directory)) {
    const file = join(directory, "package.json");
    if (!existsSync(file)) continue;
    const { name, version, license } = JSON.parse(readFileSync(file, "utf8"));
    if (name !== undefined && version !== undefined)
      return [[`${name}@${version}`, { directory, name, version, license }]];
  }
  throw new Error(`no package holds ${id}`);
}

function licence({ directory, name, version, license }) {
  const file = readdirSync(directory).find((each) => /^(?:licen[cs]e|copying)(?:[.-].*)?$/i.test(each));
  const text =
    file === undefined ? "(its package has no licence text)" : readFileSync(join(directory, file), "utf8").trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
}

function byName(a, b) {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
