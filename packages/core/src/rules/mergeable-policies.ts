import { directions } from "../model/policy.ts";
import { Budget } from "../symbolic/budget.ts";
import { mergeInSpace } from "../symbolic/merge-policies.ts";
import { mergeCandidates, subjectGroups } from "../symbolic/subject-groups.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { isGuard, optimizations } from "./support/optimizations.ts";
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
      const candidates = facts.policies.filter((policy) => kept.has(policy) && !isGuard(policy));
      for (const group of mergeCandidates(subjectGroups(context.space, candidates))) {
        const share = budget.share(stepsPerGroup);
        const merge = mergeInSpace(context.space, group, { budget: share, limit: 1 });
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
