import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { coverPlaces, coverText, restingOn } from "./support/coverage.ts";
import { optimizations } from "./support/optimizations.ts";
import { policyPlace } from "./support/places.ts";
import { count, nameOf } from "./support/words.ts";

/** Flags a policy without which nothing changes for any pod that could exist: proved, isolation included. */
export const redundantPolicy: RuleDefinition = defineRule({
  id: "redundant-policy",
  severity: "low",
  category: "optimization",
  title: "Policy adds nothing to the others",
  needs: ["policies"],
  fix: "safe",
  check(context, report, skip) {
    const { redundant, undecided } = optimizations(context);
    for (const redundancy of redundant) {
      const { part, coveredBy, saysLess } = redundancy;
      if (part.type !== "policy") continue;
      report({
        at: policyPlace(part.policy, ["metadata", "name"]),
        message: `${nameOf(part.policy)} ${coveredBy.length === 0 ? "can select no pod" : `adds nothing to ${coverText(redundancy)}`}: without it nothing changes for any pod that could exist`,
        affected: context.subjectsOf(part.policy),
        related: coverPlaces(redundancy),
        restsOn: restingOn(redundancy),
        fix: saysLess
          ? {
              kind: "manual",
              description: `Remove ${part.policy.name} if all that the others allow is meant; else narrow them.`,
            }
          : {
              kind: "safe",
              description: `Remove ${part.policy.name}: proved to change nothing.`,
              changes: [{ type: "delete", object: part.policy.ref, path: [] }],
            },
      });
    }
    const open = undecided.filter(({ type }) => type === "policy").length;
    if (open > 0) skip(`of ${count(open, "policy", "policies")} it was not decided within the bounds of a run`);
  },
});
