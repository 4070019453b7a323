import { directions, type Policy } from "../model/policy.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { policyPlace } from "./support/places.ts";
import { nameOf, typeOf } from "./support/words.ts";

/** Flags a policy of Calico that is stored without `types`: it counts for both directions, also the one it has no rules for. */
export const calicoTypesMissing: RuleDefinition = defineRule({
  id: "calico-types-missing",
  severity: "high",
  category: "correctness",
  title: "Stored policy of Calico without types",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    for (const policy of context.cluster.policies) {
      if (!isOpenToReading(policy) || (policy.part ?? 0) > 0) continue;
      for (const direction of directions) {
        if (!policy.isolates[direction] || policy.rules[direction].length > 0) continue;
        const other = direction === "ingress" ? "egress" : "ingress";
        report({
          at: policyPlace(policy, ["spec"]),
          message: `${nameOf(policy)} has no types, and in crd.projectcalico.org/v1 that means both directions: it denies all ${direction} of its pods, for which it has no rule`,
          affected: context.subjectsOf(policy),
          fix: {
            kind: "manual",
            description: `Write types: [${typeOf(other)}] if only ${other} is meant, [Ingress, Egress] if both are; or apply it as projectcalico.org/v3, which fills types in.`,
          },
        });
      }
    }
  },
});

/** Whether the API server of v3 would have written other directions down. */
function isOpenToReading({ ifAssumed = [] }: Policy): boolean {
  return ifAssumed.some(({ is }) => is.calicoCrdV1Types !== undefined);
}
