import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonLines, jsonPieces, jsonText } from "../../src/report/json.ts";

describe("jsonPieces", () => {
  it("is the text of jsonText", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 5 }))),
        (value) => {
          expect([...jsonPieces(value)].join("")).toBe(jsonText(value));
        },
      ),
    );
  });

  it("makes no piece of more than an item of a list", () => {
    const answer = { items: Array.from({ length: 1000 }, (_, n) => ({ n, text: "x".repeat(100) })) };
    expect(Math.max(...[...jsonPieces(answer)].map(({ length }) => length))).toBeLessThan(200);
  });
});

describe("jsonLines", () => {
  it("is the same value as jsonText, with one line per item of a list", () => {
    const answer = {
      kind: "X",
      items: [{ a: 1 }, { b: [2] }],
      none: [],
      more: { deep: { x: [1] } },
      absent: undefined,
    };
    expect([...jsonLines(answer)].join("")).toBe(`{
  "kind": "X",
  "items": [
    {"a":1},
    {"b":[2]}
  ],
  "none": [],
  "more": {
    "deep": {
      "x": [
        1
      ]
    }
  }
}
`);
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (value) => {
        expect(JSON.parse([...jsonLines(value)].join(""))).toEqual(JSON.parse(jsonText(value)));
      }),
    );
  });

  it("takes what is made while it is read", () => {
    const chunks = jsonLines({ items: endless() });
    const first = Array.from({ length: 5 }, () => chunks.next().value);
    expect(first.join("")).toContain('{"n":0},');
  });
});

function* endless(): Generator<{ n: number }> {
  for (let n = 0; ; n++) yield { n };
}
