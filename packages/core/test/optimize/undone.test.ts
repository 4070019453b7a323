import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NetworksPeer, Peer, Policy, Rule } from "../../src/model/policy.ts";
import { peerHolds, portHolds } from "../../src/optimize/piece.ts";
import { addPartiesOf, standingOf } from "../../src/optimize/undone.ts";
import { parseCidr } from "../../src/sets/address-set.ts";
import type { PolicyRef, RuleRef } from "../../src/symbolic/redundancy.ts";
import { expression, label } from "../symbolic/label-arbitraries.ts";
import { block, named, nameLabel, pods, policy, ports, rule } from "../symbolic/policy-arbitraries.ts";

const web = label("app", "web");
const everyone = { requirements: [] };

function networks(cidr: string, more: Partial<NetworksPeer> = {}): NetworksPeer {
  return { type: "networks", cidrs: [cidr], addresses: parseCidr(cidr)?.addresses ?? [], ...more };
}

function ruleRef(of: Policy, index = 0): RuleRef {
  return { type: "rule", policy: of, direction: "ingress", rule: index };
}

describe("whether a port holds another one", () => {
  it("is whether all its numbers do", () => {
    const bound = fc.integer({ min: 1, max: 6 });
    const range = fc.tuple(bound, bound).map(([a, b]) => ports("TCP", Math.min(a, b), Math.max(a, b)));
    const numbers = (port: ReturnType<typeof ports>): readonly number[] =>
      port.type === "range" ? Array.from({ length: port.to - port.from + 1 }, (_, i) => port.from + i) : [];
    fc.assert(
      fc.property(range, range, (a, b) => {
        expect(portHolds(a, b)).toBe(numbers(b).every((number) => numbers(a).includes(number)));
      }),
    );
  });

  it("knows that a name may be any number of its protocol, and that no number is a name", () => {
    expect(portHolds(ports("TCP", 1, 65_535), named("web"))).toBe(true);
    expect(portHolds(ports("TCP", 1, 65_534), named("web"))).toBe(false);
    expect(portHolds(ports("TCP", 2, 65_535), named("web"))).toBe(false);
    expect(portHolds(ports("UDP", 1, 65_535), named("web"))).toBe(false);
    expect(portHolds(named("web"), named("web"))).toBe(true);
    expect(portHolds(named("web"), named("web", "UDP"))).toBe(false);
    expect(portHolds(named("web"), ports("TCP", 80))).toBe(false);
  });

  it("knows that all ports hold every one, and none all", () => {
    expect(portHolds("any", ports("SCTP", 1))).toBe(true);
    expect(portHolds("any", "any")).toBe(true);
    expect(portHolds(ports("TCP", 1, 65_535), "any")).toBe(false);
  });
});

describe("whether a peer holds another one", () => {
  const holds: readonly (readonly [string, Peer | "any", Peer | "any", boolean])[] = [
    ["everybody, pods", "any", pods(web), true],
    ["pods, everybody", pods(everyone, everyone), "any", false],
    ["all pods of a namespace, some", pods(), pods(web), true],
    ["some, all", pods(web), pods(), false],
    ["pods of all namespaces, of the own one", pods(web, everyone), pods(web), true],
    ["of the own one, of all", pods(web), pods(web, everyone), false],
    ["of some namespaces, of the own one", pods(web, label("team", "a")), pods(web), false],
    [
      "of some namespaces, of fewer",
      pods(web, expression("team", "In", "a", "b")),
      pods(web, label("team", "a")),
      true,
    ],
    [
      "of some namespaces, of more",
      pods(web, label("team", "a")),
      pods(web, expression("team", "In", "a", "b")),
      false,
    ],
    [
      "of namespaces with a name, of a named one",
      pods(web, expression(nameLabel, "Exists")),
      pods(web, label(nameLabel, "n1")),
      true,
    ],
    ["pods in some networks, all of them", { ...pods(web, everyone), within: [0n, 5n] }, pods(web), false],
    ["a block, a part of it", block("10.0.0.0/8"), block("10.1.0.0/16"), true],
    ["a block with a hole, the hole", block("10.0.0.0/8", "10.1.0.0/16"), block("10.1.0.0/16"), false],
    ["a block, pods", block("0.0.0.0/0"), pods(web), false],
    ["networks, a part", networks("10.0.0.0/8"), networks("10.1.0.0/16"), true],
    ["networks, more", networks("10.1.0.0/16"), networks("10.0.0.0/8"), false],
    ["networks without pods, with pods", networks("10.0.0.0/8", { outside: true }), networks("10.1.0.0/16"), false],
    ["networks with pods, without pods", networks("10.0.0.0/8"), networks("10.1.0.0/16", { outside: true }), true],
    ["networks, those with pods on nodes", networks("10.0.0.0/8"), networks("10.1.0.0/16", { onNodes: true }), false],
    ["networks, a block", networks("10.0.0.0/8"), block("10.1.0.0/16"), false],
  ];
  it.each(holds)("%s", (_, a, b, expected) => {
    expect(peerHolds(a, b)).toBe(expected);
  });
});

