import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Direction, Policy, Rule } from "../../src/model/policy.ts";
import { Budget } from "../../src/symbolic/budget.ts";
import { comparePolicies } from "../../src/symbolic/compare-policies.ts";
import { describeCounterexample } from "../../src/symbolic/describe-example.ts";
import type { PodExample } from "../../src/symbolic/example.ts";
import { findRedundancies } from "../../src/symbolic/find-redundancies.ts";
import {
  type Part,
  type PolicyRef,
  type Redundancy,
  type RuleRef,
  shadowingRule,
} from "../../src/symbolic/redundancy.ts";
import { withoutParts } from "../../src/symbolic/without-parts.ts";
import { expression, label } from "./label-arbitraries.ts";
import { broken } from "./laws.ts";
import { admitsNaively, isIsolatedNaively } from "./naive-policies.ts";
import {
  anyPolicies,
  anyPolicy,
  block,
  named,
  pods,
  policy,
  ports,
  rule,
  sampleSubjects,
  sampleTraffic,
} from "./policy-arbitraries.ts";

const web = label("app", "web");

function nameOf(part: Part | RuleRef | PolicyRef): string {
  if (part.type === "policy") return part.policy.name;
  const inRule = part.type === "peer" ? `.peer${part.peer}` : part.type === "port" ? `.port${part.port}` : "";
  return `${part.policy.name}.${part.direction}${part.rule}${inRule}`;
}

function summary(policies: readonly Policy[]): Record<string, string[]> {
  const { redundant, undecided } = findRedundancies(policies);
  expect(undecided).toEqual([]);
  return Object.fromEntries(redundant.map(({ part, coveredBy }) => [nameOf(part), coveredBy.map(nameOf)]));
}

/** The policy that has only one part left; of a port, the part for the peers that stay (peers are judged before). */
function only(part: Part, gone: readonly Part[]): Policy {
  if (part.type === "policy") return part.policy;
  const { policy: owner, direction } = part;
  const whole = owner.rules[direction][part.rule] as Rule;
  const isGone = (peer: number): boolean =>
    gone.some((other) => other.type === "peer" && nameOf(other) === nameOf({ ...part, type: "peer", peer }));
  const peers =
    whole.peers === "any"
      ? whole.peers
      : whole.peers.filter((_, i) => (part.type === "peer" ? part.peer === i : part.type === "rule" || !isGone(i)));
  const chosen =
    part.type === "port" && whole.ports !== "any" ? whole.ports.slice(part.port, part.port + 1) : whole.ports;
  return { ...owner, rules: { ingress: [], egress: [], [direction]: [rule(peers, chosen)] } };
}

function partsOf(redundant: readonly Redundancy[]): Part[] {
  return redundant.map(({ part }) => part);
}

/** What taking out all redundancies at once breaks. */
function faults(policies: readonly Policy[]): string[] {
  const { redundant, undecided } = findRedundancies(policies);
  const rest = withoutParts(policies, partsOf(redundant));
  const { loosened, tightened, verdict } = comparePolicies(policies, rest);
  const isSame = (subject: PodExample, direction: Direction): boolean =>
    isIsolatedNaively(policies, subject, direction) === isIsolatedNaively(rest, subject, direction);
  return [
    ...[...loosened, ...tightened].map((one) => describeCounterexample(one)),
    ...broken({
      decided: undecided.length === 0,
      isolation: sampleSubjects.every((subject) => isSame(subject, "ingress") && isSame(subject, "egress")),
      admission: sampleTraffic.every((traffic) => admitsNaively(policies, traffic) === admitsNaively(rest, traffic)),
      proved: verdict === "equivalent",
      "nothing is left to find": findRedundancies(rest).redundant.length === 0,
    }),
  ];
}

/** The redundant parts whose named covers are gone or do not cover. */
function badlyCovered(policies: readonly Policy[]): string[] {
  const { redundant } = findRedundancies(policies);
  const parts = partsOf(redundant);
  const rest = withoutParts(policies, parts);
  const isCovered = ({ part, coveredBy }: Redundancy): boolean => {
    const names = new Set(coveredBy.map(({ policy: cover }) => cover.name));
    const covers = rest.filter(({ name }) => names.has(name));
    const own = [only(part, parts)];
    return (
      covers.length === names.size &&
      sampleTraffic.every((traffic) => !admitsNaively(own, traffic) || admitsNaively(covers, traffic))
    );
  };
  return redundant.filter((one) => !isCovered(one)).map(({ part }) => nameOf(part));
}

