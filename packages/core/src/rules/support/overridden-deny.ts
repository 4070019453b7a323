import { pushAll } from "../../lib/push-all.ts";
import { groupBy } from "../../lib/group-by.ts";
import { type Direction, type Policy, directions } from "../../model/policy.ts";
import { allowingRules } from "../../semantics/rules-in-force.ts";
import { relateSelectors } from "../../symbolic/selector-questions.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import { distinctSelectors } from "./distinct-selectors.ts";

/** Steps that comparing two selectors costs, for the budget. */
const stepsPerPair = 20;

/** A default deny that a rule makes void for the pods that both policies select. */
export interface Override {
  readonly policy: Policy;
  readonly direction: Direction;
  /** The rule without peers and ports. */
  readonly rule: number;
  readonly deny: Policy;
}

/** All overrides of a cluster; `incomplete` names the namespaces with too many policies to compare all selectors. */
export interface Overrides {
  readonly found: readonly Override[];
  readonly incomplete: readonly string[];
}

/** The overrides, found once per cluster. */
export function overriddenDenies(context: RuleContext): Overrides {
  return context.once(findOverrides);
}

/** Whether a rule makes a default deny void: then nothing else needs to be said of what it opens. */
export function isOverride(context: RuleContext, policy: Policy, direction: Direction, rule: number): boolean {
  return (
    context
      .once(overridesByPolicy)
      .get(policy)
      ?.some((each) => each.direction === direction && each.rule === rule) === true
  );
}

function overridesByPolicy(context: RuleContext): ReadonlyMap<Policy, readonly Override[]> {
  return groupBy(overriddenDenies(context).found, ({ policy }) => policy);
}

function findOverrides(context: RuleContext): Overrides {
  const found: Override[] = [];
  const incomplete = new Set<string>();
  for (const facts of context.namespaces) {
    for (const direction of directions) {
      pushAll(found, overridesIn(facts, direction, context));
      if (context.budget.exhausted) incomplete.add(facts.name);
    }
  }
  return { found, incomplete: [...incomplete] };
}

function overridesIn(facts: NamespaceFacts, direction: Direction, context: RuleContext): readonly Override[] {
  const open = facts.policies.filter((policy) => allowAllRule(policy, direction) >= 0);
  if (open.length === 0) return [];
  const denies = distinctSelectors(facts.policies.filter((policy) => isDeny(policy, direction)));
  return open.flatMap((policy) => {
    const deny = denies.find(
      (candidate) =>
        context.budget.spend(stepsPerPair) &&
        relateSelectors(policy.subject.podSelector, candidate.subject.podSelector).relation !== "disjoint",
    );
    return deny === undefined ? [] : [{ policy, direction, rule: allowAllRule(policy, direction), deny }];
  });
}

/** The first rule without peers and without ports; -1 when there is none. */
function allowAllRule(policy: Policy, direction: Direction): number {
  return allowingRules(policy, direction).findIndex(({ peers, ports }) => peers === "any" && ports === "any");
}

/** A policy that was written to deny: it names the direction, or has no rule at all. Isolation as a side effect of the defaults is none. */
function isDeny(policy: Policy, direction: Direction): boolean {
  if (!policy.isolates[direction] || policy.rules[direction].length > 0) return false;
  return policy.policyTypes !== undefined || directions.every((each) => policy.rules[each].length === 0);
}
