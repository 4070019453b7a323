// The licences of the packages that a bundle is made of: they stand beside it.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** The names, versions and licences of what is in the chunks of a bundle, as text. */
export function licencesOf(output) {
  const modules = output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
  const packages = new Map(modules.flatMap((id) => packageOf(id)));
  return [...packages.values()]
    .toSorted(byName)
    .map(licence)
    .join(`\n${"-".repeat(78)}\n\n`);
}

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
