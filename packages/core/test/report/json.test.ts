import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonLines, jsonText } from "../../src/report/json.ts";

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
