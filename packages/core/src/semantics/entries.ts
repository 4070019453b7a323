import { type Direction, type Policy, rulePath } from "../model/policy.ts";

/** Whether a policy is written in entries: what they say adds up, whatever their order, and by them it isolates. */
export function hasEntries({ ref }: Pick<Policy, "ref">): boolean {
  return ref.apiVersion.startsWith("cilium.io/");
}

/** How many entries of a direction a policy has that match something; one may be several rules. */
export function entryCount(policy: Policy, direction: Direction): number {
  return new Set(policy.rules[direction].map((_, i) => JSON.stringify(rulePath(policy, direction, i)))).size;
}
