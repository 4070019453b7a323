import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unifiedDiff } from "../src/unified-diff.ts";

/** Applies a unified diff, as `patch` does: every line it keeps or takes must be there. */
function applied(text: string, diff: string): string {
  const old = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const result: string[] = [];
  let at = 0;
  const lines = diff.match(/[^\n]*\n/g) ?? [];
  for (const [i, line] of lines.entries()) {
    const hunk = /^@@ -(\d+),(\d+) \+\d+,\d+ @@/.exec(line);
    if (hunk !== null) {
      const start = Number(hunk[1]) - (hunk[2] === "0" ? 0 : 1);
      result.push(...old.slice(at, start));
      at = start;
    } else if (/^(?:---|\+\+\+) /.test(line) || line.startsWith("\\")) continue;
    else {
      const isUnended = lines[i + 1]?.startsWith("\\") === true;
      const content = isUnended ? line.slice(1, -1) : line.slice(1);
      if (!line.startsWith("+")) expect(old[at++]).toBe(content);
      if (!line.startsWith("-")) result.push(content);
    }
  }
  return [...result, ...old.slice(at)].join("");
}

describe("the unified diff", () => {
  it("is what patch expects", () => {
    const before = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n";
    expect(unifiedDiff("x.yaml", before, before.replace("e\n", "e\nE\n"))).toBe(
      "--- a/x.yaml\n+++ b/x.yaml\n@@ -3,6 +3,7 @@\n c\n d\n e\n+E\n f\n g\n h\n",
    );
    expect(unifiedDiff("x.yaml", undefined, "a\n")).toBe("--- /dev/null\n+++ b/x.yaml\n@@ -0,0 +1,1 @@\n+a\n");
    expect(unifiedDiff("x.yaml", "a", "a\n")).toContain("-a\n\\ No newline at end of file\n+a\n");
    expect(unifiedDiff("x.yaml", before, before)).toBe("");
  });

  it("turns the one text into the other", () => {
    const line = fc.constantFrom("a\n", "b\n", "c\r\n", "d e\n", "\n", "x1\n", "x2\n", "x3\n", "x4\n");
    const text = fc
      .tuple(fc.array(line, { maxLength: 40 }), fc.constantFrom("", "end"))
      .map(([l, e]) => l.join("") + e);
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(applied(before, unifiedDiff("f", before, after))).toBe(after);
      }),
    );
  });

  it("stays small and quick in a long text", () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => (i % 12 === 0 ? `name: p${i}\n` : `  same: ${i % 5}\n`));
    const after = lines.flatMap((text, i) => (i % 12 === 5 ? [text, "  added:\n", "  - x\n"] : [text]));
    const diff = unifiedDiff("big.yaml", lines.join(""), after.join(""));
    expect(diff.match(/^\+ /gm)?.length).toBe(10_000);
    expect(diff).not.toMatch(/^- /m);
  });

  it("ends, even where no line tells the texts apart", () => {
    const before = "a\nb\n".repeat(20_000);
    const after = "b\na\na\n".repeat(15_000);
    expect(applied(before, unifiedDiff("f", before, after))).toBe(after);
  });
});
