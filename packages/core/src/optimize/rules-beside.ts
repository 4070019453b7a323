import { by } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import { remembered } from "../lib/remembered.ts";
import { type Direction, type Policy, directions } from "../model/policy.ts";
import { isAllow } from "../semantics/rules-in-force.ts";
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
  const ofNamespace = new Map<string | undefined, (pods: Box) => readonly RuleRef[]>();
  let left = mostRules;
  return (policy) => {
    const { namespace } = policy;
    let ofPods = ofNamespace.get(namespace);
    if (ofPods === undefined) {
      const all = (byNamespace.get(namespace) ?? []).toSorted(by(({ name }) => name));
      ofNamespace.set(namespace, (ofPods = remembered((pods) => rulesFor(space, all, pods))));
    }
    const pods = space.subject(policy);
    const rules = pods === undefined ? [] : ofPods(pods);
    left -= rules.length;
    return left < 0 ? [] : rules;
  };
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
