import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problemPlaces, read } from "./read.ts";
import { processorTime } from "../../../../test/setup/processor-time.ts";

const bomb = (levels: number): string => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < levels; i++)
    lines.push(
      `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(", ")}]`,
    );
  return `kind: Pod\n${lines.join("\n")}\n`;
};
const many = 100_000;

describe("bounds", () => {
  it.each([
    ["billion laughs", bomb(10), "input-too-large"],
    ["101 aliases", `kind: Pod\na: &a 1\nb: [${Array(101).fill("*a").join(", ")}]\n`, "input-too-large"],
    ["101 brackets", `kind: Pod\na: ${"[".repeat(101)}${"]".repeat(101)}\n`, "input-too-large"],
    ["101 JSON brackets", `{"kind": "Pod", "a": ${"[".repeat(101)}${"]".repeat(101)}}`, "input-too-large"],
    [
      "depth through aliases",
      `kind: Pod\na: &a ${"[".repeat(60)}${"]".repeat(60)}\nb: ${"[".repeat(60)}*a${"]".repeat(60)}\n`,
      "input-too-large",
    ],
    ["a cycle", "kind: Pod\na: &a\n  b: *a\n", "yaml-syntax"],
    ["a cycle in a merge", "kind: Pod\na: &a\n  <<: *a\n", "yaml-syntax"],
    ["a cycle in a sequence", "kind: Pod\na: &a [*a]\n", "yaml-syntax"],
  ])("%s", (_name, text, code) => {
    const { documents, problems } = read(text);
    expect(documents).toEqual([]);
    expect(problems).toMatchObject([{ code, severity: "error", unreadable: true }]);
  });

  it.each([
    ["100 aliases", `a: &a 1\nb: [${Array(100).fill("*a").join(", ")}]\n`],
    ["90 brackets", `a: ${"[".repeat(90)}${"]".repeat(90)}\n`],
    ["98 JSON brackets", `{"a": ${"[".repeat(98)}${"]".repeat(98)}}`],
  ])("%s are read", (_name, text) => {
    expect(read(text)).toMatchObject({ documents: [{}], problems: [] });
  });
});

