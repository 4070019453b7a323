import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { reportProblems } from "./support/policy-problems.ts";

/** Flags an except that is no strict part of its block: the API server refuses the policy. */
export const exceptOutsideCidr: RuleDefinition = defineRule({
  id: "except-outside-cidr",
  severity: "high",
  category: "correctness",
  title: "Except outside its CIDR",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    reportProblems("except-outside-cidr", context, report);
  },
});
