import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { reportProblems } from "./support/policy-problems.ts";

/** Flags peers in a form that the API dropped: later versions read all namespaces where some were meant. */
export const anpOldForm: RuleDefinition = defineRule({
  id: "anp-old-form",
  severity: "medium",
  category: "correctness",
  title: "Peer in the form of an old API version",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    reportProblems("anp-old-form", context, (found) =>
      report({
        ...found,
        fix: {
          kind: "manual",
          description:
            "Write the selector itself under `namespaces`; instead of sameLabels and notSameLabels a policy for each value, or NetworkPolicies.",
        },
      }),
    );
  },
});
