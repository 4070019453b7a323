import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { reportMissingDefaultDeny } from "./support/default-deny.ts";

/** Flags a namespace in which a new pod would not be isolated for egress: until somebody writes a policy for it, it may send anything anywhere. */
export const missingDefaultDenyEgress: RuleDefinition = defineRule({
  id: "missing-default-deny-egress",
  severity: "medium",
  category: "security",
  speaksOfPolicies: false,
  concern: "posture",
  title: "No default deny for egress",
  needs: ["policies"],
  fix: "suggested",
  check(context, report, skip) {
    reportMissingDefaultDeny("egress", context, report, skip);
  },
});
