import { describe, expect, it } from "vitest";
import { overallScore } from "../../src/assess/scores.ts";
import { defaultAssessSettings } from "../../src/assess/settings.ts";

describe("scores", () => {
  it("weigh performance and security", () => {
    expect(overallScore(80, 50, defaultAssessSettings)).toBeCloseTo(71);
    const equal = { ...defaultAssessSettings, performanceWeight: 0.5, securityWeight: 0.5 };
    expect(overallScore(80, 50, equal)).toBe(65);
  });

  it("are null without a security score", () => {
    expect(overallScore(80, null, defaultAssessSettings)).toBeNull();
  });
});
