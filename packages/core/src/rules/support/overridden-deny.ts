import { pushAll } from "../../lib/push-all.ts";
import { groupBy } from "../../lib/group-by.ts";
import { remembered } from "../../lib/remembered.ts";
import { type Direction, type Policy, type Rule, directions } from "../../model/policy.ts";
import type { ClassSet } from "../../reachability/class-set.ts";
import { isAllow } from "../../semantics/rules-in-force.ts";
import { compareTiers } from "../../semantics/tiers.ts";
import { relateSelectors } from "../../symbolic/selector-questions.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import { intersectSets } from "./class-sets.ts";
import { distinctSelectors } from "./distinct-selectors.ts";
import { openedBy, openingPolicies } from "./opened.ts";

/** Steps that comparing two selectors costs, for the budget. */
const stepsPerPair = 20;

/** A default deny that a rule makes void for the pods that both policies select. */
export interface Override {
  readonly policy: Policy;
  readonly direction: Direction;
  /** The rule without peers and ports. */
  readonly rule: number;
  readonly deny: Policy;
  /** The pods of the input that both select. */
  readonly affected: ClassSet;
  /** The two select by other labels, and no pod of the input has both: one may come, and is hardly meant. */
  readonly isChance: boolean;
}

/** All overrides of a cluster; `incomplete` names the namespaces with too many policies to compare all selectors. */
export interface Overrides {
  readonly found: readonly Override[];
  readonly incomplete: readonly string[];
}

/** The overrides, found once per cluster, those by chance among them. */
export function overriddenDenies(context: RuleContext): Overrides {
  return context.once(findOverrides);
}

/** Whether a rule makes a default deny void, and not by chance: then nothing else needs to be said of what it opens. */
export function isOverride(context: RuleContext, policy: Policy, direction: Direction, rule: number): boolean {
  return (
    context
      .once(overridesByPolicy)
      .get(policy)
      ?.some((each) => each.direction === direction && each.rule === rule) === true
  );
}

function overridesByPolicy(context: RuleContext): ReadonlyMap<Policy, readonly Override[]> {
  const certain = overriddenDenies(context).found.filter(({ isChance }) => !isChance);
  return groupBy(certain, ({ policy }) => policy);
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
  const open = [...ofNamespace(facts), ...context.once(ofAllNamespaces)].flatMap((policy) => {
    const rule = allowAllRule(policy, direction);
    return rule < 0 ? [] : [{ policy, direction, rule }];
  });
  if (open.length === 0) return [];
  const denies = distinctSelectors(facts.policies.filter((policy) => isDeny(policy, direction)));
  return open.flatMap((each) => {
    const found = denies.flatMap((deny) => {
      const both = context.budget.spend(stepsPerPair) ? bothSelect(each, deny, facts, context) : undefined;
      return both === undefined ? [] : [{ ...each, deny, ...both }];
    });
    return found.toSorted((a, b) => Number(a.isChance) - Number(b.isChance)).slice(0, 1);
  });
}

/** Policies that allow beside the default denies of a namespace, or before them in their tier. */
function ofNamespace({ union, calico }: NamespaceFacts): readonly Policy[] {
  return calico.length === 0 ? union : [...union, ...calico];
}

function ofAllNamespaces(context: RuleContext): readonly Policy[] {
  return openingPolicies(context).filter(({ namespace }) => namespace === undefined);
}

/** The classes of pods that both select and that the rule opens; undefined where there can be none. What earlier tiers open is another matter. */
function bothSelect(
  { policy, direction, rule }: Pick<Override, "policy" | "direction" | "rule">,
  deny: Policy,
  facts: NamespaceFacts,
  context: RuleContext,
): Pick<Override, "affected" | "isChance"> | undefined {
  const both = intersectSets(context.subjectsOf(policy), context.subjectsOf(deny));
  if (policy.tier.decides !== "first-match" && isOfNamespace(policy, facts)) {
    const { relation } = relateSelectors(policy.subject.podSelector, deny.subject.podSelector);
    const isChance = relation === "overlap" && both.size === 0;
    return relation === "disjoint" ? undefined : { affected: both, isChance };
  }
  if (compareTiers(policy.tier, deny.tier) !== 0) return undefined;
  const opened = openedBy(context, policy, policy.rules[direction][rule] as Rule, direction, "pods"); // its own rule
  const affected = opened === undefined ? both : intersectSets(opened.pods, both);
  return opened === undefined || affected.size === 0 ? undefined : { affected, isChance: false };
}

/** Whether its pod selector is all that says whom a policy selects in a namespace. */
function isOfNamespace({ namespace, subject }: Policy, { name }: NamespaceFacts): boolean {
  return namespace === name && subject.namespaceSelector === undefined && (subject.or ?? []).length === 0;
}

/** The first rule without peers and without ports, which requests do not limit; -1 when there is none. */
function allowAllRule({ applies, rules }: Policy, direction: Direction): number {
  return applies[direction] ? firstAllowingAll(rules[direction]) : -1;
}

const firstAllowingAll = remembered((rules: readonly Rule[]) =>
  rules.findIndex(
    (rule) =>
      isAllow(rule) &&
      rule.peers === "any" &&
      rule.ports === "any" &&
      rule.requests === undefined &&
      rule.unknown === undefined,
  ),
);

/** A policy that was written to deny: it names the direction, or has no rule at all. Isolation as a side effect of the defaults is none. */
function isDeny(policy: Policy, direction: Direction): boolean {
  if (!policy.isolates[direction] || policy.rules[direction].length > 0) return false;
  return policy.policyTypes !== undefined || directions.every((each) => policy.rules[each].length === 0);
}
