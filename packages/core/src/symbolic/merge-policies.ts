import { type Direction, directions, type Policy, type Rule } from "../model/policy.ts";
import { boxKey } from "./box.ts";
import { Budget } from "./budget.ts";
import { type Comparison, compareInSpace } from "./compare-policies.ts";
import { PolicySpace } from "./policy-space.ts";
import type { ProofOptions } from "./proof-options.ts";

/** One policy in the place of several, or why not. */
export type Merge =
  | { readonly status: "proved"; readonly merged: Policy; readonly comparison: Comparison }
  | { readonly status: "refused"; readonly reason: string; readonly comparison?: Comparison };

/** A merge that was proved without facts, and what the proof cost. */
interface ProvedBefore {
  readonly group: readonly Policy[];
  readonly merge: Merge;
  readonly steps: number;
}

/** By the first of the group. The report and a rule ask about the same groups, and policies do not change. */
const provedBefore = new WeakMap<Policy, ProvedBefore>();

/**
 * Merges policies into one that carries the name of the first: the union of the directions and of the rules, equal rules
 * once. It is given only when `comparePolicies` proves it equivalent to the group. A proof is made once and charged to
 * every budget that asks for it, so the answer does not depend on who asked before.
 */
export function provedMerge(group: readonly Policy[], options: ProofOptions = {}): Merge {
  const [first] = group;
  const { budget = new Budget(), facts } = options;
  if (first === undefined || facts !== undefined) return tryMerge(group, options);
  const known = provedBefore.get(first);
  if (known !== undefined && known.steps <= budget.left && isSameGroup(known.group, group)) {
    budget.spend(known.steps);
    return known.merge;
  }
  const before = budget.left;
  const merge = tryMerge(group, { ...options, budget });
  if (merge.status === "proved") provedBefore.set(first, { group: [...group], merge, steps: before - budget.left });
  return merge;
}

function isSameGroup(a: readonly Policy[], b: readonly Policy[]): boolean {
  return a.length === b.length && a.every((policy, i) => policy === b[i]);
}

function tryMerge(group: readonly Policy[], options: ProofOptions): Merge {
  const [first, ...others] = group;
  if (first === undefined || others.length === 0) return { status: "refused", reason: "fewer than two policies" };
  if (others.some(({ namespace }) => namespace !== first.namespace))
    return { status: "refused", reason: "the policies are of different namespaces" };
  const isolates = {
    ingress: group.some((policy) => policy.isolates.ingress),
    egress: group.some((policy) => policy.isolates.egress),
  };
  const sleeping = group.find((policy) => directions.some((direction) => wakes(policy, direction, isolates)));
  if (sleeping !== undefined)
    return { status: "refused", reason: `rules of ${sleeping.name} that have no effect would get one` };
  const space = new PolicySpace(group, options.facts);
  const merged: Policy = {
    ...first,
    applies: isolates,
    isolates,
    rules: { ingress: unionOfRules(space, group, "ingress"), egress: unionOfRules(space, group, "egress") },
    policyTypes: directions.filter((direction) => isolates[direction]).map((direction) => policyTypes[direction]),
  };
  // The merged policy has no address block that the group has not.
  const comparison = compareInSpace(space, group, [merged], options);
  if (comparison.verdict === "equivalent") return { status: "proved", merged, comparison };
  return { status: "refused", reason: reasons[comparison.verdict], comparison };
}

const policyTypes: Readonly<Record<Direction, string>> = { ingress: "Ingress", egress: "Egress" };

const reasons: Readonly<Record<Exclude<Comparison["verdict"], "equivalent">, string>> = {
  stricter: "the merged policy would allow less",
  looser: "the merged policy would allow more",
  incomparable: "the merged policy would allow something else",
  undecided: "the proof was not completed",
};

function wakes(policy: Policy, direction: Direction, isolates: Policy["isolates"]): boolean {
  return isolates[direction] && !policy.isolates[direction] && policy.rules[direction].length > 0;
}

/** The rules of all, those that admit the same once. Rules without effect are kept as they are. */
function unionOfRules(space: PolicySpace, group: readonly Policy[], direction: Direction): readonly Rule[] {
  const seen = new Set<string>();
  return group.flatMap((policy) => {
    if (!policy.isolates[direction]) return policy.rules[direction];
    return policy.rules[direction].filter((rule) => {
      const boxes = space.ruleBoxes(policy, rule);
      if (boxes === undefined) return true;
      const key = boxes.map(boxKey).sort().join(" ");
      return !seen.has(key) && seen.add(key);
    });
  });
}
