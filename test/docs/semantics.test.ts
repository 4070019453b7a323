import { readFileSync, readdirSync } from "node:fs";
import { type Assumptions, defaultAssumptions } from "@npa/core";
import { describe, expect, it } from "vitest";
import { page, sections, tableRows } from "./markdown.ts";

const text = page("semantics.md");
const directory = new URL("../semantics/", import.meta.url);
const tests = readdirSync(directory)
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => readFileSync(new URL(name, directory), "utf8"))
  .join("\n");

const documented = tableRows(text)
  .map(([row = ""]) => Number(row))
  .filter((row) => row > 0);

describe("docs/semantics.md", () => {
  it("has rows 1 to 52, each once", () => {
    expect(documented.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 52 }, (_, i) => i + 1));
  });

  it.each(documented)("row %i is a test of that name", (row) => {
    expect(tests).toContain(`it("row ${row}: `);
  });

  it("names every assumption with its default", () => {
    const rows = tableRows(sections(text).get("Assumptions") ?? "").slice(2);
    const listed = rows.map(([name = "", value = ""]) => [name, value]);
    const expected = Object.entries(defaultAssumptions).map(([name, value]) => [name, String(value)]);
    expect(listed).toEqual(expected);
  });

  it("every assumption is a test of its own", () => {
    for (const name of Object.keys(defaultAssumptions) as (keyof Assumptions)[])
      expect(tests).toMatch(new RegExp(`it\\("(?:\\w+ and )?${name}\\b`));
  });
});
