import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { keepsInIdentity } from "../semantics/identity-filter.ts";
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
    // Read as by default; what the option `labels` keeps beside that is none.
    const { ciliumIdentityLabels } = context.reachability.options.assumptions;
    reportProblems("label-not-in-identity", context, (found) => {
      const key = /^.*keeps no label "([^"]+)"/.exec(found.message)?.[1];
      if (key === undefined || !keepsInIdentity(key, ciliumIdentityLabels)) report(found);
    });
  },
});
