import type { Direction } from "../../model/policy.ts";
import type { ClassId, ClassSet } from "../../reachability/class-set.ts";
import { restrictMap } from "../../reachability/connection-map.ts";
import type { Reachability } from "../../reachability/reachability.ts";
import { decidingRules } from "../../semantics/rules-in-force.ts";
import { intersectSets, subtractSets } from "./class-sets.ts";

/** Whether a class may connect with some of these: what its own node sends it counts where a rule allows it, and not where it is let in anyway. */
export function isAllowedSome(reachability: Reachability, id: ClassId, direction: Direction, peers: ClassSet): boolean {
  const row = reachability.possible[direction].rowOf[id];
  const subject = reachability.podClass(id);
  if (row === undefined || subject === undefined || direction === "egress") return row?.reaches(peers) ?? true;
  const { possible: own } = reachability.ownNodes.classes;
  if (row.reaches(subtractSets(peers, own))) return true;
  const nodes = intersectSets(peers, own);
  return (
    row.reaches(nodes) &&
    reachability
      .policiesOf(id, direction, "possible")
      .some((policy) =>
        decidingRules(policy, direction).some(
          (rule) =>
            rule.action !== "deny" &&
            restrictMap(reachability.ruleMatches(policy, rule, direction, subject, "possible"), nodes).starts.length >
              0,
        ),
      )
  );
}
