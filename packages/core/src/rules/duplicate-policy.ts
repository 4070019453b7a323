import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { offers } from "./support/planned-policies.ts";
import { policyPlace, relatedTo } from "./support/places.ts";
import { nameOf } from "./support/words.ts";

/** Flags a policy that says what another one of its kind says, at the same place of the order. */
export const duplicatePolicy: RuleDefinition = defineRule({
  id: "duplicate-policy",
  severity: "low",
  category: "optimization",
  title: "Policy says what another one says",
  needs: ["policies"],
  fix: "safe",
  dependsOn: "namespace",
  check(context, report) {
    for (const { basis, withheld } of offers(context, "duplicate")) {
      const { policy, of } = basis.duplicate;
      report({
        at: policyPlace(policy, ["metadata", "name"]),
        message: `${nameOf(policy)} says what ${nameOf(of)} says: one of the two is enough`,
        affected: context.subjectsOf(policy),
        related: [relatedTo(policyPlace(of, ["metadata", "name"]), `${nameOf(of)} says the same`)],
        fix:
          withheld === undefined
            ? {
                kind: "safe",
                description: `Remove ${policy.name}: ${of.name} stays and does the same for every pod.`,
                changes: [{ type: "delete", object: policy.ref, path: [] }],
              }
            : { kind: "manual", description: `Remove ${policy.name}, but not unseen: ${withheld.reason}.` },
      });
    }
  },
});
