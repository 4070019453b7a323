import type { Policy } from "../../model/policy.ts";
import { ClassSet } from "../../reachability/class-set.ts";
import { difference } from "../../sets/interval-set.ts";
import type { Budget } from "../../symbolic/budget.ts";
import { selectorImplies } from "../../symbolic/selector-questions.ts";
import type { RuleContext } from "../context.ts";
import { intersectSets, uniteSets } from "./class-sets.ts";

/** Comparing the selectors of two policies costs this much of the budget. */
const stepsPerPair = 100;

/**
 * The pods that two policies of a namespace both select; undefined when there are none. Where the first selects no pod of
 * the input: whether whatever it selects is selected by the second as well, and then the empty set.
 */
export function sharedSubjects(
  context: RuleContext,
  policy: Policy,
  other: Policy,
  budget: Budget,
): ClassSet | undefined {
  const subjects = context.subjectsOf(policy);
  if (subjects.size === 0) return selectsAllOf(policy, other, budget) ? ClassSet.empty : undefined;
  const shared = intersectSets(subjects, context.subjectsOf(other));
  return shared.size === 0 ? undefined : shared;
}

/** Policies that do something for the pods they select, with all of these. */
export interface Helpers {
  readonly policies: readonly Policy[];
  readonly classes: ClassSet;
}

/** The policies as helpers. */
export function helpersOf(context: RuleContext, policies: readonly Policy[]): Helpers {
  return { policies, classes: uniteSets(policies.map((policy) => context.subjectsOf(policy))) };
}

/**
 * The pods of a policy that no helper selects; undefined when there are none, or when it cannot be said. Where the policy
 * selects no pod of the input: whether no helper selects whatever it selects, and then the empty set.
 */
export function subjectsBeyond(context: RuleContext, policy: Policy, helpers: Helpers): ClassSet | undefined {
  const subjects = context.subjectsOf(policy);
  if (subjects.size === 0) {
    const isHelped = helpers.policies.some((other) => selectsAllOf(policy, other, context.budget));
    return isHelped || context.budget.exhausted ? undefined : ClassSet.empty;
  }
  const rest = difference(subjects.boundaries, helpers.classes.boundaries);
  return rest.length === 0 ? undefined : ClassSet.of(rest);
}

function selectsAllOf(policy: Policy, other: Policy, budget: Budget): boolean {
  const [own, others] = [policy.subject.podSelector, other.subject.podSelector];
  if (own === others || others.requirements.length === 0) return true;
  return budget.spend(stepsPerPair) && selectorImplies(own, others);
}
