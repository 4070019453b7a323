import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { reportProblems } from "./support/policy-problems.ts";

/** Flags a second policy of the same namespace and name: whichever is applied last replaces the other. */
export const duplicatePolicyName: RuleDefinition = defineRule({
  id: "duplicate-policy-name",
  severity: "high",
  category: "correctness",
  title: "Policy name used twice",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    reportProblems("duplicate-policy-name", context, report);
  },
});
