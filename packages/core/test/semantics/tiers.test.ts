import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/model/policy.ts";
import type { Tier } from "../../src/model/tier.ts";
import {
  adminTier,
  areOneObject,
  baselineTier,
  byTier,
  compareNames,
  networkPolicyTier,
  tiesOf,
} from "../../src/semantics/tiers.ts";
import { policy } from "../symbolic/policy-arbitraries.ts";

function tier(name: string, order: number, more: Partial<Tier> = {}): Tier {
  return { name, order, decides: "first-match", denies: "at-end", ...more };
}

function inTier(of: Tier, name: string, more: Partial<Policy> = {}): Policy {
  return { ...policy({ name }), tier: of, ...more };
}

function shown(policies: readonly Policy[]): readonly string[] {
  return byTier(policies).map(
    ({ tier: { name }, policies: own }) => `${name}: ${own.map((each) => each.name).join(" ")}`,
  );
}

describe("tiers", () => {
  it("are asked by order, then by name, and those that are not there last", () => {
    const tiers = [
      tier("gone", 1, { isMissing: true }),
      baselineTier,
      tier("b", 5),
      networkPolicyTier,
      tier("a", 5),
      adminTier,
      tier("c", 4),
    ];
    const wanted = ["c: p", "a: p", "b: p", "Admin: p", "NetworkPolicy: p", "Baseline: p", "gone: p"];
    fc.assert(
      fc.property(fc.shuffledSubarray(tiers, { minLength: tiers.length }), (shuffled) => {
        expect(shown(shuffled.map((of) => inTier(of, "p")))).toEqual(wanted);
      }),
    );
  });

  it("are one where order and name are, whatever object says so", () => {
    expect(shown([inTier(tier("a", 1), "p"), inTier(tier("a", 1), "q"), inTier(tier("a", 2), "r")])).toEqual([
      "a: p q",
      "a: r",
    ]);
  });

  it("have their policies by priority, then by name, namespace and kind, where the first that matches decides", () => {
    const of = tier("a", 1);
    const named = (name: string, priority: number, namespace: string, kind: string): Policy => {
      const plain = inTier(of, `${name}${priority}${namespace}${kind}`, { priority, namespace });
      return { ...plain, ref: { ...plain.ref, kind } };
    };
    const inOrder = [
      named("z", 1, "n", "K"),
      named("a", 2, "n", "K"),
      named("b", 2, "n", "K"),
      named("a", 10, "n", "K"),
    ];
    expect(byTier(inOrder.toReversed())[0]?.policies).toEqual(inOrder);
    const last = inTier(of, "a", { priority: Number.POSITIVE_INFINITY });
    expect(byTier([last, ...inOrder])[0]?.policies.at(-1)).toBe(last);
    const same = ["m", "n"].flatMap((namespace) =>
      ["J", "K"].map((kind) => ({ ...named("", 1, namespace, kind), name: "same" })),
    );
    expect(same.toReversed().toSorted(compareNames)).toEqual(same);
  });

  it("have them as they came, where order does not matter", () => {
    expect(shown([inTier(networkPolicyTier, "b"), inTier(networkPolicyTier, "a")])).toEqual(["NetworkPolicy: b a"]);
  });

  it("have a say in which of two policies of one priority is asked first", () => {
    const assumptions = { equalPriority: "name", calicoTies: "unknown" } as const;
    expect(tiesOf(adminTier, assumptions)).toBe("name");
    expect(tiesOf({ ties: "calicoTies" }, assumptions)).toBe("unknown");
  });
});

describe("parts of one policy", () => {
  it("are told by their object, and only where a policy has parts", () => {
    const whole = inTier(adminTier, "a");
    expect(areOneObject(whole, whole)).toBe(true);
    expect(areOneObject(whole, { ...whole })).toBe(false);
    const part = { ...whole, part: 0 };
    expect(areOneObject(part, { ...whole, part: 1 })).toBe(true);
    expect(areOneObject(part, { ...part, name: "b" })).toBe(false);
    expect(areOneObject(part, { ...part, index: part.index + 1 })).toBe(false);
    expect(areOneObject(part, { ...part, origin: { ...part.origin } })).toBe(false);
  });
});
