import { type Direction, directions, type Policy } from "../model/policy.ts";
import { type ClassId, ClassSet } from "../reachability/class-set.ts";
import { constantMap, mergeMaps, subtractMaps } from "../reachability/connection-map.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { allConnections } from "../sets/connection-set.ts";
import { difference, interval } from "../sets/interval-set.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { uniteSets } from "./support/class-sets.ts";
import { policyPlace } from "./support/places.ts";
import { knownClasses, orderedPolicies } from "./support/tiers.ts";
import { UnknownNamespaces } from "./support/unevaluated.ts";
import { nameOf } from "./support/words.ts";

/** Flags a policy that only denies a part, in a tier whose end denies the rest: what it was not written for is denied, too. */
export const tierWithoutPass: RuleDefinition = defineRule({
  id: "tier-without-pass",
  severity: "high",
  category: "correctness",
  title: "Denying rules in a tier that denies the rest",
  needs: ["workloads"],
  fix: "none",
  check(context, report, skip) {
    const unknown = new UnknownNamespaces();
    for (const policy of orderedPolicies(context))
      for (const direction of directions) {
        if (!deniesAPart(policy, direction)) continue;
        const affected = knownClasses(context, leftToTheEnd(context, policy, direction), "allows", direction, unknown);
        if (affected.size === 0) continue;
        report({
          at: policyPlace(policy, ["spec", direction], "key"),
          message: `${nameOf(policy)} has only rules that deny for ${direction}, and what they leave is denied at the end of the tier ${policy.tier.name}: no policy of the tier allows or passes on any ${direction} of these pods`,
          affected,
          fix: {
            kind: "manual",
            description:
              "End it with a rule that passes the rest on (action: Pass) or allows it; if all is to be denied, write one rule that denies everything.",
          },
        });
      }
    unknown.tell(skip);
  },
});

/** Whether a policy denies something, but not everything, and does nothing else, and its tier denies the rest. */
function deniesAPart(policy: Policy, direction: Direction): boolean {
  const rules = decidingRules(policy, direction).filter(({ placeholder }) => placeholder !== true);
  return (
    policy.isolates[direction] &&
    rules.length > 0 &&
    rules.every(({ action }) => action === "deny") &&
    !rules.some(({ peers, ports }) => peers === "any" && ports === "any")
  );
}

/** The pods of a policy that no policy of its tier allows or passes on anything. */
function leftToTheEnd(context: RuleContext, policy: Policy, direction: Direction): ClassSet {
  const opening = context.cluster.policies.filter(
    (other) =>
      other.tier.order === policy.tier.order &&
      other.tier.name === policy.tier.name &&
      decidingRules(other, direction).some(({ action, placeholder }) => action !== "deny" && placeholder !== true),
  );
  const spared = uniteSets(opening.map((other) => context.reachability.possibleSubjects(other)));
  const left = ClassSet.of(difference(context.subjectsOf(policy).boundaries, spared.boundaries)).toArray();
  return ClassSet.fromSorted(left.filter((id) => isMoreDenied(context, policy, direction, id)));
}

/** Whether a pod is denied more than the policy says: earlier tiers may allow all the rest. */
function isMoreDenied({ reachability }: RuleContext, policy: Policy, direction: Direction, id: ClassId): boolean {
  const { table, possible, classCount } = reachability;
  const [subject, row] = [reachability.podClass(id), possible[direction].rowOf[id]];
  if (subject === undefined || row === undefined) return false;
  const said = decidingRules(policy, direction).map((rule) =>
    reachability.ruleMatches(policy, rule, direction, subject, "possible"),
  );
  const everything = constantMap(ClassSet.of(interval(0, classCount)), allConnections);
  return subtractMaps(everything, mergeMaps([row.toMap(), ...said], table), table).starts.length > 0;
}
