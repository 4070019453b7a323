import { type Direction, type Policy, directions } from "../model/policy.ts";
import { ClassSet } from "../reachability/class-set.ts";
import { allowingRules } from "../semantics/rules-in-force.ts";
import { difference, interval } from "../sets/interval-set.ts";
import { relateSelectors } from "../symbolic/selector-questions.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { isAllowedSome } from "./support/allowed-some.ts";
import { uniteSets } from "./support/class-sets.ts";
import { policyPlace } from "./support/places.ts";
import { distinctSelectors } from "./support/distinct-selectors.ts";
import { UnknownNamespaces, unknownPolicies } from "./support/unevaluated.ts";
import { nameOf, selectorText, typeOf } from "./support/words.ts";

const stepsPerPair = 20;

/** Flags a policy for some pods that denies them a whole direction, where no other policy allows anything either. */
export const implicitDenyAll: RuleDefinition = defineRule({
  id: "implicit-deny-all",
  severity: "info",
  category: "reliability",
  title: "Everything denied to some pods",
  needs: ["policies"],
  fix: "none",
  check(context, report, skip) {
    const unknown = new UnknownNamespaces();
    for (const facts of context.namespaces) {
      for (const direction of directions) {
        const silent = facts.policies.filter((policy) => deniesAll(policy, direction));
        if (silent.length === 0) continue;
        const reason = unknownPolicies(context, facts.name, "allows", direction);
        if (reason !== undefined) {
          unknown.add(reason, facts.name);
          continue;
        }
        const wide = context.cluster.policies.filter(({ namespace }) => namespace === undefined);
        const opens = (policy: Policy): boolean => allowingRules(policy, direction).length > 0;
        const own = facts.policies.filter(opens);
        const allowed = uniteSets(own.map((policy) => context.subjectsOf(policy)));
        for (const policy of silent) {
          const denied = withNothing(
            context,
            ClassSet.of(difference(context.subjectsOf(policy).boundaries, allowed.boundaries)),
            direction,
          );
          if (
            facts.workloads.length > 0
              ? denied.size === 0
              : mayBeAllowed(context, policy, [...own, ...wide.filter(opens)])
          )
            continue;
          report({
            at: policyPlace(policy, ["spec"], "key"),
            message: `${nameOf(policy)} denies all ${direction} ${direction === "ingress" ? "to" : "of"} pods ${selectorText(policy.subject.podSelector)}, and no policy allows them any${implicitly(policy, direction)}`,
            affected: denied,
          });
        }
      }
    }
    unknown.tell(skip);
  },
});

/** Selects some pods, isolates them and has no rule. A default deny for all pods says what it does. */
function deniesAll(policy: Policy, direction: Direction): boolean {
  return (
    policy.isolates[direction] &&
    policy.rules[direction].length === 0 &&
    policy.subject.podSelector.requirements.length > 0
  );
}

/** Those of some classes that in the end are allowed nothing: policies of other tiers may open what this one denies. */
function withNothing({ reachability }: RuleContext, classes: ClassSet, direction: Direction): ClassSet {
  const everyone = ClassSet.of(interval(0, reachability.classCount));
  return ClassSet.fromSorted(classes.toArray().filter((id) => !isAllowedSome(reachability, id, direction, everyone)));
}

/** Without pods in the input: whether a policy that allows something may select one of the same pods. */
function mayBeAllowed(context: RuleContext, policy: Policy, allowing: readonly Policy[]): boolean {
  return distinctSelectors(allowing).some(
    (other) =>
      !context.budget.spend(stepsPerPair) ||
      relateSelectors(policy.subject.podSelector, other.subject.podSelector).relation !== "disjoint",
  );
}

function implicitly(policy: Policy, direction: Direction): string {
  return policy.policyTypes === undefined ? `: without policyTypes ${typeOf(direction)} is isolated by default` : "";
}
