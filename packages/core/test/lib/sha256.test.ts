import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/lib/sha256.ts";
import { utf8Bytes } from "../../src/lib/utf8.ts";

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

  it("agrees with node:crypto on any text", () => {
    fc.assert(
      fc.property(text, (sample) => {
        expect(sha256Hex(sample)).toBe(createHash("sha256").update(sample).digest("hex"));
      }),
      { numRuns: 300 },
    );
  });
});

describe("utf8Bytes", () => {
  it("agrees with the encoder of Node, also on surrogates without a partner", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.array(fc.integer({ min: 0xd700, max: 0xe0ff })).map((units) => String.fromCharCode(...units)),
        ),
        (sample) => {
          expect([...utf8Bytes(sample)]).toEqual([...Buffer.from(sample)]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
