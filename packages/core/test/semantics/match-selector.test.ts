import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Labels, Requirement } from "../../src/model/selector.ts";
import {
  type OpenLabels,
  isSatisfiable,
  matchesOpenLabels,
  matchesSelector,
} from "../../src/semantics/match-selector.ts";
import { allLabels, selector } from "../symbolic/label-arbitraries.ts";

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

/** A requirement of Calico on a part of the value of `a`. */
function asksFor(operator: "Contains" | "NotContains", value: string): Requirement {
  return { key: "a", operator, values: [value], from: "matchExpressions" };
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

  it("may have the parts that are asked for, or not, where nobody names the value", () => {
    const any: OpenLabels = new Map([["a", { has: () => false }]]);
    for (const requirements of [[asksFor("Contains", "x")], [asksFor("NotContains", "x")]])
      expect(matchesOpenLabels({ requirements }, {}, any)).toEqual({ certain: false, possible: true });
  });
});

describe("whether some labels satisfy requirements", () => {
  it("is whether any that an object may have do", () => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(selector, ({ requirements }) => {
        const wanted = allLabels.some((labels) => matchesSelector({ requirements }, labels));
        expect(isSatisfiable(requirements)).toBe(wanted);
        seen.add(wanted);
      }),
      { numRuns: 500 },
    );
    expect(seen.size).toBe(2);
  });

  it("knows that what is asked for of a value needs the label", () => {
    const absent: Requirement = { key: "a", operator: "DoesNotExist", values: [], from: "matchExpressions" };
    expect(isSatisfiable([asksFor("Contains", "x"), absent])).toBe(false);
    expect(isSatisfiable([asksFor("NotContains", "x"), absent])).toBe(true);
  });
});
