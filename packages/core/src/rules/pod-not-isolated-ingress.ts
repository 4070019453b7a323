import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { reportForgottenPods } from "./support/forgotten-pods.ts";

/** Flags pods that no policy isolates for ingress, in a namespace whose other pods are. */
export const podNotIsolatedIngress: RuleDefinition = defineRule({
  id: "pod-not-isolated-ingress",
  severity: "medium",
  category: "security",
  speaksOfPolicies: false,
  concern: "posture",
  title: "Pod not isolated for ingress",
  needs: ["workloads"],
  fix: "suggested",
  check(context, report, skip) {
    reportForgottenPods("ingress", context, report, skip);
  },
});
