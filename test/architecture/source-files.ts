import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

/** The top of the repository. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

const passedOver: ReadonlySet<string> = new Set(["node_modules", "dist", ".git"]);

/** The TypeScript files below a directory, as paths from the top of the repository, sorted. */
export function typeScriptFiles(directory: string): readonly string[] {
  return readdirSync(join(root, directory), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${directory}/${entry.name}`;
      if (entry.isDirectory()) return passedOver.has(entry.name) ? [] : typeScriptFiles(path);
      return entry.name.endsWith(".ts") ? [path] : [];
    })
    .toSorted();
}

/** The text of a file. */
export function textOf(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** An import or re-export of a file. */
export interface Import {
  readonly file: string;
  /** As written: `../lib/compare.ts`, `js-yaml`, `node:fs`. */
  readonly specifier: string;
  /** A relative specifier as a path from the top of the repository. */
  readonly target?: string;
  /** Nothing of it is left when the types are erased. */
  readonly typesOnly: boolean;
  /** What is imported, by the names that it is exported by; undefined for all of it. */
  readonly names?: readonly string[];
}

// TypeScript 7 has no compiler API yet. The formatter puts every statement at the start of a line, so a pattern finds them all.
const statement = /^(?:import|export)\s+(type\s+)?(?:([^;"']*?)\s+from\s+)?["']([^"'\n]+)["'];/gm;
const dynamic = /\bimport\(\s*["']([^"'\n]+)["']\s*\)/g;

/** What a file imports, in order; `import("x")` too. */
export function importsOf(file: string): readonly Import[] {
  const text = textOf(file);
  const found: Import[] = [];
  for (const [, type, names, specifier = ""] of text.matchAll(statement))
    found.push({
      ...located(file, specifier),
      ...importedNames(names ?? ""),
      typesOnly: type !== undefined || namesTypesOnly(names ?? ""),
    });
  for (const [, specifier = ""] of text.matchAll(dynamic))
    found.push({ ...located(file, specifier), typesOnly: false });
  return found;
}

function located(file: string, specifier: string): Omit<Import, "typesOnly"> {
  return specifier.startsWith(".")
    ? { file, specifier, target: normalize(join(dirname(file), specifier)) }
    : { file, specifier };
}

/** `{ type A, type B }`. */
function namesTypesOnly(names: string): boolean {
  return entriesOf(names)?.every((name) => name.startsWith("type ")) ?? false;
}

/** `{ a, type B, c as d }`; nothing for `* as a`. */
function importedNames(names: string): Pick<Import, "names"> {
  const entries = entriesOf(names);
  return entries === undefined
    ? {}
    : { names: entries.map((entry) => entry.replace(/^type /, "").replace(/ as .*$/, "")) };
}

function entriesOf(names: string): readonly string[] | undefined {
  const list = /^\{([^}]*)\}$/.exec(names.trim())?.[1];
  return list
    ?.split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

const exported = /^export (?:async )?(?:abstract )?(?:function\*?|const|class|let) ([\w$]+)/gm;

/** The functions, constants and classes that a file exports. */
export function exportsOf(file: string): readonly string[] {
  return [...textOf(file).matchAll(exported)].map(([, name = ""]) => name);
}
