import type { Policy, Rule } from "../model/policy.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { isDnsOnly } from "./support/dns-access.ts";
import { overriddenDenies } from "./support/overridden-deny.ts";
import { reportInternetOpen } from "./support/internet-findings.ts";

/** Flags rules that together let pods send to the whole public internet, by ipBlock or by naming no peer. What makes a default deny void is `allow-all-overrides-default-deny`'s. */
export const internetEgressOpen: RuleDefinition = defineRule({
  id: "internet-egress-open",
  severity: "medium",
  category: "security",
  title: "Egress to the whole internet",
  needs: ["policies"],
  fix: "none",
  check(context, report, skip) {
    const overriding = new Set(
      overriddenDenies(context).found.map(
        ({ policy, direction, isChance }) => direction === "egress" && !isChance && policy,
      ),
    );
    const counts = (rule: Rule, policy: Policy): boolean => !isDnsOnly(rule, context) && !overriding.has(policy);
    reportInternetOpen("egress", counts, context, { report, skip });
  },
});
