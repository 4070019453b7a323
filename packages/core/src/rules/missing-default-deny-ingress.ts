import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { reportMissingDefaultDeny } from "./support/default-deny.ts";

/** Flags a namespace in which a new pod would not be isolated for ingress: until somebody writes a policy for it, it accepts any traffic. */
export const missingDefaultDenyIngress: RuleDefinition = defineRule({
  id: "missing-default-deny-ingress",
  severity: "high",
  category: "security",
  speaksOfPolicies: false,
  concern: "posture",
  title: "No default deny for ingress",
  needs: ["policies"],
  fix: "suggested",
  check(context, report, skip) {
    reportMissingDefaultDeny("ingress", context, report, skip);
  },
});
