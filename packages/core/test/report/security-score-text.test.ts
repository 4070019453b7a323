import { describe, expect, it } from "vitest";
import { paletteOf } from "../../src/report/palette.ts";
import { securityScoreLines } from "../../src/report/security-score-text.ts";
import type { SecurityScoreDetail } from "../../src/answers/security-score.ts";
import { placeAt } from "./samples.ts";

const palette = paletteOf({});

const detail: SecurityScoreDetail = {
  value: 61.25,
  note: "1 of 3 namespaces with pods not scored: Odd shop/\u001bx is not evaluated",
  terms: [
    {
      name: "isolation-ingress",
      weight: 100 / 3,
      value: 75,
      note: "3 of 4 pods isolated",
      costliest: { ruleId: "pod-not-isolated-ingress", message: "no policy", location: placeAt(7) },
    },
    { name: "correctness", weight: 0, value: null, note: "there are no policies" },
  ],
  byNamespace: {
    a: { value: 40, pods: 1, terms: [] },
    b: { value: 80, pods: 9, terms: [] },
    c: { value: null, pods: 9, note: "not evaluated", terms: [] },
  },
};

describe("securityScoreLines", () => {
  it("prints points, reasons, the costliest finding and the costliest namespace", () => {
    expect(securityScoreLines(detail, palette).join("\n")).toMatchInlineSnapshot(`
      "Security score   61.3 of 100
        1 of 3 namespaces with pods not scored: Odd shop/\\u001bx is not evaluated
        ingress isolation    25 of 33.3  3 of 4 pods isolated (most: pod-not-isolated-ingress at p.yaml:7:3)
        correctness                   -  there are no policies
        the namespace that costs most: b, 80 of 100"
    `);
  });

  it("says nothing where there is no score", () => {
    expect(securityScoreLines({ value: null, note: "none", terms: [], byNamespace: {} }, palette)).toEqual([]);
  });
});
