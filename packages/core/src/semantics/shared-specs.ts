import type { Policy } from "../model/policy.ts";

/** What policies that are written alike have in common. */
export type SharedSpec = Pick<Policy, "subject" | "rules">;

/**
 * A function of subject and rules that computes its answer once for all policies that are written alike: they share these.
 * The compiler sees to it that the function asks for nothing else.
 */
export function onceOfSpec<V>(compute: (spec: SharedSpec) => V): (spec: SharedSpec) => V {
  const known = new WeakMap<Policy["rules"], { readonly subject: Policy["subject"]; readonly value: V }>();
  return ({ subject, rules }) => {
    const found = known.get(rules);
    if (found?.subject === subject) return found.value;
    const value = compute({ subject, rules });
    known.set(rules, { subject, value });
    return value;
  };
}
