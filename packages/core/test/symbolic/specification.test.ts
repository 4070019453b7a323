import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/model/policy.ts";
import { adminTier } from "../../src/semantics/tiers.ts";
import type { PodExample, TrafficExample } from "../../src/symbolic/example.ts";
import { type Answer, deniesNothing, forbids, permits, sharedSubject } from "../../src/symbolic/specification.ts";
import { expression, label } from "./label-arbitraries.ts";
import { broken } from "./laws.ts";
import { admitsNaively, isIsolatedNaively } from "./naive-policies.ts";
import { anyPolicies, block, pods, policy, ports, rule, sampleSubjects, sampleTraffic } from "./policy-arbitraries.ts";

const allows = (policies: readonly Policy[], traffic: TrafficExample): boolean =>
  admitsNaively(policies, traffic) || !isIsolatedNaively(policies, traffic.subject, traffic.direction);

/** A counterexample is one; without a counterexample the samples have none either. */
function isRight(answer: Answer, breaks: (traffic: TrafficExample) => boolean): boolean {
  if (answer.status === "fails") return breaks(answer.counterexample);
  return answer.status === "holds" && !sampleTraffic.some(breaks);
}

describe("permits, forbids, deniesNothing, sharedSubject agree with brute force", () => {
  it("permits", () => {
    fc.assert(
      fc.property(anyPolicies, anyPolicies, (specification, policies) => {
        const answer = permits(specification, policies);
        const breaks = (traffic: TrafficExample): boolean =>
          admitsNaively(specification, traffic) && !allows(policies, traffic);
        expect(isRight(answer, breaks)).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  it("forbids", () => {
    fc.assert(
      fc.property(anyPolicies, anyPolicies, (specification, policies) => {
        const answer = forbids(specification, policies);
        const breaks = (traffic: TrafficExample): boolean =>
          admitsNaively(specification, traffic) && allows(policies, traffic);
        expect(isRight(answer, breaks)).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  it("deniesNothing", () => {
    fc.assert(
      fc.property(anyPolicies, (policies) => {
        const answer = deniesNothing(policies);
        const breaks = (traffic: TrafficExample): boolean => !allows(policies, traffic);
        expect(isRight(answer, breaks)).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  it("sharedSubject", () => {
    fc.assert(
      fc.property(anyPolicies, anyPolicies, (first, second) => {
        const selects = (policies: readonly Policy[], subject: (typeof sampleSubjects)[number]): boolean =>
          isIsolatedNaively(policies, subject, "ingress") || isIsolatedNaively(policies, subject, "egress");
        const shared = sharedSubject(first, second);
        const isShared = (subject: PodExample): boolean => selects(first, subject) && selects(second, subject);
        const laws = {
          "is decided": shared !== "undecided",
          "is shared": shared === undefined || shared === "undecided" || isShared(shared),
          "is not missed": shared !== undefined || !sampleSubjects.some(isShared),
        };
        expect(broken(laws)).toEqual([]);
      }),
    );
  });
});

describe("what the questions mean", () => {
  const web = label("app", "web");
  const deny = policy({ name: "deny", namespace: "n1" });

  it("a set that admits everything in pieces denies nothing; a default deny does", () => {
    const open = policy({ name: "open", podSelector: web, ingress: [rule("any")] });
    const openRest = policy({ name: "rest", podSelector: expression("app", "NotIn", "web"), ingress: [rule("any")] });
    expect(deniesNothing([]).status).toBe("holds");
    expect(deniesNothing([open]).status).toBe("holds");
    expect(deniesNothing([open, deny])).toMatchObject({
      status: "fails",
      counterexample: { subject: { podLabels: {} } },
    });
    expect(deniesNothing([open, openRest, deny]).status).toBe("holds");
  });

  it("what is not isolated is permitted and not forbidden", () => {
    const wanted = [policy({ podSelector: web, ingress: [rule([pods()], [ports("TCP", 80)])] })];
    expect(permits(wanted, []).status).toBe("holds");
    expect(forbids(wanted, []).status).toBe("fails");
    expect(permits(wanted, [deny]).status).toBe("fails");
    expect(forbids(wanted, [deny]).status).toBe("holds");
    const outside = policy({ name: "outside", ingress: [rule([block("0.0.0.0/0")])] });
    expect(forbids(wanted, [outside]).status).toBe("holds");
  });

  it("subjects of different namespaces are never shared", () => {
    expect(sharedSubject([deny], [policy({ namespace: "n2" })])).toBeUndefined();
    expect(sharedSubject([deny], [policy({ podSelector: web })])).toMatchObject({ podLabels: { app: "web" } });
  });

  it("says undecided where it does not understand", () => {
    const admin: Policy = { ...deny, tier: adminTier };
    expect(permits([deny], [admin]).status).toBe("holds");
    expect(sharedSubject([admin], [deny])).toMatchObject({ namespace: "n1" });
    const strange: Policy = { ...admin, rules: { ingress: [{ ...rule("any"), unknown: "a path" }], egress: [] } };
    expect(permits([deny], [strange]).status).toBe("undecided");
    expect(permits([strange], [deny]).status).toBe("undecided");
  });
});
