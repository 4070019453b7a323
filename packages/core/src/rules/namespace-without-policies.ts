import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { directions } from "../model/policy.ts";
import type { RuleContext } from "./context.ts";
import { isolationFix } from "./support/manifests.ts";
import { namespacePlace, namespaceRef } from "./support/places.ts";
import { isUnprotected, namespacesToIsolate } from "./support/protection.ts";
import { count } from "./support/words.ts";

/** Flags a namespace whose pods no policy selects: everything may talk to them, and they to everything. */
export const namespaceWithoutPolicies: RuleDefinition = defineRule({
  id: "namespace-without-policies",
  severity: "high",
  category: "security",
  speaksOfPolicies: false,
  concern: "posture",
  title: "Namespace without policies",
  needs: ["workloads"],
  fix: "suggested",
  check(context, report, skip) {
    for (const facts of namespacesToIsolate(context, skip)) {
      const at = namespacePlace(facts);
      if (at === undefined || !isUnprotected(context, facts)) continue;
      const workloads = context.workloadsOf(facts.classes).count;
      const policies = facts.union.length + facts.calico.filter(({ namespace }) => namespace === facts.name).length;
      const why =
        policies === 0
          ? "has no NetworkPolicy"
          : `has ${count(policies, "policy", "policies")}, none of which selects a pod`;
      const limits = isAnyoneLimited(context) ? ", as far as policies for the other side let them" : "";
      report({
        at,
        object: namespaceRef(facts.name),
        message: `namespace ${facts.name} ${why}: ${count(workloads, "workload")} there may talk to everyone and everyone to ${workloads === 1 ? "it" : "them"}${limits}`,
        affected: facts.classes,
        fix: isolationFix(
          context,
          facts,
          directions,
          `Start with a policy that selects every pod of ${facts.name} and allows DNS only, and allow what is needed beside it.`,
        ),
      });
    }
  },
});

/** Whether a policy selects, or may select, pods of another namespace: it may deny what these ask of the other one. */
function isAnyoneLimited({ cluster, reachability }: RuleContext): boolean {
  return cluster.policies.some((policy) => reachability.possibleSubjects(policy).size > 0);
}
