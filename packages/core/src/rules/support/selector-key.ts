import type { Policy } from "../../model/policy.ts";
import type { Selector } from "../../model/selector.ts";

/** Equal for selectors with the same requirements, in whatever order they are written. */
export function selectorKey({ requirements }: Selector): string {
  if (requirements.length === 0) return "";
  const parts = requirements.map(({ key, operator, values }) => JSON.stringify([key, operator, values.toSorted()]));
  return parts.toSorted().join();
}

/** The first policy of each distinct podSelector. */
export function distinctSelectors(policies: readonly Policy[]): readonly Policy[] {
  const first = new Map<string, Policy>();
  for (const policy of policies) {
    const key = selectorKey(policy.subject.podSelector);
    if (!first.has(key)) first.set(key, policy);
  }
  return [...first.values()];
}
