import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Direction, Policy } from "../../src/model/policy.ts";
import { adminTier } from "../../src/semantics/tiers.ts";
import { Budget } from "../../src/symbolic/budget.ts";
import { provedMerge } from "../../src/symbolic/merge-policies.ts";
import { PolicySpace } from "../../src/symbolic/policy-space.ts";
import { relatePolicies, type RulesRelation } from "../../src/symbolic/relate-policies.ts";
import { mergeCandidates, subjectGroups } from "../../src/symbolic/subject-groups.ts";
import { all, expression, label } from "./label-arbitraries.ts";
import { broken, implies } from "./laws.ts";
import { admitsNaively, isIsolatedNaively } from "./naive-policies.ts";
import { anyPolicy, pods, policy, ports, rule, sampleSubjects, sampleTraffic } from "./policy-arbitraries.ts";

const web = label("app", "web");

function selects(one: Policy, subject: (typeof sampleSubjects)[number]): boolean {
  return isIsolatedNaively([one], subject, "ingress") || isIsolatedNaively([one], subject, "egress");
}

function faults(a: Policy, b: Policy): string[] {
  const related = relatePolicies(a, b);
  const inA = sampleSubjects.filter((subject) => selects(a, subject));
  const inB = sampleSubjects.filter((subject) => selects(b, subject));
  const common = inA.filter((subject) => selects(b, subject));
  if (related.subjects === "disjoint") return broken({ "nothing in common": common.length === 0 });
  if (related.subjects === "undecided") return ["is decided"];
  const { subjects } = related;
  const both: Policy = { ...a, subject: { podSelector: related.both } };
  const inBoth = sampleSubjects.filter((subject) => selects(both, subject));
  return [
    ...broken({
      "the example": selects(a, related.example) && selects(b, related.example),
      "the intersection": inBoth.length === common.length && inBoth.every((subject) => common.includes(subject)),
      inside: implies(["equal", "inside"].includes(subjects), () => common.length === inA.length),
      contains: implies(["equal", "contains"].includes(subjects), () => common.length === inB.length),
    }),
    ...ruleFaults(a, b, "ingress", related.rules.ingress),
    ...ruleFaults(a, b, "egress", related.rules.egress),
  ];
}

function ruleFaults(a: Policy, b: Policy, direction: Direction, { relation, example }: RulesRelation): string[] {
  const isBoth = a.isolates[direction] && b.isolates[direction];
  if (relation === "not-both" || !isBoth) return broken({ "not both": relation === "not-both" && !isBoth });
  const onCommon = sampleTraffic.filter(
    (traffic) => traffic.direction === direction && selects(a, traffic.subject) && selects(b, traffic.subject),
  );
  const inA = onCommon.filter((traffic) => admitsNaively([a], traffic));
  const inB = onCommon.filter((traffic) => admitsNaively([b], traffic));
  const both = inA.filter((traffic) => admitsNaively([b], traffic));
  return broken({
    "is decided": relation !== "undecided",
    "the example": example === undefined || (admitsNaively([a], example) && admitsNaively([b], example)),
    "is not missed": example !== undefined || both.length === 0,
    inside: implies(["equal", "inside"].includes(relation), () => both.length === inA.length),
    contains: implies(["equal", "contains"].includes(relation), () => both.length === inB.length),
    disjoint: implies(relation === "disjoint", () => both.length === 0),
  });
}

