import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAddress } from "../../src/sets/address.ts";
import { addressNames, namedAddresses } from "../../src/sets/address-names.ts";
import { type AddressSet, allAddresses, parseCidr } from "../../src/sets/address-set.ts";
import { difference, union, unionAll } from "../../src/sets/interval-set.ts";
import { publicAddresses } from "../../src/sets/special-addresses.ts";

const block = (text: string): AddressSet => parseCidr(text)?.addresses ?? [];
const everything = allAddresses;

describe("addressNames", () => {
  it.each([
    [everything, ["internet"]],
    [publicAddresses(), ["internet (public only)"]],
    [block("0.0.0.0/0"), ["internet (IPv4)"]],
    [block("::/0"), ["internet (IPv6)"]],
    [difference(everything, block("10.0.0.0/8")), ["internet (all but 10.0.0.0/8)"]],
    [difference(block("0.0.0.0/0"), block("169.254.169.254/32")), ["internet (IPv4, all but 169.254.169.254)"]],
    [union(block("0.0.0.0/0"), block("fd00::/8")), ["internet (IPv4)", "fd00::/8"]],
    [union(block("10.0.0.0/9"), block("10.128.0.0/9")), ["10.0.0.0/8"]],
    [difference(block("10.0.0.0/30"), block("10.0.0.0/32")), ["10.0.0.1-10.0.0.3"]],
    [[], []],
  ] as const)("%#", (set, names) => {
    expect(addressNames(set)).toEqual(names);
  });

  it("gives names that say exactly the set: what npa can reads is what a list printed", () => {
    const blocks = fc.constantFrom(
      "0.0.0.0/0",
      "::/0",
      "10.0.0.0/8",
      "169.254.169.254/32",
      "8.8.8.0/24",
      "2000::/3",
      "fd00::/8",
      "1.2.3.4/32",
    );
    const sets = fc.tuple(fc.array(blocks, { maxLength: 4 }), fc.array(blocks, { maxLength: 4 }));
    fc.assert(
      fc.property(sets, ([added, taken]) => {
        const set = difference(unionAll(added.map(block)), unionAll(taken.map(block)));
        const read = addressNames(set).map((name) => {
          if (name === "internet") return everything; // alone it is asked for as what is public
          const address = parseAddress(name)?.address;
          return namedAddresses(name) ?? (address === undefined ? [] : [address, address + 1n]);
        });
        const whole = read.map((each, i) =>
          /^internet \(IPv[46]\)$/.test(addressNames(set)[i] ?? "")
            ? union(each, block(addressNames(set)[i] === "internet (IPv4)" ? "0.0.0.0/0" : "::/0"))
            : each,
        );
        expect(unionAll(whole)).toEqual(set);
      }),
      { numRuns: 300 },
    );
  });
});
