import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { policyPlace } from "./support/places.ts";
import { reportProblems } from "./support/policy-problems.ts";
import { nameOf } from "./support/words.ts";

/** Flags a peer or port of a kind that this version of the API does not have: it makes the whole rule fail closed. */
export const unknownPeer: RuleDefinition = defineRule({
  id: "unknown-peer",
  severity: "high",
  category: "correctness",
  title: "Rule fails closed for an unknown peer",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    reportProblems("unknown-peer", context, report);
    for (const policy of context.cluster.policies) {
      for (const [at, { failsClosed, action }] of policy.rules.egress.entries()) {
        if (failsClosed !== "dataplane") continue;
        report({
          at: policyPlace(policy, ["spec", "egress", at, "to"]),
          message: `${nameOf(policy)}: no version of Calico knows the peers nodes and domainNames, so the rule fails closed: ${action === "allow" ? "it allows nothing" : "it denies everything"}. Write namespaces, pods or networks`,
        });
      }
    }
  },
});
