import { directions } from "../model/policy.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { policyPlace } from "./support/places.ts";
import { count, nameOf, typeOf } from "./support/words.ts";

/** Flags rules of a direction that policyTypes leaves out: they have no effect, and the pods stay open in that direction. */
export const policyTypesMismatch: RuleDefinition = defineRule({
  id: "policy-types-mismatch",
  severity: "high",
  category: "correctness",
  title: "Rules for a direction that policyTypes leaves out",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    for (const policy of context.networkPolicies) {
      if (policy.policyTypes === undefined) continue;
      for (const direction of directions) {
        const rules = policy.rules[direction].length;
        if (policy.isolates[direction] || rules === 0) continue;
        const type = typeOf(direction);
        report({
          at: policyPlace(policy, ["spec", direction], "key"),
          message: `${nameOf(policy)} has ${count(rules, `${direction} rule`)}, but policyTypes lists only ${policy.policyTypes.join(", ")}: Kubernetes ignores ${rules === 1 ? "it" : "them"}, and ${direction} stays open`,
          affected: context.subjectsOf(policy),
          fix: { kind: "manual", description: `Add ${type} to policyTypes, or remove \`${direction}\`.` },
        });
      }
    }
  },
});
