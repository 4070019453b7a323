import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { rulePages } from "../src/entries/rule-pages.ts";

const directory = new URL("../../../docs/rules/", import.meta.url);

describe("rulePages", () => {
  it("is what docs/rules holds: if not, run node scripts/build-rule-pages.mjs", () => {
    const files = readdirSync(directory).filter((name) => name.endsWith(".md"));
    const pages = Object.fromEntries(
      files.map((name) => [name.slice(0, -3), readFileSync(new URL(name, directory), "utf8")]),
    );
    expect(files.length).toBeGreaterThan(10);
    expect(rulePages).toEqual(pages);
  });
});
