import { type Direction, directions, type Policy, type Rule } from "../model/policy.ts";
import { ruleKey } from "../semantics/canonical-key.ts";
import { Budget } from "./budget.ts";
import { compareInSpace } from "./compare-network-policies.ts";
import type { Comparison } from "./comparison.ts";
import { PolicySpace, type SpaceOptions } from "./policy-space.ts";
import type { ProofOptions } from "./proof-options.ts";
import { whyUnprovable } from "./provable-policies.ts";

/** One policy in the place of several, or why not. */
export type Merge =
  | { readonly status: "proved"; readonly merged: Policy }
  | { readonly status: "refused"; readonly reason: string; readonly comparison?: Comparison };

/** What a merge is proved in. */
export type MergeOptions = Omit<ProofOptions, keyof SpaceOptions>;

/**
 * Merges policies into one that carries the name of the first: the union of the directions and of the rules, equal rules
 * once. It is given only when it is proved equivalent to the group.
 */
export function provedMerge(group: readonly Policy[], options: ProofOptions = {}): Merge {
  return mergeInSpace(new PolicySpace(group, options), group, options);
}

/** The same in a space that was made for the address blocks of the group. */
export function mergeInSpace(space: PolicySpace, group: readonly Policy[], options: MergeOptions): Merge {
  const [first, ...others] = group;
  if (first === undefined || others.length === 0) return refused("fewer than two policies");
  if (others.some(({ namespace }) => namespace !== first.namespace))
    return refused("the policies are of different namespaces");
  const isolates = {
    ingress: group.some((policy) => policy.isolates.ingress),
    egress: group.some((policy) => policy.isolates.egress),
  };
  const sleeping = group.find((policy) => directions.some((direction) => wakes(policy, direction, isolates)));
  if (sleeping !== undefined) return refused(`rules of ${sleeping.name} that have no effect would get one`);
  const { budget = new Budget() } = options;
  const rules = {
    ingress: unionOfRules(space, group, "ingress", budget),
    egress: unionOfRules(space, group, "egress", budget),
  };
  const policyTypes = directions.filter((direction) => isolates[direction]).map((direction) => typeNames[direction]);
  const merged: Policy = { ...first, applies: isolates, isolates, rules, policyTypes };
  if (isAlikeButForRules(space, group)) return { status: "proved", merged };
  // The merged policy has no address block that the group has not.
  const comparison = compareInSpace(space, group, [merged], { ...options, budget });
  if (comparison.verdict === "equivalent") return { status: "proved", merged };
  return refused(reasons[comparison.verdict], comparison);
}

/**
 * Policies in force that select the same pods and isolate the same directions differ in their rules alone, and rules add
 * up: one policy with all of them isolates the same pods and admits the same, by construction.
 */
function isAlikeButForRules(space: PolicySpace, group: readonly Policy[]): boolean {
  const [first, ...others] = group;
  if (first === undefined || new Set(group.map(({ name }) => name)).size < group.length) return false;
  return (
    group.every((policy) => whyUnprovable(policy) === undefined) &&
    others.every(
      (policy) =>
        space.subject(policy) === space.subject(first) &&
        directions.every((direction) => policy.isolates[direction] === first.isolates[direction]),
    )
  );
}

function refused(reason: string, comparison?: Comparison): Merge {
  return { status: "refused", reason, ...(comparison === undefined ? {} : { comparison }) };
}

const typeNames: Readonly<Record<Direction, string>> = { ingress: "Ingress", egress: "Egress" };

const reasons: Readonly<Record<Exclude<Comparison["verdict"], "equivalent">, string>> = {
  "same-traffic": "the merged policy would decide in another tier",
  stricter: "the merged policy would allow less",
  looser: "the merged policy would allow more",
  incomparable: "the merged policy would allow something else",
  undecided: "the proof was not completed",
};

function wakes(policy: Policy, direction: Direction, isolates: Policy["isolates"]): boolean {
  return isolates[direction] && !policy.isolates[direction] && policy.rules[direction].length > 0;
}

/** The rules of all, those that admit the same once. Of rules without effect, and where the budget ends, those that are written alike. */
function unionOfRules(
  space: PolicySpace,
  group: readonly Policy[],
  direction: Direction,
  budget: Budget,
): readonly Rule[] {
  const seen = new Set<string>();
  return group.flatMap((policy) =>
    policy.rules[direction].filter((rule) => {
      const said = policy.isolates[direction] ? space.ruleKey(policy, rule) : undefined;
      const isKnown = said !== undefined && budget.spend(said.boxes);
      const key = isKnown ? said.key : `written ${ruleKey(rule)}`;
      return !seen.has(key) && seen.add(key);
    }),
  );
}
