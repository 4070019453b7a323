import { directions, type Policy } from "../model/policy.ts";

/**
 * Throws for a policy that an engine of NetworkPolicies would read wrongly: of another tier, or with a rule that does
 * more than allow. To leave out an order or a Deny would be a wrong answer that looks right.
 */
export function requireUnderstood(policies: readonly Policy[]): void {
  for (const { tier, rules, ref } of policies) {
    if (tier !== "network-policy") throw new Error(`${ref.kind} ${ref.name}: tier ${tier} is not evaluated`);
    for (const direction of directions)
      for (const { action } of rules[direction])
        if (action !== "allow") throw new Error(`${ref.kind} ${ref.name}: action ${action} is not evaluated`);
  }
}
