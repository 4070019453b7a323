import { remembered } from "../lib/remembered.ts";
import { type Direction, type Policy, type Rule, directions } from "../model/policy.ts";
import { learnWritten } from "./as-written.ts";
import { mergeBlocks } from "./merge-blocks.ts";
import { mergePorts } from "./merge-ports.ts";
import { mergeRules } from "./merge-rules.ts";
import { nameText } from "./step-words.ts";
import type { NetworkPolicyContext, PassResult, PatchOperation, PlannedStep, WithheldStep } from "./step.ts";

/** What a pass makes of the rules of one direction of a policy. */
export interface RulesStep extends Pick<PlannedStep, "type" | "description" | "reason" | "proof"> {
  readonly rules: readonly Rule[];
  readonly patch: readonly Omit<PatchOperation, "policy">[];
}

/** A pass over the rules of one direction: steps that follow each other. */
export type RulesPass = (rules: readonly Rule[], direction: Direction) => readonly RulesStep[];

const passes: readonly RulesPass[] = [mergePorts, mergeBlocks, mergeRules];

/** Merges ports, blocks and rules within policies, until nothing is left to merge. */
export function simplifyPolicies(policies: readonly Policy[], context: NetworkPolicyContext): PassResult {
  const steps: PlannedStep[] = [];
  const withheld: WithheldStep[] = [];
  const simplified = policies.map((policy) => {
    if (directions.some((direction) => policy.rules[direction].length > 1)) learnWritten([policy], context.asRead);
    const own = stepsOf(policy);
    const [first] = own.steps;
    if (first === undefined) return policy;
    const finding = context.doubt(policy);
    const reason = finding ?? context.pinned(policy);
    if (reason === undefined) {
      steps.push(...own.steps);
      return own.policy;
    }
    const cause = finding === undefined ? "text" : "finding";
    withheld.push({ type: first.type, policies: [policy], description: first.description, reason, cause });
    return policy;
  });
  return { policies: simplified, steps, withheld };
}

/** The policy with all of it merged. */
export function simplifyPolicy(policy: Policy): Policy {
  return stepsOf(policy).policy;
}

function stepsOf(given: Policy): { readonly policy: Policy; readonly steps: readonly PlannedStep[] } {
  let policy = given;
  const steps: PlannedStep[] = [];
  for (const direction of directions) {
    // Rules of a direction that does not apply have no effect: nobody has thought them through.
    if (!policy.isolates[direction]) continue;
    const stepsNow = (): readonly RulesStep[] => nextSteps[direction](policy.rules[direction]);
    for (let next = stepsNow(); next.length > 0; next = stepsNow()) {
      const [before, last] = [policy, next.at(-1)];
      steps.push(...next.map((step) => plannedStep(before, step)));
      if (last !== undefined) policy = withRules(before, direction, last.rules);
    }
  }
  return { policy, steps };
}

/** Of steps that follow each other the patches name the policy, which is the same object of the input in all of them. */
function plannedStep(policy: Policy, { type, patch, description, reason, proof }: RulesStep): PlannedStep {
  return {
    type,
    reason,
    proof,
    description: `${description} of ${nameText(policy)}`,
    policies: [policy],
    patch: patch.map((operation) => ({ policy, ...operation })),
  };
}

function withRules(policy: Policy, direction: Direction, rules: readonly Rule[]): Policy {
  return { ...policy, rules: { ...policy.rules, [direction]: rules } };
}

/** Those of the first pass that finds something: the same for all policies that have these rules. */
const nextSteps: Readonly<Record<Direction, (rules: readonly Rule[]) => readonly RulesStep[]>> = {
  ingress: remembered((rules) => firstSteps(rules, "ingress")),
  egress: remembered((rules) => firstSteps(rules, "egress")),
};

function firstSteps(rules: readonly Rule[], direction: Direction): readonly RulesStep[] {
  for (const pass of passes) {
    const steps = pass(rules, direction);
    if (steps.length > 0) return steps;
  }
  return [];
}
