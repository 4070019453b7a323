import { describe, expect, it } from "vitest";
import type { Policy, Rule } from "../../src/model/policy.ts";
import { adminTier, baselineTier } from "../../src/semantics/tiers.ts";
import { findDeadRules } from "../../src/symbolic/dead-rules.ts";
import { label } from "./label-arbitraries.ts";
import { pods, policy, ports, rule } from "./policy-arbitraries.ts";

const team = label("team", "a");
const any = { requirements: [] };

function admin(name: string, priority: number, rules: readonly Rule[], more: Partial<Policy> = {}): Policy {
  const { namespace: _, ...base } = policy({ name, ingress: rules });
  return {
    ...base,
    tier: adminTier,
    priority,
    subject: { namespaceSelector: team, podSelector: any },
    isolates: { ingress: false, egress: false },
    ...more,
  };
}

const everybody = pods(undefined, any);

function names(policies: readonly Policy[]): readonly string[] {
  return findDeadRules(policies).dead.map(({ rule: dead, coveredBy }) => {
    const covers = coveredBy.map((cover) => `${cover.policy.name}.${cover.rule}`);
    return `${dead.policy.name}.${dead.rule} by ${covers.join(" and ")}`;
  });
}

describe("findDeadRules", () => {
  it("names what covers a rule together: in its policy, and in those asked before", () => {
    const first = admin("first", 1, [
      { ...rule([everybody], [ports("TCP", 1, 80)]), action: "deny" },
      { ...rule([everybody], [ports("TCP", 81, 65_535)]), action: "pass" },
    ]);
    const second = admin("second", 2, [
      rule([everybody], [ports("TCP", 70, 90)]),
      rule([everybody], [ports("UDP", 70)]),
    ]);
    expect(names([second, first])).toEqual(["second.0 by first.0 and first.1"]);
  });

  it("does not let a policy of the same priority cover, nor what passes cover a later tier", () => {
    const deny = admin("deny", 1, [{ ...rule([everybody]), action: "deny" }]);
    expect(names([deny, admin("same", 1, [rule([everybody])])])).toEqual([]);
    const pass = admin("pass", 1, [{ ...rule([everybody]), action: "pass" }]);
    const base = admin("base", 1, [rule([everybody])], { tier: baselineTier });
    expect(names([pass, base])).toEqual([]);
    expect(names([deny, base])).toEqual(["base.0 by deny.0"]);
  });

  it("does not take for decided what a rule may pass on that boxes cannot say, or one of the same priority", () => {
    const allow = rule([everybody]);
    const base = admin("base", 1, [{ ...rule([everybody]), action: "deny" }], { tier: baselineTier });
    const domains = { type: "domains", names: ["a.example"] } as const;
    const passes: Rule = { ...rule([everybody, domains]), action: "pass" };
    expect(names([admin("one", 1, [allow]), base])).toEqual(["base.0 by one.0"]);
    expect(names([admin("one", 1, [passes, allow]), base])).toEqual([]);
    expect(names([admin("one", 1, [allow, passes]), base])).toContain("base.0 by one.0");
    expect(names([admin("one", 1, [allow]), admin("two", 1, [passes]), base])).toEqual([]);
    expect(names([admin("one", 1, [allow]), admin("two", 2, [passes]), base])).toContain("base.0 by one.0");
  });

  it("knows that a peer in the subject's namespace has the labels of that namespace", () => {
    const ofTeam = pods(undefined, team);
    const others = pods(undefined, { requirements: [{ ...team.requirements[0], operator: "NotIn" }] } as typeof team);
    const one = admin("one", 1, [{ ...rule([ofTeam, others]), action: "deny" }, rule([everybody])]);
    expect(names([one])).toEqual(["one.1 by one.0"]);
    expect(names([admin("two", 1, [{ ...rule([ofTeam]), action: "deny" }, rule([everybody])])])).toEqual([]);
  });
});
