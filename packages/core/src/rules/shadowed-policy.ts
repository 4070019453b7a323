import { groupBy } from "../lib/group-by.ts";
import { directions } from "../model/policy.ts";
import { wholeRules } from "../symbolic/whole-rules.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { isClusterWideOfKubernetes } from "../semantics/network-policy.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { wholePolicies } from "../semantics/whole-policies.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { policyPlace, relatedTo, rulePlace } from "./support/places.ts";
import { deadRules, decidedBeforeAdvice, isOfItsOwner } from "./support/tiers.ts";
import { count, listText, nameOf } from "./support/words.ts";

const relatedPolicies = 5;

/** Flags a policy of ordered tiers of which nothing is left: whatever its rules match is decided before they are asked. */
export const shadowedPolicy: RuleDefinition = defineRule({
  id: "shadowed-policy",
  severity: "medium",
  category: "correctness",
  title: "Policy of which nothing is left",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    const { dead } = context.once(deadRules);
    if (dead.length === 0) return;
    const whole = wholeRules(context.cluster.policies, dead);
    const byPolicy = groupBy(whole, ([{ rule }]) => refKey(rule.policy.ref));
    for (const { policy, parts } of wholePolicies(context.cluster.policies)) {
      const rules = directions.flatMap((direction) =>
        decidingRules(policy, direction).filter(({ placeholder }) => placeholder !== true),
      );
      const own = (byPolicy.get(refKey(policy.ref)) ?? []).filter(([{ rule }]) => parts.includes(rule.policy));
      // Of a single rule unreachable-tier-rule says it all.
      if (rules.length < 2 || own.length < rules.length) continue;
      const covers = own.flatMap((found) => found.flatMap(({ coveredBy }) => coveredBy));
      const others = [...new Map(covers.map((cover) => [refKey(cover.policy.ref), cover])).values()].filter(
        (cover) => !parts.includes(cover.policy),
      );
      // Rules that only cover each other are told of one by one.
      if (others.length === 0) continue;
      const doTheSame = own.every((found) =>
        found.every(({ rule, coveredBy }) =>
          coveredBy.every(
            (each) =>
              each.policy.rules[each.direction][each.rule]?.action ===
              rule.policy.rules[rule.direction][rule.rule]?.action,
          ),
        ),
      );
      if (doTheSame && own.every((found) => found.every(({ rule, coveredBy }) => isOfItsOwner(rule, coveredBy))))
        continue;
      report({
        at: policyPlace(policy, ["metadata", "name"]),
        message: `nothing is left of ${nameOf(policy)}: all that its ${count(rules.length, "rule")} match is decided before, by ${listText(others.map((each) => nameOf(each.policy)))}${doTheSame ? ", with the same outcome" : ""}`,
        ...(doTheSame ? { severity: "low" } : {}),
        affected: context.subjectsOf(policy),
        related: others
          .slice(0, relatedPolicies)
          .map((each) =>
            relatedTo(rulePlace(each.policy, each.direction, each.rule), `${nameOf(each.policy)} decides before`),
          ),
        fix: {
          kind: "manual",
          description: doTheSame
            ? isClusterWideOfKubernetes(policy)
              ? "Remove it: what comes before does the same."
              : "Its rules can go; that it isolates its pods may still matter."
            : decidedBeforeAdvice(
                policy,
                others.map((each) => each.policy),
                "policy",
              ),
        },
      });
    }
  },
});
