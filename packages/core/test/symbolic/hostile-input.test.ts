import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/model/policy.ts";
import type { Selector } from "../../src/model/selector.ts";
import { Budget } from "../../src/symbolic/budget.ts";
import { comparePolicies } from "../../src/symbolic/compare-policies.ts";
import { findRedundancies } from "../../src/symbolic/find-redundancies.ts";
import { all, expression, label } from "./label-arbitraries.ts";
import { block, named, pods, policy, ports, rule } from "./policy-arbitraries.ts";

const many = Array.from({ length: 10_000 }, (_, i) => i);
const web = label("app", "web");

function inOnePolicy(...rules: ReturnType<typeof rule>[]): Policy[] {
  return [policy({ podSelector: web, ingress: rules })];
}

// Each of these took minutes or all memory in some tool: the time limit of a test is there to catch a hang.

describe("ten thousand of everything", () => {
  it.each<readonly [string, () => Policy[], number]>([
    ["identical policies", () => many.map(() => policy({ podSelector: web, ingress: [rule([pods(web)])] })), 9_999],
    ["policies of one namespace, by label", () => many.map((i) => policy({ podSelector: label("app", `v${i}`) })), 0],
    ["policies of one namespace, by key", () => many.map((i) => policy({ podSelector: label(`k${i}`, "x") })), 0],
    [
      "policies for all but one label",
      () => many.map((i) => policy({ podSelector: expression("app", "NotIn", `v${i}`) })),
      9_998,
    ],
    ["policies, one peer each", () => many.map((i) => policy({ ingress: [rule([pods(label("app", `v${i}`))])] })), 0],
    ["policies, one port each", () => many.map((i) => policy({ ingress: [rule("any", [ports("TCP", i + 1)])] })), 0],
    [
      "policies, one CIDR each",
      () => many.map((i) => policy({ ingress: [rule([block(`10.${i >> 8}.${i & 255}.0/24`)])] })),
      0,
    ],
    ["CIDRs in one rule", () => inOnePolicy(rule(many.map((i) => block(`10.${i >> 8}.${i & 255}.0/24`)))), 0],
    ["equal CIDRs in one rule", () => inOnePolicy(rule(many.map(() => block("10.0.0.0/8")))), 9_999],
    [
      "excepts in one rule",
      () => inOnePolicy(rule(many.map((i) => block("0.0.0.0/0", `10.${i >> 8}.${i & 255}.0/24`)))),
      9_998,
    ],
    ["pod peers in one rule", () => inOnePolicy(rule(many.map((i) => pods(label("app", `v${i}`))))), 0],
    [
      "ports in one rule",
      () =>
        inOnePolicy(
          rule(
            "any",
            many.map((i) => ports("TCP", i + 1)),
          ),
        ),
      0,
    ],
    [
      "overlapping ranges in one rule",
      () =>
        inOnePolicy(
          rule(
            "any",
            many.map((i) => ports("TCP", i + 1, 50_000 + i)),
          ),
        ),
      9_998,
    ],
    [
      "named ports in one rule",
      () =>
        inOnePolicy(
          rule(
            "any",
            many.map((i) => named(`n${i}`)),
          ),
        ),
      0,
    ],
  ])("%s", (_, make, expected) => {
    const policies = make();
    const { redundant, undecided } = findRedundancies(policies);
    expect([redundant.length, undecided.length]).toEqual([expected, 0]);
    expect(comparePolicies(policies, policies.toReversed()).verdict).toBe("equivalent");
  });
});

describe("the budget holds", () => {
  let seed = 11;
  const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const clause = (keys: number, size: number): Selector =>
    all(...Array.from({ length: size }, () => expression(`k${next(keys)}`, next(2) === 0 ? "Exists" : "DoesNotExist")));

  it("forty keys in every selector", () => {
    const wide = (): Selector => all(...many.slice(0, 40).map((i) => expression(`k${i}`, "NotIn", `v${next(3)}`)));
    const policies = many.slice(0, 100).map(() => policy({ podSelector: wide(), ingress: [rule([pods(wide())])] }));
    const { undecided } = findRedundancies(policies);
    expect(undecided).toEqual([]);
    expect(comparePolicies(policies, policies.slice(1)).verdict).not.toBe("equivalent");
  });

  it("a cover that is as hard as a formula of 250 variables", () => {
    const open = [rule("any")];
    const policies = many.slice(0, 1065).map(() => policy({ podSelector: clause(250, 3), ingress: open }));
    const everyPod = policy({ ingress: open });
    const { verdict } = comparePolicies([...policies, everyPod], policies, { budget: new Budget(500_000) });
    expect(["undecided", "looser", "incomparable"]).toContain(verdict);
    expect(findRedundancies([...policies, everyPod], { budget: new Budget(500_000) }).redundant.length).toBeGreaterThan(
      0,
    );
  });

  it("a thousand peers times a thousand named ports", () => {
    const peers = many.slice(0, 1000).map((i) => pods(label("app", `v${i}`)));
    const policies = inOnePolicy(
      rule(
        peers,
        many.slice(0, 1000).map((i) => named(`n${i}`)),
      ),
    );
    expect(comparePolicies(policies, []).verdict).toBe("undecided");
    expect(findRedundancies(policies).undecided).toMatchObject([
      { part: { type: "rule", rule: 0 }, reason: "it has a rule that is too big" },
    ]);
  });
});
