import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinHalves, outermost } from "../../src/optimize/cidr-halves.ts";
import { type AddressSet, parseCidr } from "../../src/sets/address-set.ts";
import { unionAll } from "../../src/sets/interval-set.ts";

function addressesOf(cidrs: readonly string[]): AddressSet {
  return unionAll(cidrs.map((cidr) => parseCidr(cidr)?.addresses ?? []));
}

function joined(...cidrs: readonly string[]): readonly string[] {
  return joinHalves(cidrs).map(({ cidr }) => cidr);
}

/** Blocks of a small network, so that many are halves of one and many lie in others. */
const block = fc
  .tuple(fc.integer({ min: 0, max: 31 }), fc.integer({ min: 26, max: 32 }))
  .map(([at, prefix]) => `10.0.0.${at}/${prefix}`);

describe("what is left of a list of blocks", () => {
  it("is the same addresses in no more blocks", () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 8 }), (cidrs) => {
        const halves = joinHalves(cidrs);
        expect(addressesOf(halves.map(({ cidr }) => cidr))).toEqual(addressesOf(cidrs));
        expect(halves.flatMap(({ members }) => members).toSorted((a, b) => a - b)).toEqual([...cidrs.keys()]);
        for (const { cidr, members } of halves) {
          if (members.length === 1) expect(cidr).toBe(cidrs[members[0] ?? -1]);
          else expect(addressesOf([cidr])).toEqual(addressesOf(members.map((member) => cidrs[member] ?? "")));
        }
        const outer = outermost(cidrs);
        expect(addressesOf(outer)).toEqual(addressesOf(cidrs));
        for (const [i, cidr] of outer.entries())
          expect(addressesOf(outer.filter((_, at) => at !== i))).not.toEqual(addressesOf([...outer, cidr]));
      }),
    );
  });

  it("is one block of two halves, and so on up, in the place of the first", () => {
    expect(joined("10.0.1.0/24", "192.168.0.0/16", "10.0.0.0/24")).toEqual(["10.0.0.0/23", "192.168.0.0/16"]);
    expect(joined("10.0.0.0/10", "10.64.0.0/10", "10.128.0.0/9")).toEqual(["10.0.0.0/8"]);
    expect(joined("0.0.0.0/1", "128.0.0.0/1")).toEqual(["0.0.0.0/0"]);
    expect(joined("fd00::/9", "fd80::/9")).toEqual(["fd00::/8"]);
    expect(joined("10.0.1.0/24", "10.0.2.0/24")).toEqual(["10.0.1.0/24", "10.0.2.0/24"]);
    expect(joined("10.0.0.0/24", "10.0.0.0/24")).toEqual(["10.0.0.0/24", "10.0.0.0/24"]);
  });

  it("keeps two single addresses, and makes a block of four", () => {
    expect(joined("10.0.0.0/32", "10.0.0.1/32")).toEqual(["10.0.0.0/32", "10.0.0.1/32"]);
    expect(joined("10.0.0.0/32", "10.0.0.1/32", "10.0.0.2/31")).toEqual(["10.0.0.0/30"]);
    expect(joined("10.0.0.2/31")).toEqual(["10.0.0.2/31"]);
  });

  it("is nothing that lies in another one, each once, in its order", () => {
    expect(outermost(["10.1.0.0/16", "10.0.0.0/8", "192.168.0.0/24", "10.0.0.0/8", "192.168.0.0/16"])).toEqual([
      "10.0.0.0/8",
      "192.168.0.0/16",
    ]);
    expect(outermost(["10.1.0.0/16", "nonsense", "10.0.0.0/8"])).toEqual(["10.1.0.0/16", "nonsense", "10.0.0.0/8"]);
  });
});
