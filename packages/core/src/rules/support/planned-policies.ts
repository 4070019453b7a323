import { findDeadRules } from "../../symbolic/dead-rules.ts";
import { findRemovable } from "../../symbolic/find-removable.ts";
import { Budget } from "../../symbolic/budget.ts";
import { type FoundOfPolicies, planBasics } from "../../optimize/plan-policies.ts";
import { standsFor } from "../../optimize/overwritten.ts";
import { Owners } from "../../optimize/owner.ts";
import { type Optimizations, redundantParts } from "../../optimize/redundant-parts.ts";
import type { FoundOfOthers, PassResult, PlannedStep, StepBasis, WithheldStep } from "../../optimize/step.ts";
import type { Policy } from "../../model/policy.ts";
import type { RuleContext } from "../context.ts";
import { isSaidAgain } from "../../optimize/said-again.ts";
import { objectKey } from "./one-defect.ts";
import { askOrdered, deadRules, removable, stepsForRemovals } from "./tiers.ts";
import { nameOf } from "./words.ts";

/** Steps that the proofs of what could go may cost, and those of what could be one: about a second. */
const stepsForParts = 5_000_000;
const stepsForMerges = 3_000_000;

/** What adds nothing, for all the rules that speak of it. */
export function addsNothing(context: RuleContext): Optimizations {
  return context.once(findRedundantParts);
}

function findRedundantParts(context: RuleContext): Optimizations {
  const { space, networkPolicies } = context;
  return context.prove(() => redundantParts(space, networkPolicies, new Budget(stepsForParts)));
}

/** What of that which `npa optimize` does rules tell. Asked for by rules that are run last: it rests on what the others find. */
export function plannedPolicies(context: RuleContext): PassResult {
  return context.once(planInContext);
}

function planInContext(context: RuleContext): PassResult {
  const found = foundOfPolicies(context);
  return context.prove(() =>
    planBasics(context.cluster.policies, found, {
      space: context.space,
      budget: new Budget(stepsForMerges),
      findOthers: (policies) => findOthers(context, policies),
      owners: new Owners(context.cluster, false),
      doubt: (policy) => doubtText(context, policy),
      pinned: standsFor(context.cluster),
    }),
  );
}

/** What a plan is made of. */
export function foundOfPolicies(context: RuleContext): FoundOfPolicies {
  return { parts: addsNothing(context), dead: context.once(deadRules).dead, removable: context.once(removable) };
}

/** The same of policies of other kinds as they are when something of them is gone. */
export function findOthers(context: RuleContext, policies: readonly Policy[]): FoundOfOthers {
  return askOrdered(
    context,
    (_, options) => ({
      dead: findDeadRules(policies, options).dead,
      removable: findRemovable(policies, { ...options, mayGo: isSaidAgain }),
    }),
    new Budget(stepsForRemovals),
  );
}

/** What must be looked at before anything of a policy is taken for superfluous. */
export function doubtText({ doubts }: Pick<RuleContext, "doubts">, policy: Policy): string | undefined {
  const doubt = doubts.get(objectKey(policy.ref));
  return doubt && `${doubt.rule.id} (${doubt.severity}) is found of ${nameOf(policy)}: look at that first`;
}

/** What a rule tells of, and why `npa optimize` leaves it alone, where it does. */
export interface Offer<B extends StepBasis = StepBasis> {
  readonly basis: B;
  readonly step?: PlannedStep;
  readonly withheld?: WithheldStep;
}

/** The steps that rest on something of one kind, made or not. Only duplicates are told of as well where something worse is found of them. */
export function offers<F extends StepBasis["found"]>(
  context: RuleContext,
  found: F,
): readonly Offer<Extract<StepBasis, { readonly found: F }>>[] {
  type Basis = Extract<StepBasis, { readonly found: F }>;
  const isOf = (basis: StepBasis | undefined): basis is Basis => basis?.found === found;
  const { steps, withheld } = plannedPolicies(context);
  return [
    ...steps.flatMap((step) => (isOf(step.basis) ? [{ basis: step.basis, step }] : [])),
    ...withheld.flatMap((each) =>
      (each.cause !== "finding" || found === "duplicate") && isOf(each.basis)
        ? [{ basis: each.basis, withheld: each }]
        : [],
    ),
  ];
}
