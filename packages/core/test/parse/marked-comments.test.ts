import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { markedComments } from "../../src/parse/marked-comments.ts";
import { processorTime } from "../../../../test/setup/processor-time.ts";

function found(text: string): readonly (readonly [text: string, lines: readonly number[], place: string])[] {
  return markedComments({ name: "a.yaml", text }, "npa-ignore").map(({ text: rest, lines, location }) => [
    rest,
    lines,
    `${location.line}:${location.column}-${location.endColumn}`,
  ]);
}

describe("markedComments", () => {
  it("speaks of its own line, or of the next with content when it has the line to itself", () => {
    expect(found("a: 1 # npa-ignore x: y\n# npa-ignore z: w\n\n# other\n---\nb: 2")).toEqual([
      [" x: y", [1], "1:6-23"],
      [" z: w", [6], "2:1-18"],
    ]);
  });

  it("speaks of both lines where a node begins below", () => {
    expect(found("from: # npa-ignore x: y\n  - a: 1\n  - # npa-ignore z: w\n    b: 1")).toEqual([
      [" x: y", [1, 2], "1:7-24"],
      [" z: w", [3, 4], "3:5-22"],
    ]);
  });

  it.each([
    ['a: "x # npa-ignore x: y"', "a quoted text"],
    ["a: 'x\n  # npa-ignore x: y'", "a quoted text of two lines"],
    ["a: |\n  # npa-ignore x: y\n", "a block text"],
    ["a: >-\n  x\n\n  # npa-ignore x: y\nb: 1\n", "a folded text"],
    ["a: x#npa-ignore x: y", "a plain text: no blank before"],
    ["a: 1 # see # npa-ignore x: y", "a comment that speaks of it"],
    ["# npa-ignored x: y", "another word"],
    ["# npa-ignore-file x: y", "another word"],
    ['{"a": "# npa-ignore x: y"}', "JSON"],
    ["a: [ # npa-ignore x: y\n", "a document that cannot be read"],
  ])("finds none in %j: %s", (text) => {
    expect(found(text)).toEqual([]);
  });

  it.each([
    ["a: | # npa-ignore x: y\n  text\n", [1]],
    ["a: |\n  text\n# npa-ignore x: y\nb: 1\n", [4]],
    ["---\n# npa-ignore x: y\na: [1, # b\n  2]\n", [3]],
    ["a: {b: 1} ## npa-ignore x: y", [1]],
    ["a: 1\r\n# npa-ignore x: y\r\nb: 1\r\n", [3]],
    ["a: 1\r# npa-ignore x: y\rb: 1\r", [3]],
    ["\ufeff# npa-ignore x: y\na: 1", [2]],
    ["a: [\n---\n# npa-ignore x: y\nb: 1", [4]],
    ["a: 1\n# npa-ignore x: y", []],
  ])("finds one in %j", (text, lines) => {
    expect(found(text).map(([rest, at]) => [rest, at])).toEqual([[" x: y", lines]]);
  });

  it("counts columns past a byte order mark", () => {
    expect(found("\ufeff# npa-ignore x: y\na: 1")[0]?.[2]).toBe("1:1-18");
  });

  it("finds the same whatever stands in the texts before", () => {
    const line = fc.constantFrom(
      'a: "# npa-ignore q: no"',
      "b: |\n  # npa-ignore q: no",
      "c: 'it''s # npa-ignore q: no'",
      "d: {e: [1, 2]} # other",
      "# npa-ignore yes: 1",
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const keyed = lines.map((each, i) => (each.startsWith("#") ? each : `k${i}${each}`));
        const expected = lines.filter((each) => each.startsWith("#"));
        expect(found(`${keyed.join("\n")}\n`).map(([text]) => text)).toEqual(expected.map(() => " yes: 1"));
      }),
    );
  });

  it("ends soon on many comments and on one long line", () => {
    const spent = processorTime(() => {
      expect(found("# npa-ignore x: y\n".repeat(20_000)).length).toBe(20_000);
      expect(found(`a: "${"# npa-ignore ".repeat(20_000)}"`)).toEqual([]);
      expect(found(`${"a: 1\n---\n".repeat(100_000)}# npa-ignore x: y\n`).length).toBe(1);
    });
    expect(spent).toBeLessThan(5_000);
  });
});
