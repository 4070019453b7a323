import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ConnectionId,
  ConnectionTable,
  allConnections,
  noConnections,
  transportProtocols,
} from "../../src/sets/connection-set.ts";

const arbitraryRanges = fc.array(
  fc
    .record({
      protocol: fc.constantFrom(...transportProtocols),
      a: fc.integer({ min: 1, max: 65_535 }),
      b: fc.integer({ min: 1, max: 65_535 }),
    })
    .map(({ protocol, a, b }) => ({ protocol, from: Math.min(a, b), to: Math.max(a, b) })),
  { maxLength: 4 },
);

describe("connection sets", () => {
  it("are interned: equal sets have one id", () => {
    const table = new ConnectionTable();
    const halves = table.union(
      table.ofPorts([{ protocol: "TCP", from: 1, to: 100 }]),
      table.ofPorts([{ protocol: "TCP", from: 101, to: 65_535 }]),
    );
    expect(halves).toBe(table.ofPorts([{ protocol: "TCP", from: 1, to: 65_535 }]));
    expect(table.isAll(halves)).toBe(false);
  });

  it("all three protocols with all ports are all connections", () => {
    const table = new ConnectionTable();
    expect(table.ofPorts(transportProtocols.map((protocol) => ({ protocol, from: 1, to: 65_535 })))).toBe(
      allConnections,
    );
    expect(table.ofPorts([])).toBe(noConnections);
    expect(table.isAll(table.family[6])).toBe(true);
  });

  it("ICMP is told apart where it is asked for: types of one family each", () => {
    const table = new ConnectionTable(true);
    const ping = table.ofPorts([{ protocol: "ICMP", from: 8, to: 8 }]);
    const ping6 = table.ofPorts([{ protocol: "ICMPv6", from: 128, to: 128 }]);
    expect(table.intersection(ping, table.family[6])).toBe(noConnections);
    expect(table.intersection(ping6, table.family[4])).toBe(noConnections);
    expect([...table.ports(table.union(ping, ping6))]).toEqual([
      ["ICMP", [{ from: 8, to: 8 }]],
      ["ICMPv6", [{ from: 128, to: 128 }]],
    ]);
    expect(table.inBothFamilies(ping)).toBe(ping);
    expect(table.inEitherFamily(ping)).toBe(ping);
    const web = table.ofPorts([{ protocol: "TCP", from: 80, to: 80 }]);
    const web4 = table.union(table.intersection(web, table.family[4]), ping);
    expect([table.inBothFamilies(web4), table.inEitherFamily(web4)]).toEqual([ping, table.union(web, ping)]);
    const everyPort = table.ofPorts(transportProtocols.map((protocol) => ({ protocol, from: 1, to: 65_535 })));
    expect(table.isAll(everyPort)).toBe(false);
    expect(table.meets(everyPort, ping)).toBe(false);
    expect(table.isAll(allConnections) && table.isAll(table.family[6])).toBe(true);
    expect(table.difference(allConnections, everyPort)).toBe(
      table.ofPorts([
        { protocol: "ICMP", from: 0, to: 255 },
        { protocol: "ICMPv6", from: 0, to: 255 },
      ]),
    );
    expect(new ConnectionTable().ofPorts([{ protocol: "ICMP", from: 8, to: 8 }])).toBe(noConnections);
  });

  it("ports() gives back what ofPorts() was given, joined", () => {
    const table = new ConnectionTable();
    const id = table.ofPorts([
      { protocol: "UDP", from: 53, to: 53 },
      { protocol: "TCP", from: 8080, to: 8090 },
      { protocol: "TCP", from: 8091, to: 9000 },
    ]);
    expect([...table.ports(id)]).toEqual([
      ["TCP", [{ from: 8080, to: 9000 }]],
      ["UDP", [{ from: 53, to: 53 }]],
    ]);
    expect([...table.ports(table.intersection(id, table.family[4]))]).toEqual([...table.ports(id)]);
  });

  it("obey the laws of sets", () => {
    const table = new ConnectionTable();
    fc.assert(
      fc.property(arbitraryRanges, arbitraryRanges, (first, second) => {
        const a: ConnectionId = table.ofPorts(first);
        const b: ConnectionId = table.ofPorts(second);
        expect(table.union(a, b)).toBe(table.union(b, a));
        expect(table.union(table.difference(a, b), table.intersection(a, b))).toBe(a);
        expect(table.intersection(table.difference(a, b), b)).toBe(noConnections);
        expect(table.difference(table.union(a, b), b)).toBe(table.difference(a, b));
        expect(table.difference(allConnections, table.difference(allConnections, a))).toBe(a);
      }),
    );
  });

  it("many united at once are the same as one by one", () => {
    const table = new ConnectionTable();
    fc.assert(
      fc.property(fc.array(arbitraryRanges, { maxLength: 20 }), (sets) => {
        const ids = sets.map((ranges) => table.ofPorts(ranges));
        const oneByOne = ids.reduce((all, id) => table.union(all, id), noConnections);
        expect(table.unionAll(ids)).toBe(oneByOne);
        expect(table.unionAll([...ids, allConnections])).toBe(allConnections);
      }),
    );
  });

  it("meet when their intersection is not empty", () => {
    const table = new ConnectionTable();
    fc.assert(
      fc.property(arbitraryRanges, arbitraryRanges, (first, second) => {
        const [a, b] = [table.ofPorts(first), table.ofPorts(second)];
        expect(table.meets(a, b)).toBe(table.intersection(a, b) !== noConnections);
        expect(table.meets(a, table.difference(b, a))).toBe(false);
        expect(table.meets(a, allConnections)).toBe(a !== noConnections);
      }),
    );
  });
});
