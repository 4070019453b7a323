import { type Direction, type Policy, directions } from "../model/policy.ts";
import { ruleKey } from "../semantics/canonical-key.ts";

/** A rule that several policies of a namespace, or one policy several times, say alike. */
export interface RepeatedRule {
  readonly direction: Direction;
  readonly times: number;
  /** The policies that have it, each once, in the cluster's order. */
  readonly policies: readonly Policy[];
}

/** The rules said more than `threshold` times, in the order they are first met. */
export function repeatedRules(policies: readonly Policy[], threshold: number): readonly RepeatedRule[] {
  const rules = new Map<string, { readonly direction: Direction; times: number; readonly policies: Set<Policy> }>();
  for (const policy of policies) {
    for (const direction of directions) {
      for (const rule of policy.rules[direction]) {
        const key = `${direction} ${ruleKey(rule)}`;
        const known = rules.get(key) ?? { direction, times: 0, policies: new Set() };
        known.times++;
        known.policies.add(policy);
        rules.set(key, known);
      }
    }
  }
  return [...rules.values()]
    .filter(({ times }) => times > threshold)
    .map(({ direction, times, policies: having }) => ({ direction, times, policies: [...having] }));
}
