import { describe, expect, it } from "vitest";
import { fingerprintsOf } from "../../src/report/fingerprint.ts";
import type { Finding } from "../../src/answers/finding.ts";
import { finding, placeAt, ref } from "./samples.ts";

const base = finding("high", "rule", 4);

function one(change: Partial<Finding>): string {
  return fingerprintsOf([{ ...base, ...change }])[0] ?? "";
}

describe("fingerprintsOf", () => {
  it("stays the same for another line, file, message, severity, API version and place in a List", () => {
    for (const change of [
      { location: placeAt(9, "other.yaml") },
      { message: "in other words" },
      { severity: "low" as const },
      { object: { ...ref, apiVersion: "extensions/v1beta1" } },
      { location: { ...placeAt(4), path: "items[3].spec" } },
      { location: { ...placeAt(4), path: "items[1].items[3].spec" } },
    ]) {
      expect(one(change)).toBe(one({}));
    }
  });

  it("differs for another rule, object or node", () => {
    const all = [
      {},
      { ruleId: "other" },
      { object: { ...ref, kind: "Pod" } },
      { object: { ...ref, namespace: "x" } },
      { object: { ...ref, name: "x" } },
      { location: { ...placeAt(4), path: "spec.ingress[0]" } },
      { location: { ...placeAt(4), path: "" } },
    ].map(one);
    expect(new Set(all).size).toBe(all.length);
  });

  it("counts findings that are alike, so that none is lost", () => {
    const [first, second, third] = fingerprintsOf([base, { ...base, ruleId: "other" }, base]);
    expect(first).toMatch(/^[\da-f]{32}:1$/);
    expect(third).toBe(first?.replace(/1$/, "2"));
    expect(second).toMatch(/:1$/);
  });

  it("is a published value, which baselines and code hosts keep: SHA-256 of the identity as JSON", () => {
    expect(one({})).toBe("9ceefd4f5e153bed1da2d38aee225b0e:1");
  });
});
