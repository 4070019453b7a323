import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClassSet } from "../../src/reachability/class-set.ts";
import { connectionsAt, constantMap } from "../../src/reachability/connection-map.ts";
import { type Decision, allowedByAll, passedByAll } from "../../src/reachability/decide-tiers.ts";
import { ConnectionTable, allConnections } from "../../src/sets/connection-set.ts";

const table = new ConnectionTable();
const outcomes = ["allow", "deny", "pass", "open"] as const;
type Outcome = (typeof outcomes)[number];

/** What a tier may do with each of a few packets, which are classes here. */
const packets = [0, 1, 2, 3, 4, 5];
const tier = fc.array(fc.subarray([...outcomes], { minLength: 1 }), {
  minLength: packets.length,
  maxLength: packets.length,
});
const tiers = fc.array(tier, { minLength: 1, maxLength: 3 });
const last = fc.subarray(["allow", "deny"] as const, { minLength: 1 });

function mapOf(ids: readonly number[]): Decision[Outcome] {
  return constantMap(ClassSet.fromSorted(ids), allConnections);
}

function decisionOf(may: readonly (readonly Outcome[])[]): Decision {
  const of = (outcome: Outcome): Decision[Outcome] => mapOf(packets.filter((id) => may[id]?.includes(outcome)));
  return { allow: of("allow"), deny: of("deny"), pass: of("pass"), open: of("open") };
}

/** How a packet may end: each tier does one of the things that it may do, and what all pass is decided at last. */
function endsOf(may: readonly (readonly Outcome[])[], atLast: readonly ("allow" | "deny")[]): ReadonlySet<Outcome> {
  const [first, ...others] = may;
  // At the end of all tiers no rule allows: what is allowed there is open.
  if (first === undefined) return new Set(atLast.map((action) => (action === "allow" ? "open" : action)));
  return new Set(first.flatMap((outcome) => (outcome === "pass" ? [...endsOf(others, atLast)] : [outcome])));
}

describe("what tiers together do", () => {
  it("is what comes of going down them, packet by packet, whatever each does of what it may", () => {
    fc.assert(
      fc.property(tiers, last, (may, atLast) => {
        const decisions = may.map(decisionOf);
        const everything = mapOf(packets);
        const idsOf = (map: Decision[Outcome]): readonly number[] =>
          packets.filter((id) => connectionsAt(map, id) === allConnections);
        const wanted = (isMeant: (ends: readonly Outcome[]) => boolean): readonly number[] =>
          packets.filter((id) =>
            isMeant([
              ...endsOf(
                may.map((each) => each[id] ?? []),
                atLast,
              ),
            ]),
          );
        const isAllowed = (end: Outcome): boolean => end === "allow" || end === "open";
        const seen = (["certain", "possible"] as const).map((bound) => ({
          allowed: idsOf(allowedByAll(decisions, atLast, bound, everything, table)),
          passed: idsOf(passedByAll(decisions, atLast, bound, everything, table)),
        }));
        expect(seen).toEqual([
          {
            allowed: wanted((ends) => ends.every(isAllowed)),
            passed: wanted((ends) => ends.every((end) => end === "open")),
          },
          { allowed: wanted((ends) => ends.some(isAllowed)), passed: wanted((ends) => ends.includes("open")) },
        ]);
      }),
      { numRuns: 500 },
    );
  });
});
