import { type Direction, type Policy, directions, rulePath } from "../model/policy.ts";
import { type NodePath } from "../source/position.ts";
import { ruleKey } from "../semantics/canonical-key.ts";

/** A rule that several policies of a namespace, or one policy several times, say alike. */
export interface RepeatedRule {
  readonly direction: Direction;
  readonly times: number;
  /** Where the first of the policies has it. */
  readonly path: NodePath;
  /** The policies that have it, each once, in the cluster's order. */
  readonly policies: readonly Policy[];
}

/** The rules said more than `threshold` times, in the order they are first met. */
export function repeatedRules(policies: readonly Policy[], threshold: number): readonly RepeatedRule[] {
  const rules = new Map<
    string,
    { readonly direction: Direction; times: number; readonly path: NodePath; readonly policies: Set<Policy> }
  >();
  for (const policy of policies) {
    for (const direction of directions) {
      for (const [i, rule] of policy.rules[direction].entries()) {
        const key = `${direction} ${ruleKey(rule)}`;
        const known = rules.get(key) ?? {
          direction,
          times: 0,
          path: rulePath(policy, direction, i),
          policies: new Set(),
        };
        known.times++;
        known.policies.add(policy);
        rules.set(key, known);
      }
    }
  }
  return [...rules.values()]
    .filter(({ times }) => times > threshold)
    .map(({ policies: having, ...rule }) => ({ ...rule, policies: [...having] }));
}
