import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Selector } from "../../src/model/selector.ts";
import { matchesSelector } from "../../src/semantics/match-selector.ts";
import { Budget } from "../../src/symbolic/budget.ts";
import {
  exampleLabels,
  intersectSelectors,
  matchesEverything,
  relateSelectors,
  selectorImplies,
  uncoveredLabels,
} from "../../src/symbolic/selector-questions.ts";
import { all, allLabels, expression, label, selector } from "./label-arbitraries.ts";
import { broken } from "./laws.ts";

const everything: Selector = { requirements: [] };
const nameLabel = "kubernetes.io/metadata.name";

function faults(a: Selector, b: Selector): string[] {
  const inA = allLabels.filter((labels) => matchesSelector(a, labels));
  const inB = allLabels.filter((labels) => matchesSelector(b, labels));
  const both = inA.filter((labels) => matchesSelector(b, labels));
  const related = relateSelectors(a, b);
  if (related.relation === "disjoint") return broken({ "nothing in common": both.length === 0 });
  const inside = both.length === inA.length;
  const contains = both.length === inB.length;
  const relation = inside && contains ? "equal" : inside ? "inside" : contains ? "contains" : "overlap";
  const matchesBoth = allLabels.filter((labels) => matchesSelector(related.both, labels));
  return broken({
    "something in common": both.length > 0,
    "the relation": related.relation === relation,
    "the intersection": JSON.stringify(matchesBoth) === JSON.stringify(both),
    "the example": matchesSelector(a, related.example) && matchesSelector(b, related.example),
  });
}

describe("relateSelectors", () => {
  it("agrees with matching every kind of labels", () => {
    fc.assert(
      fc.property(selector, selector, (a, b) => {
        expect(faults(a, b)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("implies, is empty, matches everything", () => {
    fc.assert(
      fc.property(selector, selector, (a, b) => {
        const inA = allLabels.filter((labels) => matchesSelector(a, labels));
        expect(selectorImplies(a, b)).toBe(inA.every((labels) => matchesSelector(b, labels)));
        expect(exampleLabels(a) === undefined).toBe(inA.length === 0);
        expect(matchesEverything(a)).toBe(inA.length === allLabels.length);
        const both = intersectSelectors([a, b]);
        expect(both === undefined).toBe(!inA.some((labels) => matchesSelector(b, labels)));
      }),
    );
  });

  it("knows that a value no label can have is no value", () => {
    expect(exampleLabels(label("app", "not a value"))).toBeUndefined();
    expect(exampleLabels(label("app", "x".repeat(64)))).toBeUndefined();
    expect(exampleLabels(label("app", "x".repeat(63)))).toEqual({ app: "x".repeat(63) });
    expect(matchesEverything(expression("app", "NotIn", "not a value"))).toBe(true);
  });

  it("is not misled by keys that every object inherits", () => {
    expect(exampleLabels(label("__proto__", "x"))).toEqual(Object.fromEntries([["__proto__", "x"]]));
    expect(relateSelectors(label("constructor", "x"), expression("constructor", "DoesNotExist"))).toEqual({
      relation: "disjoint",
    });
  });
});

describe("namespaces", () => {
  it("always carry their name, which is a DNS label", () => {
    expect(matchesEverything(expression(nameLabel, "Exists"), "namespace")).toBe(true);
    expect(matchesEverything(expression(nameLabel, "Exists"), "pod")).toBe(false);
    expect(exampleLabels(expression(nameLabel, "DoesNotExist"), "namespace")).toBeUndefined();
    expect(exampleLabels(label(nameLabel, "Not_A_Name"), "namespace")).toBeUndefined();
    expect(selectorImplies(label(nameLabel, "Not_A_Name"), label("team", "x"), "namespace")).toBe(true);
    expect(selectorImplies(label(nameLabel, "Not_A_Name"), label("team", "x"), "pod")).toBe(false);
    expect(exampleLabels(label("team", "x"), "namespace")).toEqual({ [nameLabel]: "other", team: "x" });
    expect(exampleLabels(expression(nameLabel, "NotIn", "other", "other-2"), "namespace")).toEqual({
      [nameLabel]: "other-3",
    });
  });
});

describe("uncoveredLabels", () => {
  it("agrees with matching every kind of labels", () => {
    fc.assert(
      fc.property(fc.array(selector, { maxLength: 6 }), (selectors) => {
        const escaping = allLabels.filter((labels) => !selectors.some((one) => matchesSelector(one, labels)));
        const cover = uncoveredLabels(selectors);
        const laws = {
          "the verdict": cover.status === (escaping.length === 0 ? "covered" : "uncovered"),
          "the example escapes":
            cover.status !== "uncovered" || !selectors.some((one) => matchesSelector(one, cover.labels)),
        };
        expect(broken(laws)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("needs both halves of a split", () => {
    const halves = [label("app", "x"), expression("app", "NotIn", "x"), label("b", "y")];
    expect(uncoveredLabels(halves)).toEqual({ status: "covered", by: [0, 1] });
    expect(uncoveredLabels(halves.slice(1))).toEqual({ status: "uncovered", labels: { app: "x" } });
    expect(uncoveredLabels([everything, ...halves])).toEqual({ status: "covered", by: [0] });
    expect(uncoveredLabels([])).toEqual({ status: "uncovered", labels: {} });
  });

  it("answers at once for ten thousand selectors, and for one of forty keys", () => {
    const many = Array.from({ length: 10_000 }, (_, i) => label("app", `v${i}`));
    expect(uncoveredLabels(many)).toEqual({ status: "uncovered", labels: {} });
    const closing = [...many, expression("app", "DoesNotExist")];
    expect(uncoveredLabels(closing)).toEqual({ status: "uncovered", labels: { app: "other" } });
    const wide = all(...Array.from({ length: 40 }, (_, i) => expression(`k${i}`, "NotIn", "x", `y${i}`)));
    const parts = wide.requirements.map(({ key }) => expression(key, "In", "x"));
    expect(uncoveredLabels([wide, ...parts])).toEqual({
      status: "uncovered",
      labels: expect.objectContaining({}),
    });
    const closed = wide.requirements.map(({ key, values }) => expression(key, "In", ...values));
    expect(uncoveredLabels([wide, ...closed]).status).toBe("covered");
  });

  it("gives up on a question that is too hard, and says so", () => {
    // Every clause over three of forty keys: deciding the cover is deciding a random 3-SAT formula.
    let seed = 7;
    const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const clauses = Array.from({ length: 400 }, () =>
      all(...Array.from({ length: 3 }, () => expression(`k${next(60)}`, next(2) === 0 ? "Exists" : "DoesNotExist"))),
    );
    expect(uncoveredLabels(clauses, new Budget(20_000)).status).toBe("undecided");
  });
});
