import { groupBy } from "../../lib/group-by.ts";
import type { Rule } from "../../model/policy.ts";
import { portsText } from "./words.ts";

/** A rule of a policy that is told of, and others of the policy that open no more. */
export interface WidestRule<T> {
  readonly widest: T;
  readonly others: readonly T[];
}

/**
 * Of rules of one policy that open the same but for their ports those that need telling: one that has all ports stands for
 * all, and of those with equal ports the first.
 */
export function widestRules<T extends { readonly rule: Pick<Rule, "ports"> }>(
  entries: readonly T[],
): readonly WidestRule<T>[] {
  const all = entries.find(({ rule }) => rule.ports === "any");
  if (all !== undefined) return [{ widest: all, others: entries.filter((entry) => entry !== all) }];
  const byPorts = groupBy(entries, ({ rule }) => portsText(rule.ports));
  return [...byPorts.values()].flatMap(([widest, ...others]) => (widest === undefined ? [] : [{ widest, others }]));
}
