import { groupBy } from "../lib/group-by.ts";
import type { Direction, Policy, Rule } from "../model/policy.ts";
import { refKey } from "./canonical-key.ts";

/** A policy as it is written, and the parts in which it is asked. */
export interface WholePolicy {
  /** With the rules of all parts; its subject is that of the first. */
  readonly policy: Policy;
  readonly parts: readonly Policy[];
}

/** The policies of a cluster by what is written: one whose rules select pods of their own is several in the model. In the order given. */
export function wholePolicies(policies: readonly Policy[]): readonly WholePolicy[] {
  if (policies.every(({ part }) => part === undefined)) return policies.map((policy) => ({ policy, parts: [policy] }));
  return [...groupBy(policies, ({ ref }) => refKey(ref)).values()].flatMap((parts) => {
    const [first] = parts;
    if (first === undefined) return [];
    const rules = { ingress: rulesOf(parts, "ingress"), egress: rulesOf(parts, "egress") };
    return [{ policy: { ...first, rules }, parts }];
  });
}

/** Where order matters parts are one list of rules, each with the places of all; else each has a list of its own. */
function rulesOf(parts: readonly Policy[], direction: Direction): readonly Rule[] {
  const lists = parts.map(({ rules }) => rules[direction]);
  const [first = []] = lists;
  if (parts[0]?.tier.decides !== "first-match") return lists.flat();
  return first.map((rule, i) => lists.map((rules) => rules[i]).find((each) => each?.placeholder === undefined) ?? rule);
}
