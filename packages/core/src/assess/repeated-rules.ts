import { type Direction, type Policy, type Rule, directions, rulePath } from "../model/policy.ts";
import { type NodePath, formatPath } from "../source/position.ts";
import { refKey, ruleKey } from "../semantics/canonical-key.ts";

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
  const times = new Map<string, number>();
  for (const policy of policies)
    for (const direction of directions)
      for (const rule of policy.rules[direction]) {
        const key = keyOf(direction, rule);
        times.set(key, (times.get(key) ?? 0) + 1);
      }
  const rules = new Map<string, Repeated>();
  for (const policy of policies) {
    for (const direction of directions) {
      for (const [i, rule] of policy.rules[direction].entries()) {
        const key = keyOf(direction, rule);
        // Parts of a policy may say what is written once.
        if ((times.get(key) ?? 0) <= threshold) continue;
        const path = rulePath(policy, direction, i);
        const known = rules.get(key) ?? { direction, path, policies: new Map(), places: new Set() };
        const object = refKey(policy.ref);
        if (!known.policies.has(object)) known.policies.set(object, policy);
        known.places.add(`${object} ${formatPath(path)}`);
        rules.set(key, known);
      }
    }
  }
  const often = [...rules.values()].filter(({ places }) => places.size > threshold);
  // What is written once may be several rules, which repeat together.
  const written = new Map(often.toReversed().map((rule) => [[...rule.places].join("\n"), rule]));
  return [...written.values()].toReversed().map(({ direction, path, policies: having, places }) => ({
    direction,
    times: places.size,
    path,
    policies: [...having.values()],
  }));
}

function keyOf(direction: Direction, rule: Rule): string {
  return `${direction} ${ruleKey(rule)}`;
}

interface Repeated extends Pick<RepeatedRule, "direction" | "path"> {
  /** By object: one may be several policies. */
  readonly policies: Map<string, Policy>;
  /** Where it is written. */
  readonly places: Set<string>;
}