describe("relatePolicies", () => {
  it("agrees with brute force", () => {
    fc.assert(
      fc.property(anyPolicy, anyPolicy, (a, b) => {
        expect(faults(a, b)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it("gives the exact intersection as a selector", () => {
    const a = policy({ podSelector: all(expression("app", "In", "x", "y"), expression("old", "DoesNotExist")) });
    const b = policy({ podSelector: all(expression("app", "NotIn", "x"), expression("tier", "NotIn", "db")) });
    expect(relatePolicies(a, b)).toMatchObject({
      subjects: "overlap",
      both: {
        requirements: [
          { key: "app", operator: "In", values: ["y"] },
          { key: "old", operator: "DoesNotExist" },
          { key: "tier", operator: "NotIn", values: ["db"] },
        ],
      },
      example: { podLabels: { app: "y" } },
      rules: { ingress: { relation: "equal" }, egress: { relation: "not-both" } },
    });
  });

  it("says nothing about policies that it does not understand", () => {
    const admin: Policy = { ...policy({}), tier: adminTier };
    expect(relatePolicies(admin, admin).subjects).toBe("undecided");
    expect(subjectGroups(new PolicySpace([admin]), [admin])).toEqual([]);
  });
});

describe("mergeCandidates", () => {
  it("are policies that select the same pods of one namespace and isolate the same directions", () => {
    const both = { ingress: true, egress: true };
    const policies = [
      policy({ name: "all" }),
      policy({ name: "web", podSelector: web }),
      policy({ name: "in-web", podSelector: expression("app", "In", "web") }),
      { ...policy({ name: "both", podSelector: web }), applies: both, isolates: both },
      policy({ name: "db", podSelector: label("app", "db") }),
      policy({ name: "elsewhere", namespace: "n2", podSelector: web }),
    ];
    const candidates = mergeCandidates(subjectGroups(new PolicySpace(policies), policies));
    expect(candidates.map((group) => group.map(({ name }) => name))).toEqual([["web", "in-web"]]);
  });
});

describe("provedMerge", () => {
  const one = policy({ name: "one", podSelector: web, ingress: [rule([pods()], [ports("TCP", 80)])] });
  const two = policy({
    name: "two",
    podSelector: expression("app", "In", "web"),
    isolates: ["ingress", "egress"],
    ingress: [rule([pods()], [ports("TCP", 80)]), rule([pods(web)])],
    egress: [rule("any")],
  });

  it("unites rules and directions, and proves it", () => {
    const merge = provedMerge([one, two]);
    expect(merge).toMatchObject({
      status: "proved",
      merged: {
        name: "one",
        policyTypes: ["Ingress", "Egress"],
        applies: { ingress: true, egress: true },
        isolates: { ingress: true, egress: true },
        rules: { ingress: [{}, {}] },
      },
    });
  });

  it("ends when the budget does, and needs none where the policies differ in their rules alone", () => {
    const budget = new Budget(0);
    expect(provedMerge([one, two], { budget })).toMatchObject({
      status: "refused",
      comparison: { verdict: "undecided" },
    });
    expect(provedMerge([one, { ...one, name: "again" }], { budget }).status).toBe("proved");
  });

  it("does not count on a policy that a later one of its name overwrites", () => {
    const other = { ...one, index: one.index + 1, rules: { ingress: [rule([pods(web)])], egress: [] } };
    expect(provedMerge([one, other])).toMatchObject({ status: "refused" });
  });

  it("refuses what is not the same: other subjects, other namespaces, rules that would wake", () => {
    expect(provedMerge([one, { ...two, subject: { podSelector: label("app", "db") } }])).toMatchObject({
      status: "refused",
      comparison: { verdict: "incomparable" },
    });
    expect(provedMerge([one, { ...two, namespace: "n2" }]).status).toBe("refused");
    const asleep: Policy = { ...one, rules: { ...one.rules, egress: [rule([pods()])] } };
    expect(provedMerge([asleep, two])).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("no effect"),
    });
    expect(provedMerge([one]).status).toBe("refused");
  });

  it("keeps rules without effect, those that are written alike once", () => {
    const asleep = (...egress: Policy["rules"]["egress"]): Policy => ({ ...one, rules: { ...one.rules, egress } });
    const again = { ...asleep(rule([pods()]), rule("any")), name: "again" };
    expect(provedMerge([asleep(rule([pods()])), again])).toMatchObject({
      status: "proved",
      merged: { isolates: { egress: false }, rules: { egress: [{ peers: [{}] }, { peers: "any" }] } },
    });
  });
});
