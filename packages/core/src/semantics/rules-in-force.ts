import { remembered } from "../lib/remembered.ts";
import { countStep } from "../lib/stoppable.ts";
import { type Direction, type Policy, type Rule, directions } from "../model/policy.ts";

/** What of a policy tells which of its rules count. */
type WithRules = Pick<Policy, "applies" | "rules">;

const none: readonly Rule[] = [];
const noEntries: readonly (readonly [number, Rule])[] = [];

/**
 * The rules of a direction that decide something, in written order. "If policyTypes does not list a direction, rules of
 * that direction are ignored" (NetworkPolicySpec.policyTypes).
 */
export function decidingRules(policy: WithRules, direction: Direction): readonly Rule[] {
  countStep();
  return policy.applies[direction] ? policy.rules[direction] : none;
}

/** Those of them that open something. A NetworkPolicy has no others. */
export function allowingRules(policy: WithRules, direction: Direction): readonly Rule[] {
  const rules = decidingRules(policy, direction);
  return rules.every(isAllow) ? rules : rules.filter(isAllow);
}

/** The same with the place of each among all rules of the direction. */
export function allowingEntries(policy: WithRules, direction: Direction): readonly (readonly [number, Rule])[] {
  const rules = decidingRules(policy, direction);
  return rules.length === 0 ? noEntries : entriesOf(rules);
}

const entriesOf = remembered((rules: readonly Rule[]) =>
  [...rules.entries()].filter(([, rule]): boolean => isAllow(rule)),
);

/** Whether a policy opens something in any direction. */
export function allowsAnything(policy: WithRules): boolean {
  return directions.some((direction) => allowingRules(policy, direction).length > 0);
}

/** Whether a rule opens something. */
export function isAllow({ action }: Rule): boolean {
  return action === "allow";
}
