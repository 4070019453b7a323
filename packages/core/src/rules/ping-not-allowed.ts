import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { reportProblems } from "./support/policy-problems.ts";

/** Flags rules of Cilium that are written for ping and let none through: ICMP is no port, and its types differ by family. */
export const pingNotAllowed: RuleDefinition = defineRule({
  id: "ping-not-allowed",
  severity: "medium",
  category: "correctness",
  title: "Rule for ping that lets none through",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    reportProblems("ping-not-allowed", context, report);
  },
});
