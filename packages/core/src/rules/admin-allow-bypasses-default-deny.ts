import { type Direction, directions, type Policy, type Rule } from "../model/policy.ts";
import type { ClassSet } from "../reachability/class-set.ts";
import { connectionsAt, intersectMaps, subtractMaps, supportOf } from "../reachability/connection-map.ts";
import { noConnections } from "../sets/connection-set.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { intersectSets } from "./support/class-sets.ts";
import { policyPlace, relatedTo, rulePlace } from "./support/places.ts";
import {
  classesWhere,
  isolatingOn,
  knownClasses,
  matchesUndecided,
  orderedPolicies,
  relationOfTiers,
  trafficText,
} from "./support/tiers.ts";
import { UnknownNamespaces } from "./support/unevaluated.ts";
import { isEveryPod } from "./support/wide-peers.ts";
import { listText, nameOf } from "./support/words.ts";

/** Flags an Allow of an earlier tier that opens what later policies deny: nobody who reads those sees it. */
export const adminAllowBypassesDefaultDeny: RuleDefinition = defineRule({
  id: "admin-allow-bypasses-default-deny",
  severity: "medium",
  worst: "high",
  category: "security",
  title: "Allow of an earlier tier opens what later policies deny",
  needs: ["workloads"],
  fix: "none",
  check(context, report, skip) {
    const unknown = new UnknownNamespaces();
    for (const policy of orderedPolicies(context))
      for (const direction of directions) {
        const isolating = isolatingOn(context, "later", policy, direction);
        if (isolating.length === 0) continue;
        for (const [i, rule] of decidingRules(policy, direction).entries()) {
          if (rule.action !== "allow") continue;
          const opened = knownClasses(
            context,
            openedBy(context, policy, direction, rule),
            "allows",
            direction,
            unknown,
          );
          const deny = isolating.find((other) => intersectSets(context.subjectsOf(other), opened).size > 0);
          if (deny === undefined) continue;
          const severity = severityOf(rule);
          report({
            at: rulePlace(policy, direction, i),
            message: `this rule of ${nameOf(policy)} allows ${trafficText(direction, rule)} before later tiers are asked; ${nameOf(deny)} isolates pods that it selects, and nothing there allows that`,
            ...(severity === undefined ? {} : { severity }),
            affected: opened,
            related: [relatedTo(policyPlace(deny, ["spec"]), `${nameOf(deny)} would deny it`)],
            fix: {
              kind: "manual",
              description: adviceOn(context, policy, direction, rule),
            },
          });
        }
      }
    unknown.tell(skip);
    if (context.budget.exhausted) skip("there are too many policies to look at all rules that allow");
  },
});

/** What is passed on must be decided there for every pod of the policy, or passing on allows it as well. */
function adviceOn(context: RuleContext, policy: Policy, direction: Direction, rule: Rule): string {
  const later = relationOfTiers(context, "later", policy);
  const undecided = classesWhere(context, policy, rule, direction, [later], (subject) =>
    matchesUndecided(context, policy, rule, direction, subject, later),
  );
  const narrow = "Narrow it to the pods and ports that must be allowed whatever later policies say";
  return undecided.size === 0 && !context.budget.exhausted
    ? `${narrow}, or pass on instead (action: Pass), so that they decide.`
    : `${narrow}. To pass on instead (action: Pass) would leave ${listText(context.workloadsOf(undecided).ids)} open, about which no later policy decides.`;
}

/** The classes to which a rule opens what the later tiers would deny. */
function openedBy(context: RuleContext, policy: Policy, direction: Direction, rule: Rule): ClassSet {
  const { reachability } = context;
  const { table } = reachability;
  const later = relationOfTiers(context, "later", policy);
  return classesWhere(context, policy, rule, direction, [reachability, later], (subject) => {
    if (!later.isIsolated(subject.id, direction)) return false;
    const matched = reachability.ruleMatches(policy, rule, direction, subject);
    if (matched.starts.length === 0) return false;
    const now = reachability.certain[direction].rowOf[subject.id];
    // What may be allowed without the rule is not opened by it.
    const without = later.possible[direction].rowOf[subject.id];
    if (now === undefined || without === undefined) return false;
    // The first peer mostly tells, and looking at all of them for every pod is dear.
    const [first = 0] = matched.starts;
    const opened = table.intersection(connectionsAt(matched, first), now.connections(first));
    if (table.difference(opened, without.connections(first)) !== noConnections) return true;
    const peers = supportOf(matched, reachability.classCount);
    return (
      subtractMaps(intersectMaps(matched, now.within(peers), table), without.within(peers), table).starts.length > 0
    );
  });
}

/** Everything from everybody makes a default deny void; what names certain pods and ports is what such rules are for. */
function severityOf({ peers, ports }: Rule): "high" | "low" | undefined {
  const isFromAll = peers === "any" || peers.some(isEveryPod);
  if (isFromAll && ports === "any") return "high";
  return isFromAll || ports === "any" ? undefined : "low";
}
