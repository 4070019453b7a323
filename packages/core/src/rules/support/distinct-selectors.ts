import type { Policy } from "../../model/policy.ts";
import { selectorKey } from "../../semantics/canonical-key.ts";

/** The first policy of each distinct podSelector. */
export function distinctSelectors(policies: readonly Policy[]): readonly Policy[] {
  const first = new Map<string, Policy>();
  for (const policy of policies) {
    const key = selectorKey(policy.subject.podSelector);
    if (!first.has(key)) first.set(key, policy);
  }
  return [...first.values()];
}
