import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/answers/finding.ts";
import { allRules } from "../../src/rules/registry.ts";
import { evaluate } from "./evaluate.ts";

const pages = new URL("../../../../docs/rules/", import.meta.url);

/** What all rules find in the examples of all pages. */
const found: readonly Finding[] = readdirSync(pages)
  .filter((name) => name.endsWith(".md"))
  .flatMap((name) => [...readFileSync(new URL(name, pages), "utf8").matchAll(/```yaml (?:bad|good)\n([\s\S]*?)```/g)])
  .flatMap(([, yaml = ""]) => evaluate(yaml).findings);

/** Fixes that npa writes by other means than the finding: merging needs the text of all policies. */
const writtenElsewhere: ReadonlySet<string> = new Set(["mergeable-policies"]);

describe.each(allRules)("the fix of $id", ({ id, fix }) => {
  const fixes = found.filter(({ ruleId }) => ruleId === id).flatMap((finding) => finding.fix ?? []);
  const written = fixes.filter(({ kind }) => kind !== "manual");

  it("is written where the catalogue promises it, and nowhere else", () => {
    expect(new Set(written.map(({ kind }) => kind))).toEqual(new Set(fix === "none" ? [] : [fix]));
  });

  it("has what is to be done wherever it is not left to a human", () => {
    for (const each of written) {
      const isWritten = (each.changes ?? []).length > 0 || each.manifest !== undefined || writtenElsewhere.has(id);
      expect([each.description, isWritten]).toEqual([each.description, true]);
    }
    for (const each of fixes.filter(({ kind }) => kind === "manual"))
      expect([each.manifest, each.changes]).toEqual([undefined, undefined]);
  });

  it("is a sentence", () => {
    for (const { description } of fixes) expect(description).toMatch(/^[A-Z`].*[.?]$/s);
  });
});
