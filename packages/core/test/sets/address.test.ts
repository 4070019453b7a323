import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { familyStart, formatAddress, parseAddress } from "../../src/sets/address.ts";
import { allAddresses, formatRanges, parseCidr } from "../../src/sets/address-set.ts";
import { contains } from "../../src/sets/interval-set.ts";
import { publicAddresses } from "../../src/sets/special-addresses.ts";

describe("addresses", () => {
  it.each([
    ["10.0.0.1", "10.0.0.1"],
    ["010.000.0.01", "10.0.0.1"],
    ["::", "::"],
    ["::1", "::1"],
    ["2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["::ffff:10.0.0.1", "::ffff:a00:1"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
  ])("%s is %s", (text, canonical) => {
    const parsed = parseAddress(text);
    expect(parsed && formatAddress(parsed.address)).toBe(canonical);
  });

  it.each([
    "",
    "10.0.0",
    "10.0.0.256",
    "1.2.3.4.5",
    "1::2::3",
    "1:2:3:4:5:6:7:8:9",
    "12345::",
    "g::",
    "fe80::1%eth0",
    "1.2.3.4::",
    ":1",
    "1:2:3:4:5:6:7:8::",
    "0x10.0.0.1",
    " 10.0.0.1",
  ])("%j is no address", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it("leading zeros and IPv4-mapped addresses are marked", () => {
    expect(parseAddress("010.0.0.1")?.leadingZeros).toBe(true);
    expect(parseAddress("::ffff:1.2.3.4")?.mapped).toBe(true);
    expect(parseAddress("::fffe:1.2.3.4")?.mapped).toBe(false);
  });

  it("every IPv6 address reads back from its canonical form", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), (value) => {
        const address = familyStart(6) + value;
        expect(parseAddress(formatAddress(address))?.address).toBe(address);
      }),
    );
  });
});

describe("CIDR blocks", () => {
  it("host bits are masked and marked", () => {
    expect(parseCidr("10.1.2.3/8")).toMatchObject({ canonical: "10.0.0.0/8", hostBits: true, family: 4, prefix: 8 });
    expect(parseCidr("10.0.0.0/8")?.hostBits).toBe(false);
  });

  it("a block is its first to its last address", () => {
    expect(formatRanges(parseCidr("192.168.1.64/26")?.addresses ?? [])).toEqual(["192.168.1.64-192.168.1.127"]);
    expect(formatRanges(parseCidr("0.0.0.0/0")?.addresses ?? [])).toEqual(["0.0.0.0-255.255.255.255"]);
    expect(formatRanges(allAddresses)).toEqual([
      "0.0.0.0-255.255.255.255",
      "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ]);
  });

  it.each(["10.0.0.0", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/ 8"])(
    "%j is no CIDR",
    (text) => {
      expect(parseCidr(text)).toBeUndefined();
    },
  );
});

describe("public addresses", () => {
  it.each([
    ["8.8.8.8", true],
    ["10.1.2.3", false],
    ["169.254.169.254", false],
    ["2606:4700::1111", true],
    ["fd00::1", false],
    ["fe80::1", false],
    ["2001:db8::1", false],
  ])("%s: %s", (text, isPublic) => {
    const parsed = parseAddress(text);
    expect(parsed && contains(publicAddresses(), parsed.address)).toBe(isPublic);
  });
});
