import type { Direction, Policy, Rule } from "../model/policy.ts";

const none: readonly Rule[] = [];

/**
 * The rules of a direction that have an effect. "If policyTypes does not list a direction, rules of that direction
 * are ignored" (NetworkPolicySpec.policyTypes).
 */
export function effectiveRules(policy: Policy, direction: Direction): readonly Rule[] {
  return policy.isolates[direction] ? policy.rules[direction] : none;
}
