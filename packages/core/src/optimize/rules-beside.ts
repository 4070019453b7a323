import { by } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import { remembered } from "../lib/remembered.ts";
import { type Direction, type Policy, directions } from "../model/policy.ts";
import { allowsAnything, isAllow } from "../semantics/rules-in-force.ts";
import { type Box, isSubbox } from "../symbolic/box.ts";
import type { PolicySpace } from "../symbolic/policy-space.ts";
import { type RuleRef, ruleRefOf } from "../symbolic/redundancy.ts";
import type { RulesFor } from "./undone.ts";

/** Looking through more rules than this in all would take long: then only what a proof names is compared. */
const mostRules = 1_000_000;

/**
 * The rules of all NetworkPolicies of a namespace that select all pods that a policy selects, by name and place: what is
 * allowed to these pods, whichever rules a proof names as what covers something. The policies must be in force.
 */
export function rulesBeside(space: PolicySpace, policies: readonly Policy[]): RulesFor {
  const byNamespace = groupBy(policies, ({ namespace }) => namespace);
  const ofNamespace = new Map<string | undefined, NamespaceRules>();
  let left = mostRules;
  return (policy, known) => {
    const { namespace } = policy;
    let found = ofNamespace.get(namespace);
    if (found === undefined) {
      const all = (byNamespace.get(namespace) ?? []).filter(allowsAnything).toSorted(by(({ name }) => name));
      found = { policies: all, ofPods: remembered((pods) => rulesFor(space, all, pods)) };
      ofNamespace.set(namespace, found);
    }
    if (known?.has(policy) === true && found.policies.every((each) => known.has(each))) return [];
    const pods = space.subject(policy);
    const rules = pods === undefined ? [] : found.ofPods(pods);
    left -= rules.length;
    return left < 0 ? [] : rules;
  };
}

interface NamespaceRules {
  readonly policies: readonly Policy[];
  readonly ofPods: (pods: Box) => readonly RuleRef[];
}

function rulesFor(space: PolicySpace, policies: readonly Policy[], pods: Box): readonly RuleRef[] {
  return policies
    .filter((policy) => {
      const subject = space.subject(policy);
      return subject !== undefined && isSubbox(pods, subject);
    })
    .flatMap((policy) => directions.flatMap((direction) => rulesInForce(policy, direction)));
}

function rulesInForce(policy: Policy, direction: Direction): readonly RuleRef[] {
  if (!policy.isolates[direction] || !policy.applies[direction]) return [];
  return policy.rules[direction].flatMap((rule, i) => (isAllow(rule) ? [ruleRefOf(policy, direction, i)] : []));
}
