import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { reportForgottenPods } from "./support/forgotten-pods.ts";

/** Flags pods that no policy isolates for egress, in a namespace whose other pods are. */
export const podNotIsolatedEgress: RuleDefinition = defineRule({
  id: "pod-not-isolated-egress",
  severity: "low",
  category: "security",
  speaksOfPolicies: false,
  concern: "posture",
  title: "Pod not isolated for egress",
  needs: ["workloads"],
  fix: "suggested",
  check(context, report, skip) {
    reportForgottenPods("egress", context, report, skip);
  },
});
