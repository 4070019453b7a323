import { type Policy, type Rule, directions } from "../model/policy.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import type { Redundancy } from "../symbolic/redundancy.ts";
import { isolatesOnly, rulesOf } from "../symbolic/whole-rules.ts";
import { ruleOf } from "./undone.ts";

/**
 * Whether what covers a part of another kind than NetworkPolicies says again what the part says: does the same, and limits no
 * requests. What something else decides before is a mistake, and what only isolates a floor to stand on.
 */
export function isSaidAgain({ part, coveredBy, byRest }: Redundancy): boolean {
  if (byRest === true || coveredBy.length === 0) return false;
  const own = part.type === "policy" ? rulesInForce(part.policy) : [ruleOf(part)];
  const covers = coveredBy.flatMap((cover) => (cover.type === "rule" ? ruleOf(cover) : []));
  const isolates = coveredBy.some(({ type }) => type === "policy");
  const [action, more] = new Set([...own, ...covers].map((rule) => rule.action));
  if (action === undefined || more !== undefined) return false;
  if (action === "deny" && isolates) return false;
  return !isFloor(part.policy, part.type) && [...own, ...covers].every(({ requests }) => requests === undefined);
}

function rulesInForce(policy: Policy): readonly Rule[] {
  return directions.flatMap((direction) => decidingRules(policy, direction));
}

/** A policy that isolates a direction in which it allows nothing. */
function isFloor(policy: Policy, type: Redundancy["part"]["type"]): boolean {
  return (
    type === "policy" &&
    directions.some(
      (direction) =>
        policy.isolates[direction] &&
        rulesOf(policy)
          .filter((ref) => ref.direction === direction)
          .every(isolatesOnly),
    )
  );
}
