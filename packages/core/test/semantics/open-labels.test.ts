import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Labels } from "../../src/model/selector.ts";
import { type OpenLabels, matchesOpenLabels, matchesSelector } from "../../src/semantics/match-selector.ts";
import { selector } from "../symbolic/label-arbitraries.ts";

/** What a label may be, of the values that selectors name, and whether it may be absent. */
const openLabel = fc.record({ values: fc.subarray(["x", "y", ""]), mayBeAbsent: fc.boolean() });

/** Two labels of unknown value, of which each may be what it may whatever the other is. */
const open = fc.record({ a: openLabel, b: openLabel });

interface OpenLabel {
  readonly values: readonly string[];
  readonly mayBeAbsent: boolean;
}

function optionsOf({ values, mayBeAbsent }: OpenLabel): readonly (string | undefined)[] {
  return [...values, "fresh", ...(mayBeAbsent ? [undefined] : [])];
}

function withLabel(labels: Labels, key: string, value: string | undefined): Labels {
  return value === undefined ? labels : { ...labels, [key]: value };
}

describe("selectors of labels some of which have an unknown value", () => {
  it("match certainly where they match whatever the values are, and possibly where they do for some", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(selector, open, fc.constantFrom({}, { c: "x" }, { c: "" }), (asked, { a, b }, labels) => {
        const openLabels: OpenLabels = new Map(
          Object.entries({ a, b }).map(([key, { values, mayBeAbsent }]) => [
            key,
            { has: (value: string) => values.includes(value), mayBeAbsent },
          ]),
        );
        const outcomes = new Set(
          optionsOf(a).flatMap((one) =>
            optionsOf(b).map((other) => matchesSelector(asked, withLabel(withLabel(labels, "a", one), "b", other))),
          ),
        );
        const wanted = { certain: !outcomes.has(false), possible: outcomes.has(true) };
        expect(matchesOpenLabels(asked, labels, openLabels)).toEqual(wanted);
        seen.add(JSON.stringify(wanted));
      }),
      { numRuns: 500 },
    );
    expect(seen.size).toBe(3);
  });
});
