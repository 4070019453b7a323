import type { Fix } from "../answers/finding.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import type { Policy } from "../model/policy.ts";
import { coveredPolicies } from "./support/removable.ts";
import { removable } from "./support/tiers.ts";
import { coverPlaces, coverText, undecidedText } from "./support/coverage.ts";
import { type Offer, addsNothing, offers } from "./support/planned-policies.ts";
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
  dependsOn: "namespace",
  check(context, report, skip) {
    for (const offer of offers(context, "redundancy")) {
      const { redundancy } = offer.basis;
      const { part, coveredBy } = redundancy;
      if (part.type !== "policy") continue;
      report({
        at: policyPlace(part.policy, ["metadata", "name"]),
        message: `${nameOf(part.policy)} ${coveredBy.length === 0 ? "can select no pod" : `adds nothing to ${coverText(redundancy)}`}: without it nothing changes for any pod that could exist`,
        affected: context.subjectsOf(part.policy),
        related: coverPlaces(redundancy),
        fix: removal(offer, part.policy),
      });
    }
    for (const found of coveredPolicies(context)) report(found);
    const undecided = [...addsNothing(context).undecided, ...context.once(removable).undecided];
    const open = undecided.filter(({ part }) => part.type === "policy");
    if (open.length > 0) skip(undecidedText(count(open.length, "policy", "policies"), open));
  },
});

function removal({ withheld }: Offer, policy: Policy): Fix {
  if (withheld?.cause === "intent")
    return {
      kind: "manual",
      description: `Remove ${policy.name} if all that the others allow is meant; else narrow them.`,
    };
  if (withheld !== undefined)
    return { kind: "manual", description: `Remove ${policy.name} if its owner agrees: ${withheld.reason}.` };
  return {
    kind: "safe",
    description: `Remove ${policy.name}: proved to change nothing.`,
    changes: [{ type: "delete", object: policy.ref, path: [] }],
  };
}
