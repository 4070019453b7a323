import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allRules } from "../../src/rules/registry.ts";

const infrastructure = new Set(["context", "define-rule", "finding-order", "registry", "run-rules", "settings"]);
const notRuleTests = new Set([
  "absence",
  "architecture",
  "calico-kinds",
  "final-row",
  "fixes",
  "kinds",
  "known-needs",
  "pages",
  "run-rules",
  "widest-rules",
  "workload-census",
]);

function names(directory: string, extension: string): readonly string[] {
  return readdirSync(new URL(directory, import.meta.url))
    .filter((file) => file.endsWith(extension))
    .map((file) => file.slice(0, -extension.length))
    .toSorted();
}

const ids = allRules.map(({ id }) => id).toSorted();

describe("a rule is one file, one test, one page and one line of the registry", () => {
  it("has each id once", () => {
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("names the files after the ids", () => {
    expect(names("../../src/rules", ".ts").filter((name) => !infrastructure.has(name))).toEqual(ids);
  });

  it("names the pages after the ids", () => {
    expect(names("../../../../docs/rules", ".md")).toEqual(ids);
  });

  it("names the tests after the ids", () => {
    expect(names(".", ".test.ts").filter((name) => !notRuleTests.has(name))).toEqual(ids);
  });
});
