import { type Direction, type Policy, type Rule, rulePath } from "../model/policy.ts";
import { holdsForHostsOf, mayConcernHosts } from "../semantics/calico/host-endpoints.ts";
import { formatPath } from "../source/position.ts";
import { wholeRules } from "../symbolic/whole-rules.ts";
import type { RuleRef } from "../symbolic/redundancy.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { isolatesByOne } from "./support/last-entry.ts";
import { relatedTo, rulePlace } from "./support/places.ts";
import { deadRules, decidedBeforeAdvice, isOfItsOwner } from "./support/tiers.ts";
import { listText, nameOf } from "./support/words.ts";

const relatedRules = 5;

/** Flags a rule of ordered tiers that can never decide, of any pod that could exist: what is asked before has decided it all. */
export const unreachableTierRule: RuleDefinition = defineRule({
  id: "unreachable-tier-rule",
  severity: "medium",
  category: "correctness",
  title: "Rule that can never decide",
  needs: ["policies"],
  fix: "none",
  check(context, report, skip) {
    const { dead, undecided } = context.once(deadRules);
    for (const [{ rule: ref, coveredBy }] of wholeRules(context.cluster.policies, dead)) {
      const { policy, direction, rule } = ref;
      const action = ruleOf(ref)?.action;
      // What a rule that fails closed takes away comes back with it: `unknown-peer` tells of that.
      if (coveredBy.some((each) => ruleOf(each)?.failsClosed !== undefined)) continue;
      const doTheSame = coveredBy.every((each) => ruleOf(each)?.action === action);
      if (doTheSame && isOfItsOwner(ref, coveredBy)) continue;
      const names = coveredBy.map((each) => ruleText(each));
      report({
        at: rulePlace(policy, direction, rule),
        message:
          coveredBy.length === 0
            ? `this rule of ${nameOf(policy)} matches no traffic of any pod that could exist`
            : `this rule of ${nameOf(policy)} can never decide: ${listText(names)} ${names.length === 1 ? "is" : "are"} asked before, and ${names.length === 1 ? "matches" : "together match"} all that it matches${doTheSame ? ", with the same outcome" : ""}`,
        ...(doTheSame && coveredBy.length > 0 ? { severity: "low" } : {}),
        affected: context.subjectsOf(policy),
        related: coveredBy
          .slice(0, relatedRules)
          .map((each) =>
            relatedTo(rulePlace(each.policy, each.direction, each.rule), `${ruleText(each)} decides before`),
          ),
        fix: {
          kind: "manual",
          description: doTheSame
            ? removalText(
                policy,
                direction,
                coveredBy.map((each) => each.policy),
              )
            : decidedBeforeAdvice(
                policy,
                coveredBy.map((each) => each.policy),
                direction,
              ),
        },
      });
    }
    if (undecided.length > 0) skip(listText(undecided));
  },
});

/** What is decided before for every pod may not be for a host endpoint of Calico, which other policies may not be about. */
function removalText(policy: Policy, direction: Direction, before: readonly Policy[]): string {
  if (isolatesByOne(policy, direction))
    return `Write \`${direction}: [{}]\` in its place: nothing changes. Without an entry the policy would isolate nobody.`;
  const isDecided = before.length > 0 && before.every((each) => holdsForHostsOf(each, policy));
  return isDecided || !mayConcernHosts(policy)
    ? "Remove it: nothing changes."
    : "Remove it: nothing changes for any pod. Look first whether a HostEndpoint needs it.";
}

function ruleOf({ policy, direction, rule }: RuleRef): Rule | undefined {
  return policy.rules[direction][rule];
}

function ruleText({ policy, direction, rule }: RuleRef): string {
  return `${formatPath(rulePath(policy, direction, rule))} of ${nameOf(policy)}`;
}
