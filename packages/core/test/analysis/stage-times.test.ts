import { describe, expect, it } from "vitest";
import { StageTimes } from "../../src/analysis/stage-times.ts";
import { timed } from "../../src/lib/stopwatch.ts";

/** A clock that is moved by hand. */
function clock(): { readonly now: () => number; readonly pass: (ms: number) => void } {
  let at = 10;
  return { now: () => at, pass: (ms) => void (at += ms) };
}

describe("StageTimes", () => {
  it("gives a stage within another its own time, and a rule all that it took", () => {
    const { now, pass } = clock();
    const times = new StageTimes(now);
    timed(times, "rules", () => {
      pass(1);
      timed(times, "rules", () => timed(times, "symbolic", () => pass(5)), "redundant-rule");
      timed(times, "rules", () => pass(2), "ports-too-broad");
    });
    pass(4);
    expect(times.timing()).toEqual({
      totalMs: 22,
      stages: [
        { stage: "start", ms: 10 },
        { stage: "rules", ms: 3 },
        { stage: "symbolic", ms: 5 },
        { stage: "other", ms: 4 },
      ],
      rules: [
        { ruleId: "redundant-rule", ms: 5 },
        { ruleId: "ports-too-broad", ms: 2 },
      ],
    });
  });

  it("ends a stage whose work throws", () => {
    const { now, pass } = clock();
    const times = new StageTimes(now);
    const fail = (): never => {
      pass(3);
      throw new Error("no");
    };
    expect(() => timed(times, "parse", fail)).toThrow("no");
    expect(times.timing().stages).toContainEqual({ stage: "parse", ms: 3 });
  });
});
