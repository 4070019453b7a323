import { rulePath, type Policy } from "../model/policy.ts";
import { wholeRules } from "../symbolic/whole-rules.ts";
import { formatPath } from "../source/position.ts";
import { findOutrunDenies } from "../symbolic/outrun-denies.ts";
import type { RuleRef } from "../symbolic/redundancy.ts";
import type { RuleContext } from "./context.ts";
import { type Found, type RuleDefinition, defineRule } from "./define-rule.ts";
import { relatedTo, rulePlace } from "./support/places.ts";
import { askOrdered, deadRules } from "./support/tiers.ts";
import { listText, nameOf } from "./support/words.ts";

const relatedRules = 5;

/** Flags a policy of Calico without an order that comes too late for what it says: policies with an order decide before. */
export const calicoOrderMissing: RuleDefinition = defineRule({
  id: "calico-order-missing",
  severity: "medium",
  category: "correctness",
  title: "Policy without an order is asked too late",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    if (!context.cluster.policies.some(hasNoOrder)) return;
    const told = new Set<string>();
    for (const [rule, by] of lateRules(context)) {
      const key = `${nameOf(rule.policy)} ${rule.direction} ${rule.rule}`;
      if (told.has(key)) continue;
      told.add(key);
      report(lateRule(context, rule, by));
    }
  },
});

function hasNoOrder({ tier, priority, calico }: Policy): boolean {
  return calico !== undefined && tier.ties === "calicoTies" && priority === Number.POSITIVE_INFINITY;
}

/** The rules that never decide, of all pods or of those that another policy selects, and what does the opposite before. */
function lateRules(context: RuleContext): readonly (readonly [RuleRef, readonly RuleRef[]])[] {
  const { dead } = context.once(deadRules);
  const late = wholeRules(context.cluster.policies, dead).flatMap(([{ rule, coveredBy }]) => {
    const by = coveredBy.filter(
      (other) =>
        !hasNoOrder(other.policy) &&
        other.policy.tier === rule.policy.tier &&
        actionOf(other) !== actionOf(rule) &&
        actionOf(other) !== "pass",
    );
    return hasNoOrder(rule.policy) && by.length > 0 ? [[rule, by] as const] : [];
  });
  const outrun = askOrdered(context, findOutrunDenies);
  const bothOf = (rule: RuleRef): readonly RuleRef[] =>
    outrun.filter((each) => isSame(each.rule, rule)).map(({ by }) => by);
  return [...late, ...outrun.map(({ rule }) => [rule, bothOf(rule)] as const)];
}

function isSame(a: RuleRef, b: RuleRef): boolean {
  return a.policy === b.policy && a.direction === b.direction && a.rule === b.rule;
}

function lateRule(context: RuleContext, rule: RuleRef, by: readonly RuleRef[]): Found {
  const { policy, direction } = rule;
  const names = [...new Set(by.map((other) => `${nameOf(other.policy)} (order ${other.policy.priority})`))];
  const [does, doIt] = actionOf(rule) === "deny" ? ["allows", "allow"] : ["denies", "deny"];
  return {
    at: rulePlace(policy, direction, rule.rule),
    message: `${nameOf(policy)} has no order, so it is asked after every policy of the tier ${policy.tier.name} that has one: ${listText(names)} ${names.length === 1 ? does : doIt} what this rule is to ${actionOf(rule)}`,
    affected: context.subjectsOf(policy),
    related: by
      .slice(0, relatedRules)
      .map((other) =>
        relatedTo(
          rulePlace(other.policy, other.direction, other.rule),
          `${formatPath(rulePath(other.policy, other.direction, other.rule))} of ${nameOf(other.policy)} decides before`,
        ),
      ),
    fix: {
      kind: "manual",
      description: `Give it an order: below ${Math.min(...by.map((other) => other.policy.priority))} to be asked before. NetworkPolicies of Kubernetes have 1000.`,
    },
  };
}

function actionOf({ policy, direction, rule }: RuleRef): string {
  return policy.rules[direction][rule]?.action ?? "pass";
}
