import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { reportProblems } from "./support/policy-problems.ts";

/** Flags a rule of Calico that has ports and no protocol that has ports: the policy is refused. */
export const calicoPortsWithoutProtocol: RuleDefinition = defineRule({
  id: "calico-ports-without-protocol",
  severity: "high",
  category: "correctness",
  title: "Ports without a protocol",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    reportProblems("calico-ports-without-protocol", context, (found) =>
      report({
        ...found,
        fix: {
          kind: "manual",
          description: "Write protocol: TCP (or UDP, SCTP) beside action; for both TCP and UDP write two rules.",
        },
      }),
    );
  },
});
