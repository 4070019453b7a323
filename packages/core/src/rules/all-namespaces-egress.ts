import { allowingEntries, allowingRules } from "../semantics/rules-in-force.ts";
import type { Said } from "../semantics/shared-specs.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { isDnsOnly } from "./support/dns-access.ts";
import { butDeniedByOthers, openedBy, openingPolicies } from "./support/opened.ts";
import { peerPlace, relatedTo } from "./support/places.ts";
import { isEveryPod } from "./support/wide-peers.ts";
import { widestRules } from "./support/widest-rules.ts";
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
      const wide = [...allowingEntries(policy, "egress")].flatMap(([i, rule]) => {
        const peer = rule.peers === "any" ? -1 : rule.peers.findIndex(isEveryPod);
        if (peer < 0 || rule.unknown !== undefined || isDnsOnly(rule, context)) return [];
        const opened = openedBy(context, policy, rule, "egress", "pods");
        return opened === undefined ? [] : [{ rule, opened, at: peerPlace(policy, "egress", i, peer) }];
      });
      for (const { widest, others } of widestRules(wide)) {
        const { rule, opened, at } = widest;
        const but = opened.isPart ? butDeniedByOthers : "";
        report({
          at,
          message: `${nameOf(policy)} lets its pods send to every pod of every namespace${but} on ${portsText(rule.ports)}`,
          affected: opened.pods,
          related: others.map((other) => relatedTo(other.at, "so does this rule, on no more ports")),
          fix: { kind: "manual", description: "Name the namespaces and pods that are needed." },
        });
      }
    }
  },
});
