import { groupBy } from "../lib/group-by.ts";
import { directions, type Policy, rulePath } from "../model/policy.ts";
import { refKey } from "../semantics/canonical-key.ts";
import type { DeadRule } from "./dead-rules.ts";
import { type RuleRef, ruleRefOf } from "./redundancy.ts";

/** The rules of the model that are written as one. */
export type DeadParts = readonly [DeadRule, ...(readonly DeadRule[])];

/** Whether a part has the rule, and not what keeps its place. */
export function isOfPart({ policy, direction, rule }: RuleRef): boolean {
  return policy.rules[direction][rule]?.placeholder !== true;
}

/**
 * Dead rules by what is written. What is written once may be several rules in the model: a policy is asked in parts, and
 * what an entry means for certain is a rule beside what it may mean. A rule is dead when all of these are.
 */
export function wholeRules(policies: readonly Policy[], dead: readonly DeadRule[]): readonly DeadParts[] {
  if (dead.length === 0) return [];
  const written = groupBy(policies.flatMap(rulesOf).filter(isOfPart), writtenKey);
  const byRule = groupBy(
    dead.filter(({ rule }) => isOfPart(rule)),
    ({ rule }) => writtenKey(rule),
  );
  return [...byRule].flatMap(([key, [first, ...others]]): readonly DeadParts[] => {
    if (first === undefined || written.get(key)?.length !== others.length + 1) return [];
    const parts: DeadParts = [first, ...others];
    return parts.every(({ rule }) => namesNobody(rule)) ? [] : [parts];
  });
}

/** All rules of a policy. */
export function rulesOf(policy: Policy): readonly RuleRef[] {
  return directions.flatMap((direction) =>
    policy.rules[direction].map((_, rule) => ruleRefOf(policy, direction, rule)),
  );
}

/** Equal for rules of the model that are written as one. */
export function writtenKey({ policy, direction, rule }: RuleRef): string {
  return `${refKey(policy.ref)} ${direction} ${JSON.stringify(rulePath(policy, direction, rule))}`;
}

/** Equal for rules that are written in one list. */
export function listKey({ policy, direction, rule }: RuleRef): string {
  return `${refKey(policy.ref)} ${JSON.stringify(rulePath(policy, direction, rule).slice(0, -1))}`;
}

/** An entry that matches nothing and is there to isolate. */
export function isolatesOnly({ policy, direction, rule }: RuleRef): boolean {
  const { peers, ports } = policy.rules[direction][rule] ?? {};
  return peers !== undefined && peers !== "any" && peers.length === 0 && ports === "any";
}

/** What no input tells of (the addresses of nodes, of a group), matches nobody in the model. */
export function namesNobody({ policy, direction, rule }: RuleRef): boolean {
  const { peers = [], ports = "any" } = policy.rules[direction][rule] ?? {};
  // ICMP and other protocols are not told apart.
  if (ports !== "any" && ports.length === 0) return true;
  return peers !== "any" && peers.every((peer) => peer.type === "networks" && peer.addresses.length === 0);
}
