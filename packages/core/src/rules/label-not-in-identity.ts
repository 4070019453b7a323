import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { reportProblems } from "./support/policy-problems.ts";

/** Flags selectors of Cilium that ask for labels which identities do not have: they match no pod, or every one. */
export const labelNotInIdentity: RuleDefinition = defineRule({
  id: "label-not-in-identity",
  severity: "high",
  category: "correctness",
  title: "Selector asks for a label that Cilium does not keep",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    reportProblems("label-not-in-identity", context, report);
  },
});
