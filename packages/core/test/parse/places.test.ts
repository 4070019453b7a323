import * as fc from "fast-check";
import { dump } from "js-yaml";
import { describe, expect, it } from "vitest";
import type { RawDocument } from "../../src/parse/document.ts";
import type { Location, NodePath } from "../../src/source/position.ts";
import { formatPath } from "../../src/source/position.ts";
import { only, read, values } from "./read.ts";

/** The text that a location marks, with lines after the first moved to where YAML can read them on their own. */
function marked(text: string, { line, column, endLine, endColumn }: Location): string {
  const lines = text.split("\n").slice(line - 1, endLine);
  lines[lines.length - 1] = (lines.at(-1) ?? "").slice(0, endColumn - 1);
  lines[0] = " ".repeat(column - 1) + (lines[0] ?? "").slice(column - 1);
  return lines.map((each) => ` ${each}\n`).join("");
}

/** `line:column-line:column path` of a node. */
function place(document: RawDocument, path: NodePath, part?: "key" | "value"): string {
  const { line, column, endLine, endColumn, path: found } = document.locate(path, part);
  return `${line}:${column}-${endLine}:${endColumn} ${found}`;
}

/** Every path of a value, with what is there. */
function* nodes(value: unknown, path: NodePath = []): Generator<readonly [NodePath, unknown]> {
  yield [path, value];
  if (typeof value !== "object" || value === null) return;
  const children = Array.isArray(value) ? value.map((item, index) => [index, item] as const) : Object.entries(value);
  for (const [step, child] of children) yield* nodes(child, [...path, step]);
}

const text = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9./-]{0,8}$/),
  fc.constantFrom(
    "",
    " ",
    "y",
    "1",
    "null",
    "- a",
    "a: b",
    "# x",
    "it's",
    'say "x"',
    "{}",
    "a\nb",
    "a\n\nb\n",
    "\n",
    "x\n y",
    "é😀",
    "\t",
    "a #b",
    "*x",
    "&x",
    "<<",
  ),
);
const scalar = fc.oneof(
  text,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
);
const json = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie("node"), { maxLength: 4 }),
    fc.dictionary(text, tie("node"), { maxKeys: 4 }),
  ),
})).node;

const styles: readonly ((value: unknown) => string)[] = [
  (value) => dump(value, { lineWidth: -1 }),
  (value) => `# c\n${dump(value, { flowLevel: 2, lineWidth: 40 })}`,
  (value) => `---\n${dump(value, { flowLevel: 0, lineWidth: -1 })}`,
  (value) => dump(value, { seqNoIndent: true, lineWidth: 20 }),
  (value) => `# c\n--- # c\n${dump(value, { indent: 4, quoteStyle: "double" })}\n# end\n`,
  (value) => JSON.stringify(value),
  (value) => JSON.stringify(value, null, 2),
  (value) => JSON.stringify(value, null, "\t").replaceAll("\n", "\r\n"),
];

