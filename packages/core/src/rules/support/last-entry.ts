import type { Direction, Policy } from "../../model/policy.ts";
import { entryCount, hasEntries } from "../../semantics/entries.ts";

/** Whether a policy of Cilium isolates by the one entry of a direction that it has: without it, it isolates nobody. */
export function isolatesByOne(policy: Policy, direction: Direction): boolean {
  return hasEntries(policy) && entryCount(policy, direction) === 1 && policy.isolates[direction];
}
