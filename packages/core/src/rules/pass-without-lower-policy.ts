import { directions, type Policy, type Rule } from "../model/policy.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { baselineTier, compareTiers } from "../semantics/tiers.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { rulePlace } from "./support/places.ts";
import { classesWhere, knownClasses, matchesUndecided, orderedPolicies, trafficText } from "./support/tiers.ts";
import { UnknownNamespaces } from "./support/unevaluated.ts";
import { nameOf } from "./support/words.ts";

/** Flags a Pass that leaves the decision to later tiers where none of them decides: what was to be judged is simply allowed. */
export const passWithoutLowerPolicy: RuleDefinition = defineRule({
  id: "pass-without-lower-policy",
  severity: "medium",
  category: "security",
  title: "Pass to later tiers that do not decide",
  needs: ["workloads"],
  fix: "none",
  check(context, report, skip) {
    const unknown = new UnknownNamespaces();
    const { reachability } = context;
    for (const policy of orderedPolicies(context))
      for (const direction of directions)
        for (const [i, rule, later] of eachWithLater(decidingRules(policy, direction))) {
          if (rule.action !== "pass" || sparesPods(rule, later)) continue;
          const all = classesWhere(context, policy, rule, direction, [reachability], (subject) =>
            matchesUndecided(context, policy, rule, direction, subject),
          );
          const affected = knownClasses(context, all, "denies", direction, unknown);
          if (affected.size === 0) continue;
          const isLast = !hasLater(context, policy);
          const nobody = isLast
            ? "and there is no later tier, so it is allowed"
            : "and no policy there decides about it for these pods, so it is allowed";
          report({
            at: rulePlace(policy, direction, i),
            message: `this rule of ${nameOf(policy)} leaves ${trafficText(direction, rule)} to later tiers, ${nobody}`,
            affected,
            fix: {
              kind: "manual",
              description: isLast
                ? `Write an allowing rule if it is meant; if not, a denying one, or isolate ${direction} of these pods with a NetworkPolicy, which is asked before.`
                : `Isolate ${direction} of these pods with a NetworkPolicy, deny the rest in a tier behind that one, or write an allowing rule if it is meant.`,
            },
          });
        }
    unknown.tell(skip);
    if (context.budget.exhausted) skip("there are too many policies to look at all rules that pass");
  },
});

function eachWithLater(rules: readonly Rule[]): readonly (readonly [number, Rule, readonly Rule[]])[] {
  return rules.map((rule, i) => [i, rule, rules.slice(i + 1)]);
}

/** "If you don't want that, add a rule that Passes all pod traffic before the Networks rule": it takes pods out of a Deny of addresses. */
function sparesPods({ peers }: Rule, later: readonly Rule[]): boolean {
  if (peers === "any" || !peers.every(({ type }) => type === "pods")) return false;
  return later.some(
    (rule) => rule.action === "deny" && rule.peers !== "any" && rule.peers.some(({ type }) => type === "networks"),
  );
}

/** Whether a tier could be asked behind that of a policy: a tier of Kubernetes, or one that has policies. */
function hasLater({ cluster }: RuleContext, { tier }: Policy): boolean {
  return [baselineTier, ...cluster.policies.map((other) => other.tier)].some((other) => compareTiers(other, tier) > 0);
}