describe("how what adds nothing stands to what covers it", () => {
  const narrow = policy({ name: "narrow", ingress: [rule([pods(web)], [ports("TCP", 80)])] });
  const standing = (part: PolicyRef | RuleRef, ...coveredBy: readonly (PolicyRef | RuleRef)[]): string | undefined =>
    standingOf({ part, coveredBy })?.standing;
  const whole = (of: Policy): PolicyRef => ({ type: "policy", policy: of });

  it("repeats what is said of the same pods in the same words", () => {
    const same = policy({ name: "same", ingress: [rule([pods(web), pods()], [ports("TCP", 80)])] });
    expect(standing(whole(narrow), ruleRef(same))).toBe("repeats");
    const one = policy({ name: "one", ingress: [rule([pods(web)], [ports("TCP", 80), ports("TCP", 81)])] });
    expect(standing(whole(narrow), ruleRef(one))).toBe("repeats");
    const more = policy({ name: "more", podSelector: web, ingress: narrow.rules.ingress });
    expect(standing(whole(more), ruleRef(narrow))).toBe("says-less");
  });

  it("narrows what a broader rule lets through, whichever of several comes first by name", () => {
    const [b, a] = ["b", "a"].map((name) => policy({ name, ingress: [rule("any", [ports("TCP", 80)])] })) as [
      Policy,
      Policy,
    ];
    const found = standingOf({ part: whole(narrow), coveredBy: [ruleRef(b), ruleRef(a)] });
    expect(found).toMatchObject({ standing: "narrows", piece: { by: { policy: { name: "a" } } } });
  });

  it("says less where only several together open more", () => {
    const wide = policy({ name: "wide", ingress: [rule([pods(web)], [ports("TCP", 1, 40_000)])] });
    const halves = policy({
      name: "halves",
      ingress: [
        rule([pods(web)], [ports("TCP", 1, 20_000)]),
        rule([pods(), pods(web)], [ports("TCP", 20_001, 40_000)]),
      ],
    });
    expect(standing(whole(wide), ruleRef(halves, 0), ruleRef(halves, 1))).toBe("says-less");
    const parts = policy({
      name: "parts",
      ingress: [rule([pods(web)], [ports("TCP", 1, 20_000)]), rule([pods(web)], [ports("TCP", 20_001, 40_000)])],
    });
    expect(standing(whole(wide), ruleRef(parts, 0), ruleRef(parts, 1))).toBe("repeats");
  });

  it("says less where it denies a direction that what covers it opens", () => {
    const deny = policy({ name: "deny" });
    expect(standing(whole(deny), whole(narrow))).toBe("says-less");
    expect(standing(whole(deny), whole(policy({ name: "other" })))).toBe("repeats");
  });

  it("looks at no rule of a direction that the policy does not isolate", () => {
    const wide = policy({
      name: "wide",
      isolates: ["ingress", "egress"],
      ingress: narrow.rules.ingress,
      egress: [rule("any")],
    });
    const egress: RuleRef = { type: "rule", policy: wide, direction: "egress", rule: 0 };
    const idle = { ...narrow, rules: { ...narrow.rules, egress: [rule([pods(web)])] } };
    expect(standing(whole(idle), ruleRef(wide), egress)).toBe("repeats");
  });

  it("repeats in pieces what is said as a whole, and narrows what is more than its pieces", () => {
    const [one, two, both] = [ports("TCP", 80), ports("TCP", 81), ports("TCP", 80, 81)];
    const [low, high, all] = ["10.0.0.0/25", "10.0.0.128/25", "10.0.0.0/24"].map((cidr) => block(cidr)) as [
      Peer,
      Peer,
      Peer,
    ];
    const of = (...ingress: readonly Rule[]): Policy => policy({ name: "of", ingress });
    const whole1 = of(rule([pods(web), all], [both]));
    const grid = (...rules: readonly Rule[]): string | undefined => standing(whole(of(...rules)), ruleRef(whole1));
    expect(grid(rule([pods(web)], [one, two]))).toBe("repeats");
    expect(grid(rule([low, high], [both]))).toBe("repeats");
    expect(grid(rule([low], [one, two]), rule([high], [two]), rule([high], [one]))).toBe("repeats");
    expect(grid(rule([low], [one, two]), rule([high], [two]))).toBe("narrows");
    expect(grid(rule([pods(web)], [one]), rule([low, high], [two]))).toBe("narrows");
    const anyPort = of(rule([pods(web)]));
    expect(standing(whole(of(rule([pods(web)], [ports("TCP", 1, 65_535), ports("UDP", 1)]))), ruleRef(anyPort))).toBe(
      "narrows",
    );
  });

  it("narrows what is beside it, whichever rule is named as what covers it", () => {
    const broad = policy({ name: "broad", ingress: [rule([pods()], [ports("TCP", 80)])] });
    const covers = policy({ name: "covers", ingress: [rule([pods(web)], [ports("TCP", 80)])] });
    const wider = policy({ name: "wider", ingress: [rule("any")] });
    const asked = { part: whole(narrow), coveredBy: [ruleRef(covers)] };
    expect(standingOf(asked, () => [ruleRef(broad)])?.standing).toBe("repeats");
    const parties = new Set<Policy>();
    addPartiesOf(asked.part, () => [ruleRef(covers), ruleRef(broad), ruleRef(wider)], parties);
    expect([...parties].map(({ name }) => name)).toEqual(["narrow", "broad", "wider"]);
    const other = { part: whole(narrow), coveredBy: [] };
    expect(standingOf(other, () => [ruleRef(broad)])?.standing).toBe("narrows");
  });

  it("is not undone by what is open in the other direction", () => {
    const both = (name: string): Policy =>
      policy({
        name,
        isolates: ["ingress", "egress"],
        ingress: [rule([pods(web)], [ports("TCP", 80)])],
        egress: [rule([pods()])],
      });
    const [a, b] = [both("a"), both("b")];
    const egress: RuleRef = { type: "rule", policy: b, direction: "egress", rule: 0 };
    expect(standing(whole(a), ruleRef(b), egress)).toBe("repeats");
    const one = { ...a, rules: { ...a.rules, ingress: [rule([pods(web)], [ports("TCP", 80), ports("TCP", 81)])] } };
    expect(standing(whole(a), ruleRef(one), egress)).toBe("repeats");
    expect(standing(whole(one), egress, ruleRef(b))).toBe("repeats");
  });

  it("cannot be said of more pieces than can be compared", () => {
    const many = Array.from({ length: 150 }, (_, i) => ports("TCP", 2 * i + 1));
    const [a, b] = ["a", "b"].map((name) => policy({ name, ingress: [rule([pods(web)], many)] })) as [Policy, Policy];
    expect(standingOf({ part: whole(a), coveredBy: [ruleRef(b)] })).toBeUndefined();
  });
});
