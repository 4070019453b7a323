import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesGlob } from "../../src/lib/glob.ts";
import { processorTime } from "../../../../test/setup/processor-time.ts";

describe("matchesGlob", () => {
  it.each([
    ["a.yaml", "a.yaml", true],
    ["a.yaml", "b/a.yaml", false],
    ["*.yaml", "a.yaml", true],
    ["*.yaml", "b/a.yaml", false],
    ["**/*.yaml", "a.yaml", true],
    ["**/*.yaml", "b/c/a.yaml", true],
    ["policies/**", "policies/a/b.yaml", true],
    ["policies/**", "other/a/b.yaml", false],
    ["policies/**/db.yaml", "policies/db.yaml", true],
    ["./policies/a?.yaml", "policies/a1.yaml", true],
    ["policies/a?.yaml", "policies/a.yaml", false],
    ["team-*", "team-a", true],
    ["team-*", "my-team-a", false],
    ["a.c", "abc", false],
    ["", "a", false],
    ["**", "", true],
    ["a/**/b/**/c", "a/x/b/b/y/c", true],
  ])("%j and %j: %j", (pattern, path, expected) => {
    expect(matchesGlob(pattern, path)).toBe(expected);
  });

  it("agrees with a pattern of every prefix, and with itself", () => {
    const step = fc.stringMatching(/^[a-c]{1,3}$/);
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), fc.nat(5), (steps, cut) => {
        const path = steps.join("/");
        const prefix = steps.slice(0, Math.min(cut, steps.length - 1)).join("/");
        expect(matchesGlob(path, path)).toBe(true);
        expect(matchesGlob(`${prefix}/**`, path)).toBe(true);
        expect(matchesGlob(`${path}/x`, path)).toBe(false);
      }),
    );
  });

  it("ends soon, whatever the pattern", () => {
    const spent = processorTime(() => {
      expect(matchesGlob("*a".repeat(500), "a".repeat(2_000))).toBe(true);
      expect(matchesGlob(`${"*a".repeat(500)}b`, "a".repeat(2_000))).toBe(false);
      expect(matchesGlob(`${"**/a/".repeat(300)}b`, "a/".repeat(2_000))).toBe(false);
    });
    expect(spent).toBeLessThan(2_000);
  });
});
