import { type Direction, directions, type Policy } from "../model/policy.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { intersectSets } from "./support/class-sets.ts";
import { policyPlace, relatedTo } from "./support/places.ts";
import { isolatingOn, orderedPolicies, relationOfTiers } from "./support/tiers.ts";
import { nameOf } from "./support/words.ts";

/** Flags a policy of a late tier that is never asked, because earlier ones decide everything about the pods that it selects. */
export const baselineNeverAsked: RuleDefinition = defineRule({
  id: "baseline-never-asked",
  severity: "info",
  category: "optimization",
  title: "Policy of a late tier is never asked",
  needs: ["workloads"],
  fix: "none",
  check(context, report) {
    for (const policy of orderedPolicies(context))
      for (const direction of directions) {
        if (!policy.applies[direction] || !isNeverAsked(context, policy, direction)) continue;
        const subjects = context.subjectsOf(policy);
        const before = isolatingOn(context, "earlier", policy, direction).find(
          (other) => intersectSets(context.subjectsOf(other), subjects).size > 0,
        );
        if (before === undefined) continue;
        report({
          at: policyPlace(policy, ["spec", direction], "key"),
          message: `the ${direction} rules of ${nameOf(policy)} are asked about no pod that is there now: ${nameOf(before)} and its like isolate every pod that it selects, and what they do not allow is denied before`,
          affected: subjects,
          related: [relatedTo(policyPlace(before, ["spec"]), `${nameOf(before)} decides about ${direction} before`)],
          fix: {
            kind: "manual",
            description:
              "Leave it for pods to come, or remove it. What is to hold in spite of other policies belongs into an earlier tier.",
          },
        });
      }
  },
});

function isNeverAsked(context: RuleContext, policy: Policy, direction: Direction): boolean {
  const subjects = context.reachability.possibleSubjects(policy).toArray();
  if (subjects.length === 0 || isolatingOn(context, "earlier", policy, direction).length === 0) return false;
  const earlier = relationOfTiers(context, "earlier", policy);
  return subjects.every((id) => earlier.isIsolated(id, direction));
}
