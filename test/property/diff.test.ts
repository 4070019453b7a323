import { type ConnectionChange, diffClusters } from "@npa/core/diff";
import { readManifests } from "@npa/core";
import {
  type KubeObject,
  type Packet,
  type Verdict,
  arbitraryPacket,
  arbitraryTieredCluster,
  createOracle,
} from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAddress } from "../../packages/core/src/sets/address.ts";
import { namedAddresses } from "../../packages/core/src/sets/address-names.ts";
import { contains } from "../../packages/core/src/sets/interval-set.ts";
import { propertyRuns } from "./runs.ts";

const { runs, wanted } = propertyRuns(120);

const isPolicy = ({ kind }: KubeObject): boolean => String(kind).endsWith("Policy");

/** The same pods under two sets of policies, of which the second may be a part of the first; and packets to ask about. */
const states = fc.tuple(arbitraryTieredCluster(), arbitraryTieredCluster()).chain(([one, other]) => {
  const world = one.filter((object) => !isPolicy(object));
  const own = one.filter(isPolicy);
  return fc
    .tuple(fc.oneof(fc.constant(other.filter(isPolicy)), fc.subarray(own)), fc.boolean())
    .map(([policies, isReversed]) => {
      const sides = [one, [...world, ...policies]] as const;
      return { sides: isReversed ? sides.toReversed() : sides, packet: arbitraryPacket(one) };
    })
    .chain(({ sides: [before = [], after = []], packet }) =>
      fc.record({
        before: fc.constant(before),
        after: fc.constant(after),
        packets: fc.array(packet, { minLength: 20, maxLength: 20 }),
      }),
    );
});

/** What an answer says of a packet: of each field of the changes of its ends whether the port is in it. */
interface Told {
  readonly opened: boolean;
  readonly closed: boolean;
  readonly mayOpen: boolean;
  readonly mayClose: boolean;
  readonly nowCertain: boolean;
  readonly noLongerCertain: boolean;
}

const nothing: Told = {
  opened: false,
  closed: false,
  mayOpen: false,
  mayClose: false,
  nowCertain: false,
  noLongerCertain: false,
};

/** What is to be said of a packet for which the verdict was one, and is the other. */
const expected: Readonly<Record<Verdict, Readonly<Record<Verdict, Told>>>> = {
  no: { no: nothing, unknown: { ...nothing, mayOpen: true }, yes: { ...nothing, opened: true } },
  unknown: {
    no: { ...nothing, mayClose: true },
    unknown: nothing,
    yes: { ...nothing, nowCertain: true },
  },
  yes: { no: { ...nothing, closed: true }, unknown: { ...nothing, noLongerCertain: true }, yes: nothing },
};

describe("npa diff", () => {
  it("tells of each packet whether it opens or closes, or may, as the oracle does", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(states, ({ before, after, packets }) => {
        const diff = diffClusters(clusterOf(before), clusterOf(after), { findings: false });
        const [old, now] = [createOracle(before), createOracle(after)];
        for (const packet of packets) {
          if (packet.from === packet.to) continue;
          const [was, is] = [old.verdict(packet), now.verdict(packet)];
          seen.set(`${was} ${is}`, (seen.get(`${was} ${is}`) ?? 0) + 1);
          const told = toldOf([...diff.changes, ...diff.uncertain], packet);
          expect({ packet, was, is, told }).toEqual({ packet, was, is, told: expected[was][is] });
        }
      }),
      { numRuns: runs },
    );
    for (const was of ["no", "unknown", "yes"])
      for (const is of ["no", "unknown", "yes"]) expect(seen.get(`${was} ${is}`) ?? 0).toBeGreaterThan(wanted(2));
  });
});

function clusterOf(items: readonly KubeObject[]): ReturnType<typeof readManifests> {
  return readManifests([{ name: "c.json", text: JSON.stringify({ apiVersion: "v1", kind: "List", items }) }], {
    live: true,
  });
}

function toldOf(changes: readonly ConnectionChange[], packet: Packet): Told {
  const own = changes.filter(({ source, target }) => isEnd(source, packet.from) && isEnd(target, packet.to));
  const [certain, uncertain] = [false, true].map((isOpen) =>
    own.filter((each) => (each.uncertain === true) === isOpen),
  );
  const gains = (each: ConnectionChange): boolean => has(each.after, packet) && !has(each.before, packet);
  const loses = (each: ConnectionChange): boolean => has(each.before, packet) && !has(each.after, packet);
  return {
    opened: certain?.some(gains) === true,
    closed: certain?.some(loses) === true,
    mayOpen: uncertain?.some(gains) === true,
    mayClose: uncertain?.some(loses) === true,
    nowCertain: uncertain?.some((each) => has(each.nowCertain, packet)) === true,
    noLongerCertain: uncertain?.some((each) => has(each.noLongerCertain, packet)) === true,
  };
}

/** Whether the end of a change is that of a packet, or the addresses that it is among. */
function isEnd(id: string, name: string): boolean {
  const asked = parseAddress(name);
  if (asked === undefined || !id.startsWith("external")) return id === name;
  const ranges = /^external\[(.*)\]$/.exec(id)?.[1]?.split(",");
  return ranges === undefined || ranges.some((range) => contains(namedAddresses(range) ?? [], asked.address));
}

function has(ports: ConnectionChange["before"], { protocol, port }: Packet): boolean {
  if (ports === undefined || ports.all) return ports !== undefined;
  const ranges = ports.ports[protocol as "TCP"] ?? []; // a key of it, or none
  return ranges.some((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return first !== undefined && last !== undefined && first <= port && port <= last;
  });
}
