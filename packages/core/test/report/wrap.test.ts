import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { paletteOf } from "../../src/report/palette.ts";
import { brokenText, hangingIndent, paragraphIndent, wrapped } from "../../src/report/wrap.ts";

const pages = new URL("../../../../docs/rules/", import.meta.url);
const { bold, dim, red } = paletteOf({ color: true });
// oxlint-disable-next-line no-control-regex -- the escape of ANSI colours is what is looked for
const seen = (text: string): string => text.replaceAll(/\u001b\[[0-9;]*m/g, "");

const word = fc.oneof(
  fc.stringMatching(/^[a-z:/.,]{1,12}$/),
  fc.stringMatching(/^[a-z]{1,8}$/).map(bold),
  fc.stringMatching(/^[a-z]{1,8}$/).map(red),
);
const line = fc
  .tuple(fc.integer({ min: 0, max: 8 }), fc.array(word, { maxLength: 20 }), fc.constantFrom(" ", "  "))
  .map(([indent, words, between]) => " ".repeat(indent) + words.join(between));

describe("brokenText", () => {
  it("makes no line longer than the terminal is wide, but for one word, and loses and moves no word", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), fc.integer({ min: 20, max: 90 }), (lines, width) => {
        const text = lines.join("\n");
        const broken = brokenText(text, { width });
        for (const each of broken.split("\n").map(seen))
          expect(each.length <= width || !each.trim().includes(" ")).toBe(true);
        expect(broken.split(/\s+/)).toEqual(text.split(/\s+/));
        expect(brokenText(broken, { width })).toBe(broken);
      }),
    );
  });

  it("changes nothing without a width, and no line that fits", () => {
    fc.assert(
      fc.property(line, (text) => {
        expect(brokenText(text, {})).toBe(text);
        expect(brokenText(text, { width: Math.max(1, seen(text).length) })).toBe(text);
      }),
    );
  });

  it("leaves YAML what it says, so that it can be copied", () => {
    const blocks = readdirSync(pages).flatMap((page) =>
      [...readFileSync(new URL(page, pages), "utf8").matchAll(/^```yaml[^\n]*\n(.*?)^```/gms)].map(
        ([, yaml = ""]) => yaml,
      ),
    );
    expect(blocks.length).toBeGreaterThan(100);
    const said = (yaml: string): unknown => parseAllDocuments(yaml).map((document) => document.toJS() as unknown);
    const narrow = blocks.filter((yaml) => brokenText(yaml, { width: 32 }) !== yaml);
    expect(narrow.length).toBeGreaterThan(20);
    for (const yaml of narrow) expect(said(brokenText(yaml, { width: 32 }))).toEqual(said(yaml));
  });

  it("goes on with a comment as a comment, also in colour", () => {
    expect(wrapped("  # one two three", 9, 4)).toEqual(["  # one", "  # two", "  # three"]);
    expect(wrapped(`  ${dim("# one two")}`, 8, 4).map(seen)).toEqual(["  # one", "  # two"]);
  });
});

describe("the indent of what follows", () => {
  it("is behind labels and marks of lists", () => {
    expect(hangingIndent("scores     performance 80")).toBe(11);
    expect(hangingIndent("  1. add a rule")).toBe(5);
    expect(hangingIndent("    - shop/web -> shop/db")).toBe(6);
    expect(hangingIndent("note: a policy")).toBe(2);
    expect(hangingIndent("    see it")).toBe(6);
    expect(paragraphIndent("A paragraph")).toBe(0);
    expect(paragraphIndent("- an item")).toBe(2);
  });
});
