import { groupBy } from "../lib/group-by.ts";
import { type Policy, directions } from "../model/policy.ts";
import type { Box } from "./box.ts";
import type { PolicySpace } from "./policy-space.ts";
import { whyUnprovable } from "./provable-policies.ts";

/** Policies of one namespace that select exactly the same pods, whatever pods there are. */
export interface SubjectGroup {
  /** The pods they select, as a box over labels. */
  readonly box: Box;
  /** At least one, in the order given. */
  readonly policies: readonly Policy[];
}

/**
 * Policies by whom they select, whatever their selectors look like. Policies that can select no pod at all, and those
 * that proofs do not understand, are in no group.
 */
export function subjectGroups(space: PolicySpace, policies: readonly Policy[]): readonly SubjectGroup[] {
  return [...groupBy(policies, ({ namespace }) => namespace).values()].flatMap((inNamespace) => {
    const provable = inNamespace.filter((policy) => whyUnprovable(policy) === undefined);
    return [...groupBy(provable, (policy) => space.subject(policy))].flatMap(([box, same]) =>
      box === undefined ? [] : [{ box, policies: same }],
    );
  });
}

/** Two or more policies each, that select the same pods and isolate the same directions: one policy could say it all. */
export function mergeCandidates(groups: readonly SubjectGroup[]): (readonly Policy[])[] {
  return groups
    .filter(({ policies }) => policies.length > 1)
    .flatMap(({ policies }) => [...groupBy(policies, isolatedDirections).values()])
    .filter((group) => group.length > 1);
}

function isolatedDirections({ isolates }: Policy): string {
  return directions.filter((direction) => isolates[direction]).join();
}
