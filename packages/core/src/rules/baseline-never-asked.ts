import { type Direction, directions, type Policy, type Rule } from "../model/policy.ts";
import type { ClassSet } from "../reachability/class-set.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { byTier, compareTiers } from "../semantics/tiers.ts";
import { difference } from "../sets/interval-set.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { intersectSets, uniteSets } from "./support/class-sets.ts";
import { policyPlace, relatedTo } from "./support/places.ts";
import { orderedPolicies } from "./support/tiers.ts";
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
        if (!policy.applies[direction]) continue;
        const subjects = context.reachability.possibleSubjects(policy);
        const { policies, classes } = endingBefore(context, policy, direction);
        if (subjects.size === 0 || difference(subjects.boundaries, classes.boundaries).length > 0) continue;
        const own = context.subjectsOf(policy);
        const before = policies.find((other) => intersectSets(context.subjectsOf(other), own).size > 0);
        if (before === undefined) continue;
        const isFinal = !before.isolates[direction];
        report({
          at: policyPlace(policy, ["spec", direction], "key"),
          message: `the ${direction} rules of ${nameOf(policy)} are asked about no pod that is there now: ${nameOf(before)} and its like ${isFinal ? "select every pod that it selects, and no later tier is asked about those (npTierFinal=per-pod)" : "isolate every pod that it selects, and what they do not allow is denied before"}`,
          affected: own,
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

interface Ending {
  readonly policies: readonly Policy[];
  readonly classes: ClassSet;
}

/** Policies of earlier tiers that leave nothing about the pods that they select to later ones, and these pods. */
function endingBefore(context: RuleContext, { tier }: Policy, direction: Direction): Ending {
  const known = context.once(noEndings);
  const key = `${direction} ${tier.order} ${tier.name}`;
  let ending = known.get(key);
  if (ending === undefined) {
    const policies = byTier(context.cluster.policies)
      .filter((earlier) => compareTiers(earlier.tier, tier) < 0 && earlier.tier.denies === "at-end")
      .filter((earlier) => !earlier.policies.some((policy) => decidingRules(policy, direction).some(isPass)))
      .flatMap((earlier) => earlier.policies.filter((policy) => isEnd(policy, direction)));
    known.set(key, (ending = { policies, classes: uniteSets(policies.map((policy) => context.subjectsOf(policy))) }));
  }
  return ending;
}

function noEndings(): Map<string, Ending> {
  return new Map();
}

function isEnd({ isolates, isFinal, unknownSubject }: Policy, direction: Direction): boolean {
  return (isolates[direction] || isFinal === true) && unknownSubject === undefined;
}

function isPass({ action }: Rule): boolean {
  return action === "pass";
}
