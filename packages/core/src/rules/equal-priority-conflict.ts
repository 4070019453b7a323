import type { Policy } from "../model/policy.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { tiesOf } from "../semantics/tiers.ts";
import { describeTraffic } from "../symbolic/describe-example.ts";
import { findOrderConflicts } from "../symbolic/order-conflicts.ts";
import type { RuleRef } from "../symbolic/redundancy.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { intersectSets } from "./support/class-sets.ts";
import { relatedTo, rulePlace } from "./support/places.ts";
import { askOrdered, orderedPolicies, rankOf } from "./support/tiers.ts";
import { listText, nameOf } from "./support/words.ts";

const does = { allow: "allows", deny: "denies", pass: "passes on" } as const;

/** Flags two policies of one tier and priority that decide differently about the same traffic: it is not defined which of them wins. */
export const equalPriorityConflict: RuleDefinition = defineRule({
  id: "equal-priority-conflict",
  severity: "medium",
  category: "correctness",
  title: "Policies of equal priority contradict each other",
  needs: ["policies"],
  fix: "none",
  check(context, report, skip) {
    // Under the other assumption it is known which is asked first.
    const { assumptions } = context.reachability.options;
    if (orderedPolicies(context).filter(({ tier }) => tiesOf(tier, assumptions) === "unknown").length < 2) return;
    const { conflicts, undecided } = askOrdered(context, findOrderConflicts);
    const hasPods = context.cluster.workloads.length > 0;
    for (const { rules, example } of conflicts) {
      // Told of at one whose priority can be changed: that of a NetworkPolicy is no field.
      const [a, b] = isNetworkPolicy(rules[0].policy) ? [rules[1], rules[0]] : rules;
      const affected = intersectSets(context.subjectsOf(a.policy), context.subjectsOf(b.policy));
      report({
        at: rulePlace(a.policy, a.direction, a.rule),
        message: `${nameOf(a.policy)} and ${nameOf(b.policy)} have ${sharedRank(a.policy)}, and this rule ${actionOf(a)} what one of the other ${actionOf(b)}: whether ${describeTraffic(example)} is not defined`,
        // Of pods that are not there yet it is no more than a warning.
        ...(hasPods && affected.size === 0 ? { severity: "info" } : {}),
        affected,
        related: [
          relatedTo(rulePlace(b.policy, b.direction, b.rule), `this rule of ${nameOf(b.policy)} ${actionOf(b)} it`),
        ],
        fix: { kind: "manual", description: adviceFor(a.policy, b.policy) },
      });
    }
    if (undecided.length > 0) skip(listText(undecided));
  },
});

function adviceFor(a: Policy, b: Policy): string {
  if (!isNetworkPolicy(b))
    return `Give the two policies another ${rankOf(a)} each: the one that is to decide has the lower.`;
  return `Give ${nameOf(a)} another ${rankOf(a)}, lower to be asked before: NetworkPolicies of Kubernetes have ${b.priority}.`;
}

/** Both have it, or both have none. */
function sharedRank(policy: Policy): string {
  return policy.priority === Number.POSITIVE_INFINITY ? `no ${rankOf(policy)}` : `the same ${rankOf(policy)}`;
}

function actionOf({ policy, direction, rule }: RuleRef): string {
  return does[policy.rules[direction][rule]?.action ?? "pass"];
}
