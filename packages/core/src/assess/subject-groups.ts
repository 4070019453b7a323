import type { Policy } from "../model/policy.ts";
import { type Box, boxKey } from "../symbolic/box.ts";
import { selectorBox } from "../symbolic/selector-box.ts";
import { Universe } from "../symbolic/universe.ts";

/** Policies of one namespace that select exactly the same pods, whatever pods there are. */
export interface SubjectGroup {
  /** The pods they select, as a box over labels. */
  readonly box: Box;
  /** At least one, in the cluster's order. */
  readonly policies: readonly Policy[];
}

/** The policies of one namespace by what they select. */
export interface Subjects {
  readonly universe: Universe;
  readonly groups: readonly SubjectGroup[];
}

/** Groups the policies of one namespace by their subjects. Policies that can select no pod at all are in no group. */
export function subjectGroups(policies: readonly Policy[]): Subjects {
  const universe = new Universe();
  const groups = new Map<string, { readonly box: Box; readonly policies: Policy[] }>();
  // Values must all be known before boxes are named: a value met later was "other" until then.
  for (const policy of policies) selectorBox(universe, "subject", policy.subject.podSelector);
  for (const policy of policies) {
    const box = selectorBox(universe, "subject", policy.subject.podSelector);
    if (box === undefined) continue;
    const key = boxKey(box);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { box, policies: [policy] });
    else group.policies.push(policy);
  }
  return { universe, groups: [...groups.values()] };
}
