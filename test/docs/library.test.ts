import assert from "node:assert/strict";
import * as core from "@npa/core";
import * as edit from "@npa/core/edit";
import * as graph from "@npa/core/graph";
import * as html from "@npa/core/html";
import * as node from "@npa/core/node";
import * as optimize from "@npa/core/optimize";
import * as proof from "@npa/core/proof";
import * as svg from "@npa/core/svg";
import { describe, expect, it } from "vitest";
import { codeBlocks, page } from "./markdown.ts";

const modules: Readonly<Record<string, object>> = {
  "@npa/core": core,
  "@npa/core/edit": edit,
  "@npa/core/graph": graph,
  "@npa/core/html": html,
  "@npa/core/node": node,
  "@npa/core/optimize": optimize,
  "@npa/core/proof": proof,
  "@npa/core/svg": svg,
};
/** The code of a page, in its order. */
function programOf(name: string): string {
  return codeBlocks(page(name))
    .filter(({ language }) => language === "ts")
    .map(({ text }) => text)
    .join("\n");
}

/** `import { a } from "m"` as a statement that may stand anywhere. */
function withoutImports(text: string): string {
  return text.replaceAll(/^import (\{[^}]*\}) from "([^"]+)";$/gm, 'const $1 = imported("$2");');
}

function imported(name: string): object {
  const found = modules[name];
  if (found === undefined) throw new Error(`the page imports ${name}, which this test does not know`);
  return found;
}

type Program = (assert: unknown, imported: (name: string) => object) => Promise<void>;

describe.each(["library.md", "graph.md", "html-report.md"])("docs/%s", (name) => {
  const program = programOf(name);

  it("shows code that runs, in the order of the page", async () => {
    expect(program).toContain("import {");
    // The constructor of async functions has no name of its own.
    const AsyncFunction = (async () => undefined).constructor as new (...texts: string[]) => Program;
    await new AsyncFunction("assert", "imported", withoutImports(program))(assert, imported);
  });

  it("names only what the packages export", () => {
    const names = [...program.matchAll(/^import \{([^}]*)\} from "([^"]+)";$/gm)].flatMap(([, list = "", from = ""]) =>
      list.split(",").map((each) => [from, each.trim()] as const),
    );
    expect(names.length).toBeGreaterThan(2);
    for (const [from, each] of names) expect(Object.keys(imported(from))).toContain(each);
  });
});
