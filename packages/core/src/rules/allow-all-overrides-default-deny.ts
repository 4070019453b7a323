import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { overriddenDenies } from "./support/overridden-deny.ts";
import { policyPlace, relatedTo, rulePlace } from "./support/places.ts";
import { listText, nameOf } from "./support/words.ts";

/** Flags a rule that allows everything for pods that a default deny covers: policies only add up, so the deny is decoration. */
export const allowAllOverridesDefaultDeny: RuleDefinition = defineRule({
  id: "allow-all-overrides-default-deny",
  severity: "high",
  category: "security",
  concern: "defect",
  title: "Allow-all rule overrides a default deny",
  needs: ["policies"],
  fix: "none",
  check(context, report, skip) {
    const { found, incomplete } = overriddenDenies(context);
    for (const { policy, direction, rule, deny, affected, isChance } of found) {
      const traffic = direction === "ingress" ? "ingress from everywhere" : "egress to everywhere";
      report({
        at: rulePlace(policy, direction, rule),
        message: `this rule of ${nameOf(policy)} allows all ${traffic}, so ${nameOf(deny)} denies no ${direction} of ${isChance ? "a pod that both select; no pod of the input is one" : "the pods that both select"}`,
        ...(isChance ? { severity: "low" } : {}),
        affected,
        fix: {
          kind: "manual",
          description: `Name in this rule the peers and ports that are needed${direction === "egress" ? ", DNS among them" : ""}: then ${nameOf(deny)} holds again.`,
        },
        related: [relatedTo(policyPlace(deny, ["spec"]), `${nameOf(deny)} denies these pods all ${direction}`)],
      });
    }
    if (incomplete.length > 0) skip(`in ${listText(incomplete)}: there are too many policies to compare all selectors`);
  },
});
