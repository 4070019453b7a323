import { groupBy } from "../lib/group-by.ts";
import { type Policy, directions } from "../model/policy.ts";
import { Budget } from "../symbolic/budget.ts";
import { provedMerge } from "../symbolic/merge-policies.ts";
import { PolicyRelator } from "../symbolic/relate-policies.ts";
import type { NamespaceFacts } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { isGuard, optimizations, proofOptions } from "./support/optimizations.ts";
import { policyPlace, relatedTo } from "./support/places.ts";
import { listText, nameOf, selectorText, typeOf } from "./support/words.ts";

const relatedPolicies = 10;

/** Steps that all merges, and that one merge, may cost. */
const steps = 3_000_000;
const stepsPerGroup = 300_000;

/** Flags policies that select the same pods and isolate the same directions: one policy proved to do the same could say it all. */
export const mergeablePolicies: RuleDefinition = defineRule({
  id: "mergeable-policies",
  severity: "info",
  category: "optimization",
  title: "Policies that one could replace",
  needs: ["policies"],
  fix: "safe",
  check(context, report, skip) {
    const kept = new Set(optimizations(context).kept);
    const budget = new Budget(steps);
    const undecided: string[] = [];
    for (const facts of context.namespaces) {
      for (const group of groupsIn(facts, kept)) {
        const share = budget.share(stepsPerGroup);
        const merge = provedMerge(group, proofOptions(context, share));
        budget.charge(share, stepsPerGroup);
        const [first, ...others] = group;
        if (merge.status === "refused" && merge.comparison?.verdict === "undecided") undecided.push(facts.name);
        if (merge.status === "refused" || first === undefined) continue;
        const types = directions.filter((direction) => first.isolates[direction]).map(typeOf);
        report({
          at: policyPlace(first, ["metadata", "name"]),
          message: `${listText(group.map(nameOf))} select the same pods (${selectorText(first.subject.podSelector)}) for ${types.join(" and ")}: one policy with the rules of all is proved to do the same`,
          affected: context.subjectsOf(first),
          related: others
            .slice(0, relatedPolicies)
            .map((policy) => relatedTo(policyPlace(policy, ["metadata", "name"]), `${nameOf(policy)} can be merged`)),
          fix: { kind: "safe", description: `Move the rules of all into ${first.name} and remove the others.` },
        });
      }
    }
    if (undecided.length > 0)
      skip(`in ${listText([...new Set(undecided)])}: policies too big to be compared within the bounds of a run`);
  },
});

/** The policies that could become one: they select the same pods, isolate the same directions and all have rules of their own. */
function groupsIn({ policies }: NamespaceFacts, kept: ReadonlySet<Policy>): readonly (readonly Policy[])[] {
  const candidates = policies.filter((policy) => kept.has(policy) && !isGuard(policy));
  if (candidates.length < 2) return [];
  return new PolicyRelator(candidates)
    .sameSubjects(candidates)
    .flatMap((same) => [
      ...groupBy(same, ({ isolates }) => directions.filter((direction) => isolates[direction]).join()).values(),
    ])
    .filter((group) => group.length > 1);
}
