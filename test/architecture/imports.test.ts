import { describe, expect, it } from "vitest";
import { mayImport, typesOnly } from "./rooms.ts";
import { type Import, exportsOf, importsOf, textOf, typeScriptFiles } from "./source-files.ts";

const core = "packages/core/src";

/** The packages that are not ours, and the one place that knows each. */
const external: Readonly<Record<string, readonly string[]>> = {
  "packages/core/src/graph": ["graphology", "graphology-gexf", "graphology-traversal", "graphology-types"],
  "packages/core/src/report": ["@viz-js/viz", "fflate"],
  "packages/core/page": ["graphology", "sigma"],
  "packages/core/src/edit": ["yaml"],
  "packages/core/src/lib": ["re2js", "@noble/hashes/sha2.js", "@noble/hashes/utils.js", "fastest-levenshtein"],
  "packages/core/src/load": ["@kubernetes/client-node", "p-limit"],
  "packages/cli/src": ["commander", ...publicNames()],
  "packages/fixtures/src": ["fast-check"],
};

/** The names that core is imported by: `@npa/core`, `@npa/core/node` and so on. */
function publicNames(): readonly string[] {
  const { exports } = JSON.parse(textOf("packages/core/package.json")) as { exports: Record<string, unknown> }; // our own file
  return Object.keys(exports).map((name) => `@npa/core${name.slice(1)}`);
}

/** Where the machine may be touched. */
const mayUseNode: readonly string[] = ["packages/core/src/load", "packages/cli/src", "packages/fixtures/src"];

const sources = ["packages/core/src", "packages/cli/src", "packages/fixtures/src"].flatMap(typeScriptFiles);
const imports = sources.flatMap(importsOf);
const tests = [
  "packages/core/test",
  "packages/cli/test",
  "packages/fixtures/test",
  "packages/core/page",
  "test",
].flatMap(typeScriptFiles);

/** What is imported by files that are no TypeScript. */
const importedElsewhere: ReadonlySet<string> = new Set(["packages/cli/src/process-io.ts"]);

/** The room of a file of core: the directory below src. A file at its top has a room of its own name, which the table lacks. */
function roomOf(file: string): string {
  return file.slice(core.length + 1).split("/")[0] ?? "";
}

function shown({ file, specifier }: Import): string {
  return `${file} imports ${specifier}`;
}

function roomImports(): readonly (Import & { readonly from: string; readonly to: string })[] {
  return imports.flatMap((found) => {
    if (!found.file.startsWith(`${core}/`) || found.target === undefined) return [];
    const [from, to] = [roomOf(found.file), roomOf(found.target)];
    return from === to ? [] : [{ ...found, from, to }];
  });
}

describe("who may import what", () => {
  it("finds the files and their imports", () => {
    expect(sources.length).toBeGreaterThan(150);
    expect(imports.length).toBeGreaterThan(500);
    expect(imports.map(({ specifier }) => specifier)).toEqual(
      expect.arrayContaining(["yaml", "fast-check", "commander", "@kubernetes/client-node", "node:fs"]),
    );
  });

  it("every room of core is in the table", () => {
    const rooms = new Set(sources.filter((file) => file.startsWith(`${core}/`)).map(roomOf));
    expect([...rooms].filter((room) => mayImport[room] === undefined)).toEqual([]);
  });

  it("a room of core imports only the rooms below it", () => {
    const wrong = roomImports().filter(({ from, to }) => !(mayImport[from] ?? []).includes(to));
    expect(wrong.map(shown)).toEqual([]);
  });

  it("where only types may be imported, only types are", () => {
    const wrong = roomImports().filter(({ from, to, typesOnly: erased }) => typesOnly[from]?.includes(to) && !erased);
    expect(wrong.map(shown)).toEqual([]);
  });

  it("the answers are types, and import nothing that computes but lib", () => {
    const wrong = roomImports().filter(
      ({ from, to, typesOnly: erased }) => from === "answers" && to !== "lib" && !erased,
    );
    expect(wrong.map(shown)).toEqual([]);
  });

  it("the entries compute nothing", () => {
    const files = sources.filter((file) => roomOf(file) === "entries");
    expect(files.length).toBeGreaterThan(4);
    expect(files.filter((file) => /^(?:export )?(?:async )?(?:function|class|let)\b/mu.test(textOf(file)))).toEqual([]);
  });

  it("the public entry of core leads to no file that touches the machine", () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        file.startsWith(`${core}/`) && roomOf(file) !== "load" && target?.startsWith(`${core}/load/`) === true,
    );
    expect(wrong.map(shown)).toEqual([]);
  });

  it("a package keeps to its own files", () => {
    const packageOf = (file: string): string => file.split("/").slice(0, 2).join("/");
    const wrong = imports.filter(({ file, target }) => target !== undefined && packageOf(file) !== packageOf(target));
    expect(wrong.map(shown)).toEqual([]);
  });

  it("each package of others is known to one place", () => {
    const wrong = imports.filter(({ file, specifier, target }) => {
      if (target !== undefined || specifier.startsWith("node:")) return false;
      return !Object.entries(external).some(
        ([place, names]) => file.startsWith(`${place}/`) && names.includes(specifier),
      );
    });
    expect(wrong.map(shown)).toEqual([]);
  });

  it("the fixtures import no npa package, so that the oracle stays independent", () => {
    const wrong = imports.filter(
      ({ file, specifier }) => file.startsWith("packages/fixtures/") && specifier.startsWith("@npa/"),
    );
    expect(wrong.map(shown)).toEqual([]);
  });

  it("only load, the CLI and the fixtures touch the machine", () => {
    const wrong = imports.filter(
      ({ file, specifier }) =>
        specifier.startsWith("node:") && !mayUseNode.some((place) => file.startsWith(`${place}/`)),
    );
    expect(wrong.map(shown)).toEqual([]);
  });

  it("no file exports a function, a constant or a class that no other file imports", () => {
    const used = new Map<string, Set<string>>();
    const whole = new Set(importedElsewhere);
    for (const { target, names } of [...imports, ...tests.flatMap(importsOf)]) {
      if (target === undefined) continue;
      if (names === undefined) whole.add(target);
      else used.set(target, new Set([...(used.get(target) ?? []), ...names]));
    }
    const idle = sources
      .filter((file) => !whole.has(file) && !file.endsWith(".d.ts"))
      .flatMap((file) =>
        exportsOf(file).flatMap((name) => (used.get(file)?.has(name) === true ? [] : [`${file} exports ${name}`])),
      );
    expect(idle).toEqual([]);
  });

  it("no file imports itself in a circle", () => {
    expect(circles()).toEqual([]);
  });
});

/** The circles of imports that are left when types are erased, each once. */
function circles(): readonly string[] {
  const targets = new Map<string, string[]>();
  for (const { file, target, typesOnly: erased } of imports) {
    if (target === undefined || erased) continue;
    targets.set(file, [...(targets.get(file) ?? []), target]);
  }
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (done.has(file) || path.includes(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of sources) visit(file, []);
  return found;
}
