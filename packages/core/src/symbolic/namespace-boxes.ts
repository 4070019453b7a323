import type { Direction, Policy } from "../model/policy.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { requireUnderstood } from "../semantics/understood-policies.ts";
import { type Box, intersectBoxes, type Point } from "./box.ts";
import type { Budget } from "./budget.ts";
import { type Cover, coverOf } from "./cover.ts";
import { CoverIndex } from "./cover-index.ts";
import type { PolicySpace } from "./policy-space.ts";

/** What the policies of one namespace isolate and admit in one direction. */
export interface NamespaceBoxes {
  readonly isolated: CoverIndex;
  readonly admitted: CoverIndex;
  /** False when a rule was too big to be expanded: then absence of a box proves nothing. */
  readonly complete: boolean;
}

/** The boxes of policies of one namespace; their owners are places in `policies`. */
export function namespaceBoxes(
  space: PolicySpace,
  policies: readonly Policy[],
  direction: Direction,
  budget: Budget,
): NamespaceBoxes {
  requireUnderstood(policies);
  const isolated = new CoverIndex();
  const admitted = new CoverIndex();
  let complete = true;
  policies.forEach((policy, owner) => {
    const subject = space.subject(policy);
    if (subject === undefined || !policy.isolates[direction]) return;
    isolated.add(subject, owner);
    for (const rule of decidingRules(policy, direction)) {
      const boxes = space.ruleBoxes(policy, rule);
      if (boxes === undefined || !budget.spend(boxes.length)) complete = false;
      else for (const box of boxes) admitted.add(box, owner);
    }
  });
  return { isolated, admitted, complete };
}

/** Whether a point's subject is isolated; undefined when the budget ended. */
function isIsolated(boxes: NamespaceBoxes, point: Point, budget: Budget): boolean | undefined {
  let found = false;
  boxes.isolated.visitHolding(point, budget, () => (found = true));
  if (found) return true;
  return budget.exhausted ? undefined : false;
}

/**
 * Whether all that a box admits is allowed by policies: admitted by a rule, or its subject not isolated ("by default, a
 * pod is non-isolated; all connections are allowed").
 */
export function coverOfAllowed(box: Box, boxes: NamespaceBoxes, budget: Budget): Cover {
  if (!boxes.complete) return { status: "undecided" };
  const cover = coverOf(box, boxes.admitted, budget);
  if (cover.status !== "uncovered") return cover;
  const isolated = isIsolated(boxes, cover.point, budget);
  if (isolated !== false) return isolated === undefined ? { status: "undecided" } : cover;
  // The escaping point is open anyway. Only the isolated part of the box has to be admitted.
  let result: Cover = { status: "covered", by: [] };
  for (const { box: subject } of boxes.isolated.entries()) {
    if (!budget.spend(1)) return { status: "undecided" };
    const part = intersectBoxes(box, subject);
    if (part === undefined) continue;
    const answer = coverOf(part, boxes.admitted, budget);
    if (answer.status === "uncovered") return answer;
    if (answer.status === "undecided") result = answer;
  }
  return result;
}