describe("findRedundancies", () => {
  it("what it finds can all be taken out at once, and then nothing more", () => {
    fc.assert(
      fc.property(fc.oneof(anyPolicies, fc.array(anyPolicy, { minLength: 4, maxLength: 8 })), (policies) => {
        expect(faults(policies)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it("what it names as cover is there and covers", () => {
    fc.assert(
      fc.property(fc.array(anyPolicy, { minLength: 2, maxLength: 6 }), (policies) => {
        expect(badlyCovered(policies)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("of identical policies the first stays", () => {
    const same = ["a", "b", "c"].map((name) => policy({ name, podSelector: web, ingress: [rule([pods()])] }));
    expect(summary(same)).toEqual({ c: ["a", "a.ingress0"], b: ["a", "a.ingress0"] });
  });

  it("a policy goes only when others isolate its subjects", () => {
    const wide = policy({ name: "wide", ingress: [rule([pods()])] });
    const narrow = policy({ name: "narrow", podSelector: web, ingress: [rule([pods(web)], [ports("TCP", 80)])] });
    expect(summary([wide, narrow])).toEqual({ narrow: ["wide", "wide.ingress0"] });
    const elsewhere = policy({ name: "narrow", namespace: "n2", podSelector: web, ingress: [rule([pods(web)])] });
    expect(summary([wide, elsewhere])).toEqual({});
    const egress = { ...narrow, applies: { ingress: true, egress: true }, isolates: { ingress: true, egress: true } };
    expect(summary([wide, egress])).toEqual({ "narrow.ingress0": ["wide.ingress0"] });
  });

  it("a joint cover names all it takes", () => {
    const parts = [label("app", "x"), expression("app", "NotIn", "x")].map((podSelector, i) =>
      policy({ name: `half${i}`, podSelector, ingress: [rule([pods()], [ports("TCP", 1 + 500 * i, 1000)])] }),
    );
    const target = policy({ name: "target", ingress: [rule([pods(web)], [ports("TCP", 600)])] });
    expect(summary([...parts, target])).toEqual({ target: ["half0", "half0.ingress0", "half1", "half1.ingress0"] });
  });

  it("rules, peers and ports", () => {
    const one = policy({
      name: "one",
      podSelector: web,
      ingress: [
        rule(
          [pods(web), pods(), block("10.0.0.0/9"), block("10.0.0.0/8"), block("10.1.0.0/16")],
          [ports("TCP", 80), ports("TCP", 1, 100), named("http")],
        ),
        rule([pods(label("app", "x"))], [ports("TCP", 7)]),
      ],
    });
    expect(summary([one])).toEqual({
      "one.ingress1": ["one.ingress0"],
      "one.ingress0.peer4": ["one.ingress0"],
      "one.ingress0.peer2": ["one.ingress0"],
      "one.ingress0.peer0": ["one.ingress0"],
      "one.ingress0.port0": ["one.ingress0"],
    });
    const { redundant } = findRedundancies([one]);
    expect(redundant.map((each) => shadowingRule(each)?.rule)).toEqual([0, 0, 0, 0, 0]);
  });

  it("what matches nothing is covered by nothing", () => {
    const nothing = policy({ name: "none", podSelector: label("app", "no value") });
    const peer = policy({ name: "peer", ingress: [rule([pods(label("app", "no value")), pods(web)])] });
    expect(summary([nothing, peer])).toEqual({ none: [], "peer.ingress0.peer0": [] });
  });

  it("rules of a direction that is not isolated are no cover and are not judged", () => {
    const ignored = policy({ name: "ignored", isolates: ["egress"], ingress: [rule("any")] });
    const real = policy({ name: "real", ingress: [rule([pods()])] });
    expect(summary([ignored, real])).toEqual({});
  });

  it("claims nothing without a budget", () => {
    const same = ["a", "b"].map((name) =>
      policy({ name, ingress: [rule([block("10.0.0.0/8"), block("10.0.0.0/9")])] }),
    );
    const { redundant, undecided } = findRedundancies(same, { budget: new Budget(0) });
    expect(
      withoutParts(
        same,
        redundant.map(({ part }) => part),
      ).length,
    ).toBeGreaterThan(0);
    expect(undecided.length).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.array(anyPolicy, { minLength: 2, maxLength: 6 }), fc.nat(400), (policies, steps) => {
        const found = findRedundancies(policies, { budget: new Budget(steps) });
        const rest = withoutParts(
          policies,
          found.redundant.map(({ part }) => part),
        );
        expect(comparePolicies(policies, rest).verdict).toBe("equivalent");
      }),
      { numRuns: 150 },
    );
  });
});
