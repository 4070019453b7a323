import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/lib/sha256.ts";

const text = fc.string({ unit: "binary", maxLength: 200 });

describe("sha256Hex", () => {
  it("knows the example of FIPS 180-4", () => {
    expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  it("agrees with node:crypto at every length around the blocks", () => {
    for (let length = 0; length < 200; length++) {
      const sample = "é".repeat(length);
      expect(sha256Hex(sample)).toBe(createHash("sha256").update(sample).digest("hex"));
    }
  });

  it("takes a surrogate without its partner for U+FFFD, as every encoder of the web", () => {
    expect(sha256Hex("a\ud800b")).toBe(createHash("sha256").update("a\ufffdb").digest("hex"));
  });

  it("agrees with node:crypto on any text", () => {
    fc.assert(
      fc.property(text, (sample) => {
        expect(sha256Hex(sample)).toBe(createHash("sha256").update(sample).digest("hex"));
      }),
      { numRuns: 300 },
    );
  });
});
