import { allowingEntries, allowingRules } from "../semantics/rules-in-force.ts";
import type { Said } from "../semantics/shared-specs.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { isDnsOnly } from "./support/dns-access.ts";
import { butDeniedByOthers, openedBy, openingPolicies } from "./support/opened.ts";
import { peerPlace } from "./support/places.ts";
import { isEveryPod } from "./support/wide-peers.ts";
import { nameOf, portsText } from "./support/words.ts";

/** Flags egress to every pod of every namespace. Of rules without peers `internet-egress-open` speaks. */
export const allNamespacesEgress: RuleDefinition = defineRule({
  id: "all-namespaces-egress",
  severity: "medium",
  category: "security",
  title: "Egress to all namespaces",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    const isWide = (said: Said): boolean =>
      allowingRules(said, "egress").some(({ peers }) => peers !== "any" && peers.some(isEveryPod));
    for (const policy of context.policiesWhere(openingPolicies(context), isWide)) {
      for (const [i, rule] of allowingEntries(policy, "egress")) {
        const wide = rule.peers === "any" ? -1 : rule.peers.findIndex(isEveryPod);
        if (wide < 0 || rule.unknown !== undefined || isDnsOnly(rule, context)) continue;
        const opened = openedBy(context, policy, rule, "egress", "pods");
        if (opened === undefined) continue;
        const but = opened.isPart ? butDeniedByOthers : "";
        report({
          at: peerPlace(policy, "egress", i, wide),
          message: `${nameOf(policy)} lets its pods send to every pod of every namespace${but} on ${portsText(rule.ports)}`,
          affected: opened.pods,
          fix: { kind: "manual", description: "Name the namespaces and pods that are needed." },
        });
      }
    }
  },
});
