import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { reportProblems } from "./support/policy-problems.ts";

/** Flags a peer or port of a kind that this version of the API does not have: it makes the whole rule fail closed. */
export const unknownPeer: RuleDefinition = defineRule({
  id: "unknown-peer",
  severity: "high",
  category: "correctness",
  title: "Rule fails closed for an unknown peer",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    reportProblems("unknown-peer", context, report);
  },
});