describe("no text hangs or crashes the reader", () => {
  it.each([
    ["[", "[".repeat(many)],
    ["{", "{".repeat(many)],
    ['{"a":', '{"a":'.repeat(many)],
    ["[ and ]", "[".repeat(many) + "]".repeat(many)],
    ["- - -", "- ".repeat(many)],
    ["? ? ?", "? ".repeat(many)],
    ["&a &a", "&a ".repeat(many)],
    ["!a !a", "!a ".repeat(many)],
    ["nested dashes", Array.from({ length: 300 }, (_, i) => `${" ".repeat(i)}-\n`).join("")],
    [
      "nested keys with anchors",
      Array.from({ length: 90 }, (_, i) => `${" ".repeat(i)}&a${i}\n${" ".repeat(i)}k: !t\n`).join(""),
    ],
    ["anchors before keys", Array.from({ length: 90 }, (_, i) => `${" ".repeat(i)}&a${i} k${i}: &b${i}\n`).join("")],
    ["quotes", '"'.repeat(many)],
    ["an open quote", `a: "${"x\n ".repeat(many)}`],
    ["backslashes", `["${"\\".repeat(many)}`],
    ["separators", "---\n".repeat(many)],
    ["ends", "...\n".repeat(many)],
    ["separators with comments", "--- # x\n".repeat(many)],
    ["directives", "%YAML 1.2\n".repeat(many)],
    ["directives and separators", "%YAML 1.2\n---\n...\n".repeat(1000)],
    ["kinds", "kind: A\n".repeat(many)],
    ["keys", "k: 1\n".repeat(many)],
    ["template actions", "a: '{{'\n".repeat(many) + "["],
    ["a line of braces", `a: "${"{{ ".repeat(many)}`],
    ["blanks", " ".repeat(many)],
    ["blank lines", "a:\n" + "\n".repeat(many) + "b"],
    ["indented blank lines", "a: |\n" + "  \n".repeat(many) + "b"],
    ["comments", "#\n".repeat(many)],
    ["comments between entries", "a: 1\n#\n".repeat(1) + "#\n".repeat(many)],
    ["tabs", "\t".repeat(many) + "a: b"],
    ["tabs after keys", "a:\t\n".repeat(1000)],
    ["a NUL", "kind: Pod\na: \0\n"],
    ["NULs", "\0".repeat(many)],
    ["lone surrogates", "kind: Pod\na: \ud800\nb: '\udc00'\n"],
    ["a lone surrogate in JSON", '{"a": "\ud800 \\ud800"}'],
    ["line separators", "a: b\u2028c: d\u2029---\n\u0085"],
    ["a long line", `a: ${"x".repeat(1_000_000)}`],
    ["a long JSON line", `{"a": "${"x".repeat(1_000_000)}"}`],
    ["commas", `[${",".repeat(many)}`],
    ["colons", ":".repeat(many)],
    ["colons with blanks", ": ".repeat(many)],
    [
      "merges",
      `a: &a {${Array.from({ length: 1000 }, (_, i) => `k${i}: 1`).join(", ")}}\nb: {${"<<: *a, ".repeat(90)}}\n`,
    ],
    ["merges in merges", `${"{<<: ".repeat(90)}{a: 1}${"}".repeat(90)}`],
    ["JSON objects in a row", "{}".repeat(many)],
    ["JSON mixed brackets", '{"a": ]'.repeat(1000)],
    ["digits", `a: ${"9".repeat(many)}`],
    ["a long hexadecimal number", `a: 0x${"f".repeat(many)}`],
    ["underscores", `a: 1${"_".repeat(many)}`],
    ["a long binary", `a: !!binary ${"A".repeat(many)}`],
    ["a long folded text", `a: ${"x\n ".repeat(many)}`],
    ["byte order marks", "\ufeff".repeat(many)],
    ["byte order marks in lines", "a: b\n\ufeff".repeat(1000)],
    ["carriage returns", "a: 1\r".repeat(many)],
  ])("%s", (_name, text) => {
    const spent = processorTime(() => {
      const { documents, problems } = read(text, (kind) => kind !== "A");
      for (const document of documents.slice(0, 50)) document.locate(["a", 0, "b"]);
      expect(problems.length).toBeLessThanOrEqual(1001);
    });
    expect(spent).toBeLessThan(5000);
  });

  it("is linear in documents", () => {
    const { documents } = read("a: 1\n---\n".repeat(20_000));
    expect(documents).toHaveLength(20_000);
    expect(documents.at(-1)?.locate(["a"]).line).toBe(39_999);
  });

  it("never throws, and every problem has a place in the text", () => {
    const piece = fc.constantFrom(
      "a",
      "kind",
      ":",
      " ",
      "\n",
      "- ",
      "[",
      "]",
      "{",
      "}",
      ",",
      "'",
      '"',
      "|",
      ">",
      "#",
      "&x",
      "*x",
      "!t",
      "---",
      "...",
      "?",
      "<<",
      "%",
      "\t",
      "\r",
      "1",
      "\ufeff",
      "\\",
      "{{",
      "}}",
      "\u2028",
      "\0",
      "~",
      "  ",
      "\n  ",
      ": ",
      "=",
      "@",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join("");
        const { documents, problems } = read(text);
        for (const document of documents)
          for (const path of [[], ["a"], ["a", "a"], [0], ["x", 0]]) document.locate(path);
        for (const { location } of problems)
          expect(location?.line).toBeLessThanOrEqual(text.split(/\r\n|\r|\n/).length);
      }),
      { numRuns: 5000 },
    );
  });

  it("reports a problem of 100,000 broken documents each, and in time", () => {
    expect(problemPlaces("a: [\n---\n".repeat(1000))).toHaveLength(1000);
  });
});
