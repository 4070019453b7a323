import { type Direction, directions, type Policy, type Rule } from "../model/policy.ts";
import { ClassSet } from "../reachability/class-set.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { intersectSets } from "./support/class-sets.ts";
import { listeningPorts } from "./support/listening-ports.ts";
import { rulePlace } from "./support/places.ts";
import { knownClasses } from "./support/tiers.ts";
import { UnknownNamespaces } from "./support/unevaluated.ts";
import { nameOf } from "./support/words.ts";

/** Flags a policy of Cilium that only denies and by that isolates pods to which nothing else allows anything. */
export const denyOnlyPolicyIsolates: RuleDefinition = defineRule({
  id: "deny-only-policy-isolates",
  severity: "high",
  category: "reliability",
  title: "Policy that only denies cuts everything off",
  needs: ["policies"],
  fix: "none",
  check(context, report, skip) {
    const unknown = new UnknownNamespaces();
    for (const policy of context.otherPolicies) {
      for (const direction of directions) {
        const first = firstDeny(policy, direction);
        const cut = first === undefined ? undefined : cutOff(context, policy, direction);
        if (first === undefined || cut === undefined) continue;
        const known = knownClasses(context, cut, "allows", direction, unknown);
        if (cut.size > 0 && known.size === 0) continue;
        report({
          at: rulePlace(policy, direction, first),
          ...(mayBeMeant(context, policy, direction, known) ? { severity: "medium" } : {}),
          message: `${nameOf(policy)} only denies, and a policy that denies isolates its pods for ${direction}, too: nothing allows them anything, so all their ${direction} is cut, not just what is denied`,
          affected: known,
          fix: {
            kind: "manual",
            description: `Write \`enableDefaultDeny: {${direction}: false}\` into its spec, so that it denies and does not isolate, or allow what is needed. If nothing is to ${direction === "ingress" ? "come in" : "go out"}, \`${direction}: [{}]\` without the deny says so.`,
          },
        });
      }
    }
    unknown.tell(skip);
  },
});

/** Whether all that is outside is denied to pods that, as far as they are known, serve nobody: then nobody misses what is cut. */
function mayBeMeant(context: RuleContext, { rules }: Policy, direction: Direction, cut: ClassSet): boolean {
  const isOutside = ({ peers }: Rule): boolean => peers !== "any" && peers.every(({ type }) => type === "networks");
  return (
    direction === "ingress" &&
    rules.ingress.every(isOutside) &&
    intersectSets(cut, listeningPorts(context).known).size === 0
  );
}

/** The first of its rules where all deny somebody, but not everybody; undefined for another policy. */
function firstDeny(policy: Policy, direction: Direction): number | undefined {
  if (!policy.isolates[direction] || policy.tier.decides !== "deny-wins") return undefined;
  const rules = policy.rules[direction];
  if (!rules.every(({ action }) => action === "deny")) return undefined;
  if (rules.some(({ peers, ports }) => peers === "any" && ports === "any")) return undefined;
  const first = rules.findIndex(({ peers, ports }) => peers === "any" || (peers.length > 0 && ports.length > 0));
  return first < 0 ? undefined : first;
}

/** The pods that nothing allows anything; empty where the input has no pods and no policy that may allow something. Undefined: none. */
function cutOff(context: RuleContext, policy: Policy, direction: Direction): ClassSet | undefined {
  const allows = (other: Policy): boolean =>
    other.applies[direction] &&
    other.rules[direction].some(({ action, peers }) => action === "allow" && peers.length > 0);
  const possible = context.reachability.possibleSubjects(policy);
  if (possible.size === 0) {
    const mayOpen = ({ namespace }: Policy): boolean =>
      namespace === undefined || policy.namespace === undefined || namespace === policy.namespace;
    return context.cluster.policies.some((other) => mayOpen(other) && allows(other)) ? undefined : ClassSet.empty;
  }
  const cut = context
    .subjectsOf(policy)
    .toArray()
    .filter((id) => !context.reachability.policiesOf(id, direction, "possible").some(allows));
  return cut.length === 0 ? undefined : ClassSet.fromSorted(cut);
}
