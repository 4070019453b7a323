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

/** What a policy says, whatever its name and namespace. */
export type Said = Pick<Policy, "subject" | "applies" | "isolates" | "rules" | "tier" | "unknownSubject">;

/** Whether two policies share all that they say: those that are written alike do. Others may say the same in other objects. */
export function sharesAll(a: Said, b: Said): boolean {
  return (
    a.rules === b.rules &&
    a.subject === b.subject &&
    a.applies === b.applies &&
    a.isolates === b.isolates &&
    a.tier === b.tier &&
    a.unknownSubject === b.unknownSubject
  );
}

/** The policies without those that share all with an earlier one, for what hangs on nothing else. */
export function saidOnce(policies: readonly Policy[]): readonly Policy[] {
  return bySaid(policies).said;
}

/** What policies say: each of it once, and which of it each policy says. */
export interface PoliciesBySaid {
  readonly said: readonly Policy[];
  /** By the place of a policy: the place in `said`. */
  readonly of: Uint32Array;
}

/** Policies by what they say. Most of many are written like others. */
export function bySaid(policies: readonly Policy[]): PoliciesBySaid {
  const said: Policy[] = [];
  const known = new Map<Policy["rules"], number>();
  const of = Uint32Array.from(policies, (policy) => {
    const at = known.get(policy.rules);
    const earlier = at === undefined ? undefined : said[at];
    if (at !== undefined && earlier !== undefined && sharesAll(earlier, policy)) return at;
    if (at === undefined) known.set(policy.rules, said.length);
    return said.push(policy) - 1;
  });
  return { said, of };
}
