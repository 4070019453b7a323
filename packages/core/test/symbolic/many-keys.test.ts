import { describe, expect, it } from "vitest";
import type { Selector } from "../../src/model/selector.ts";
import { coverSelector, uncoveredLabels } from "../../src/symbolic/selector-questions.ts";
import { Budget } from "../../src/symbolic/budget.ts";

function selectorOf(keys: number): Selector {
  return {
    requirements: Array.from({ length: keys }, (_, i) => ({
      key: `k${i}`,
      operator: "NotIn" as const,
      values: ["a"],
      from: "matchExpressions" as const,
    })),
  };
}

describe("a selector of very many keys", () => {
  it("is not decided, and leaves the budget to others", () => {
    const budget = new Budget();
    expect(uncoveredLabels([selectorOf(20_000)], budget).status).toBe("undecided");
    expect(budget.exhausted).toBe(false);
  });

  it("still covers itself, and few keys are decided", () => {
    expect(coverSelector(selectorOf(20_000), [selectorOf(20_000)]).status).toBe("covered");
    expect(uncoveredLabels([selectorOf(20)]).status).toBe("uncovered");
  });
});
