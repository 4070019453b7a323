import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { reportProblems } from "./support/policy-problems.ts";

/** Flags an endPort below its port, without a port, or beside a port name: the API server refuses the policy. */
export const endPortInvalid: RuleDefinition = defineRule({
  id: "end-port-invalid",
  severity: "high",
  category: "correctness",
  title: "Invalid endPort",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    reportProblems("end-port-invalid", context, report);
  },
});
