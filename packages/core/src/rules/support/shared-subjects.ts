import type { Policy } from "../../model/policy.ts";
import { ClassSet } from "../../reachability/class-set.ts";
import { difference, unionAll } from "../../sets/interval-set.ts";
import { selectorImplies } from "../../symbolic/selector-questions.ts";
import type { RuleContext } from "../context.ts";
import { intersectSets } from "./class-sets.ts";

/** Comparing the selectors of two policies costs this much of the budget. */
const stepsPerPair = 20;

/**
 * The pods that two policies of a namespace both select; undefined when there are none. Where the first selects no pod of
 * the input: whether whatever it selects is selected by the second as well, and then the empty set.
 */
export function sharedSubjects(context: RuleContext, policy: Policy, other: Policy): ClassSet | undefined {
  const subjects = context.subjectsOf(policy);
  if (subjects.size === 0) return selectsAllOf(context, policy, other) ? ClassSet.empty : undefined;
  const shared = intersectSets(subjects, context.subjectsOf(other));
  return shared.size === 0 ? undefined : shared;
}

/**
 * The pods of a policy that none of the others selects; undefined when there are none. Where the policy selects no pod of
 * the input: whether no other selects whatever it selects, and then the empty set.
 */
export function subjectsBeyond(context: RuleContext, policy: Policy, others: readonly Policy[]): ClassSet | undefined {
  const subjects = context.subjectsOf(policy);
  if (subjects.size === 0)
    return others.some((other) => selectsAllOf(context, policy, other)) ? undefined : ClassSet.empty;
  const selected = unionAll(others.map((other) => context.subjectsOf(other).boundaries));
  const rest = difference(subjects.boundaries, selected);
  return rest.length === 0 ? undefined : ClassSet.of(rest);
}

function selectsAllOf(context: RuleContext, policy: Policy, other: Policy): boolean {
  if (policy === other) return true;
  return (
    context.budget.spend(stepsPerPair) && selectorImplies(policy.subject.podSelector, other.subject.podSelector)
  );
}