describe("every node is found where it is written", () => {
  it.each(styles.map((print, style) => [style, print] as const))("style %i", (_style, print) => {
    fc.assert(
      fc.property(json, (value) => {
        const source = print(value);
        const document = only(source);
        expect(JSON.parse(JSON.stringify(document.value))).toEqual(value);
        for (const [path, expected] of nodes(value)) {
          const location = document.locate(path);
          expect(location.path).toBe(formatPath(path));
          const slice = marked(source, location);
          // The indentation that a block text counts from is not in the slice.
          if (/^\s*[|>][-+]?[1-9]/m.test(slice)) continue;
          const read = values(`---\n${slice}`);
          // A null that is not written is shown by its key; a block text marks no line end, so it may lose the last.
          if (expected === null && read[0] !== null) continue;
          expect(read[0] ?? null).toEqual(expected);
          if (typeof path.at(-1) !== "string") continue;
          const key = values(marked(source, document.locate(path, "key")))[0] ?? null;
          expect(typeof key === "string" ? key : JSON.stringify(key)).toBe(path.at(-1));
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("places", () => {
  const source = `# comment
--- # another
kind: Pod
spec: # c

  a: [x, {q: z},  ] # d
  b:
  - one   # e

  - &anchor
    two: 2

# trailing
  c: *anchor
  d: |
    text

    more

  e: !Ref foo
  f:
  g: >-
  h: {"q" : 1, r}
  i:
    <<: *anchor
    k: v
  l: []
`;
  it.each<[NodePath, string, string]>([
    [[], "3:1-27:8 ", "3:1-27:8 "],
    [["kind"], "3:7-3:10 kind", "3:1-3:5 kind"],
    [["spec"], "6:3-27:8 spec", "4:1-4:5 spec"],
    [["spec", "a"], "6:6-6:20 spec.a", "6:3-6:4 spec.a"],
    [["spec", "a", 0], "6:7-6:8 spec.a[0]", "6:7-6:8 spec.a[0]"],
    [["spec", "a", 1], "6:10-6:16 spec.a[1]", "6:10-6:16 spec.a[1]"],
    [["spec", "a", 1, "q"], "6:14-6:15 spec.a[1].q", "6:11-6:12 spec.a[1].q"],
    [["spec", "b"], "8:3-11:11 spec.b", "7:3-7:4 spec.b"],
    [["spec", "b", 0], "8:5-8:8 spec.b[0]", "8:5-8:8 spec.b[0]"],
    [["spec", "b", 1], "11:5-11:11 spec.b[1]", "11:5-11:11 spec.b[1]"],
    [["spec", "c"], "14:6-14:13 spec.c", "14:3-14:4 spec.c"],
    [["spec", "c", "two"], "11:10-11:11 spec.c.two", "11:5-11:8 spec.c.two"],
    [["spec", "d"], "15:6-18:9 spec.d", "15:3-15:4 spec.d"],
    [["spec", "e"], "20:11-20:14 spec.e", "20:3-20:4 spec.e"],
    [["spec", "f"], "21:3-21:4 spec.f", "21:3-21:4 spec.f"],
    [["spec", "g"], "22:6-22:8 spec.g", "22:3-22:4 spec.g"],
    [["spec", "h", "q"], "23:13-23:14 spec.h.q", "23:7-23:10 spec.h.q"],
    [["spec", "h", "r"], "23:16-23:17 spec.h.r", "23:16-23:17 spec.h.r"],
    [["spec", "i", "two"], "11:10-11:11 spec.i.two", "11:5-11:8 spec.i.two"],
    [["spec", "i", "k"], "26:8-26:9 spec.i.k", "26:5-26:6 spec.i.k"],
  ])("%j", (path, value, key) => {
    const document = only(source);
    expect(place(document, path)).toBe(value);
    expect(place(document, path, "key")).toBe(key);
  });

  it("an empty sequence item is its dash", () => {
    const document = only("a:\n-\n- # c\n- - b\n");
    expect([0, 1, 2].map((index) => place(document, ["a", index]))).toEqual([
      "2:1-2:2 a[0]",
      "3:1-3:2 a[1]",
      "4:3-4:6 a[2]",
    ]);
    expect(place(document, ["a", 2, 0])).toBe("4:5-4:6 a[2][0]");
  });

  it("a path that does not exist is its nearest ancestor", () => {
    for (const document of [only("a:\n  b: [1]\n"), only('{"a":\n{"b": [1]}}')]) {
      const b = place(document, ["a", "b"]);
      expect(b).toMatch(/ a\.b$/);
      for (const path of [
        ["a", "b", 1],
        ["a", "b", "x"],
        ["a", "b", 7, "y"],
      ])
        expect(place(document, path)).toBe(b);
      expect(place(document, ["a", "c"])).toBe(place(document, ["a"]));
      expect(place(document, ["x", "y"], "key")).toBe(place(document, []));
      expect(place(document, ["a", "b", 0, "z"])).toBe(place(document, ["a", "b", 0]));
    }
  });

  it("the last of equal keys is the one that counts", () => {
    expect(place(read("a: 1\na: 2\n").documents[0] as RawDocument, ["a"], "key")).toBe("2:1-2:2 a");
    expect(place(read('{"a": 1,\n"a": 2}').documents[0] as RawDocument, ["a"], "key")).toBe("2:1-2:4 a");
  });

  it("a merge counts where it stands", () => {
    const document = only("x: &x {a: 1, b: 1}\nz: &z {a: 2}\np: {a: 3, <<: *x}\nq: {<<: [*z, *x], b: 4}\n");
    expect(place(document, ["p", "a"])).toBe("1:11-1:12 p.a");
    expect(place(document, ["q", "a"])).toBe("2:11-2:12 q.a");
    expect(place(document, ["q", "b"])).toBe("4:22-4:23 q.b");
  });

  it("keys are found by the text they become", () => {
    const document = only("# c\n{y: a, 0x10: b, z: c, !!str 1: d}");
    expect([["true"], ["16"], [16], ["1"], ["z"]].map((path) => place(document, path, "key"))).toEqual([
      "2:2-2:3 true",
      '2:8-2:12 ["16"]',
      "2:8-2:12 [16]",
      '2:29-2:30 ["1"]',
      "2:17-2:18 z",
    ]);
    expect(place(only('{"\\u0061b": 1}'), ["ab"], "key")).toBe("1:2-1:11 ab");
  });

  it("lines end with CRLF, CR or LF; columns count UTF-16 units; a byte order mark has no width", () => {
    expect(place(only("\ufeffa: 1\r\nb: [😀, x]\rc: 3\n"), ["a"])).toBe("1:4-1:5 a");
    const document = only("\ufeffa: 1\r\nb: [😀, x]\rc: 3\n");
    expect(place(document, ["b", 1])).toBe("2:9-2:10 b[1]");
    expect(place(document, ["c"])).toBe("3:4-3:5 c");
    expect(place(only('\ufeff{"a": 1}'), ["a"])).toBe("1:7-1:8 a");
  });

  it("places of many documents and of long files are right however they are asked", () => {
    const file = Array.from({ length: 300 }, (_, index) => `a:\n  b: ${index}\n${"#".repeat(index * 7)}\n`).join(
      "---\n",
    );
    const { documents } = read(file);
    const lines = file.split("\n");
    for (const step of [1, -1, 7]) {
      for (let i = 0; i < documents.length; i++) {
        // And one that was asked a while ago, which is remembered or not.
        for (const at of [i * step, (i - (i % 100)) * step]) {
          const index = ((at % documents.length) + documents.length) % documents.length;
          const { line, column, endColumn } = (documents[index] as RawDocument).locate(["a", "b"]);
          expect(lines[line - 1]?.slice(column - 1, endColumn - 1)).toBe(String(index));
        }
      }
    }
  });
});
