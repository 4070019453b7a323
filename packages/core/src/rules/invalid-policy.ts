import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { reportProblems } from "./support/policy-problems.ts";

/** Flags a NetworkPolicy that the API server would refuse or prune, or that reads differently from what it looks like. */
export const invalidPolicy: RuleDefinition = defineRule({
  id: "invalid-policy",
  severity: "high",
  category: "correctness",
  title: "Invalid policy",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    reportProblems("invalid-policy", context, report);
  },
});
