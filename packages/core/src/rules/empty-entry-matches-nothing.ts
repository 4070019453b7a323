import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { reportProblems } from "./support/policy-problems.ts";

/** Flags empty entries and lists of Cilium that match nothing, though they look as if they meant everything. */
export const emptyEntryMatchesNothing: RuleDefinition = defineRule({
  id: "empty-entry-matches-nothing",
  severity: "medium",
  category: "correctness",
  title: "Empty entry of Cilium matches nothing",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    reportProblems("empty-entry-matches-nothing", context, report);
  },
});
