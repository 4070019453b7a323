import { groupBy } from "../lib/group-by.ts";
import { type Direction, type Policy, type Rule, directions } from "../model/policy.ts";
import { refKey } from "./canonical-key.ts";

/** A policy as it is written, and the parts in which it is asked. */
export interface WholePolicy {
  /** With the rules of all parts; its subject is that of the first. */
  readonly policy: Policy;
  readonly parts: readonly Policy[];
}

/** Policies by what is written: one whose rules select pods of their own is several in the model. In the order given. */
export function wholePolicies(policies: readonly Policy[]): readonly WholePolicy[] {
  const isWhole = policies.every(({ part }) => part === undefined);
  if (isWhole) return policies.map((policy) => ({ policy, parts: [policy] }));
  return [...groupBy(policies, keyOf).values()].flatMap((parts) => {
    const [first] = parts;
    if (first === undefined) return [];
    const rules = (direction: Direction): readonly Rule[] => rulesOf(parts.map((part) => part.rules[direction]));
    const all = Object.fromEntries(directions.map((direction) => [direction, rules(direction)]));
    return [{ policy: { ...first, rules: all as Policy["rules"] }, parts }]; // both directions
  });
}

/** Versions of one object are policies of their own. */
function keyOf({ ref, index }: Policy): string {
  return `${refKey(ref)} ${index}`;
}

/** Parts of one list of rules keep the places of each other's; those of several lists stand behind each other. */
function rulesOf(parts: readonly (readonly Rule[])[]): readonly Rule[] {
  const [first = []] = parts;
  const isOneList = parts.every((rules) => rules.length === first.length) && parts.flat().some(isPlaceholder);
  if (!isOneList) return parts.flat();
  return first.map((rule, i) => parts.map((rules) => rules[i]).find((each) => each && !isPlaceholder(each)) ?? rule);
}

function isPlaceholder({ placeholder }: Rule): boolean {
  return placeholder === true;
}
