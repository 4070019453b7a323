import type { Policy } from "../model/policy.ts";
import { type Box, boxKey } from "../symbolic/box.ts";
import type { SubjectGroup } from "../symbolic/subject-groups.ts";

/** A policy with what it selects. */
export interface Selecting {
  readonly policy: Policy;
  readonly box: Box;
}

/** Policies that, as far as overlaps go, are alike: all meet each other, and meet the same others. */
export interface SharingClass {
  /** What they select by the labels that others look at, too. */
  readonly box: Box;
  readonly members: readonly Selecting[];
}

/**
 * Groups put together where only labels tell them apart that nobody else looks at: such a label never keeps two policies
 * apart. Ten thousand policies, each with a label key of its own, are one class.
 */
export function sharingClasses(groups: readonly SubjectGroup[]): readonly SharingClass[] {
  const users = new Map<number, number>();
  for (const { box } of groups)
    for (const { dimension } of box) users.set(dimension.id, (users.get(dimension.id) ?? 0) + 1);
  const classes = new Map<string, { readonly box: Box; readonly members: Selecting[] }>();
  for (const { box, policies } of groups) {
    const shared = box.filter(({ dimension }) => (users.get(dimension.id) ?? 0) > 1);
    const key = boxKey(shared);
    const known = classes.get(key) ?? { box: shared, members: [] };
    for (const policy of policies) known.members.push({ policy, box });
    classes.set(key, known);
  }
  return [...classes.values()];
}
