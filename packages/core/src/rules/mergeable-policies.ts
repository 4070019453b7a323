import type { Fix, ObjectChange } from "../answers/finding.ts";
import { directions } from "../model/policy.ts";
import type { PatchOperation, PlannedStep } from "../optimize/step.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { offers } from "./support/planned-policies.ts";
import { policyPlace, relatedTo } from "./support/places.ts";
import { listText, nameOf, selectorText, typeOf } from "./support/words.ts";

const relatedPolicies = 10;

/** Flags policies that select the same pods and isolate the same directions: one policy proved to do the same could say it all. */
export const mergeablePolicies: RuleDefinition = defineRule({
  id: "mergeable-policies",
  severity: "info",
  category: "optimization",
  title: "Policies that one could replace",
  needs: ["policies"],
  fix: "safe",
  dependsOn: "namespace",
  check(context, report, skip) {
    const undecided: string[] = [];
    for (const { basis, step, withheld } of offers(context, "group")) {
      const [first, ...others] = basis.policies;
      if (first === undefined) continue;
      if (withheld?.cause === "proof") undecided.push(first.namespace ?? "");
      // What two owners have, and what would be hard to read as one, nobody is asked to merge.
      if (step === undefined) continue;
      const types = directions.filter((direction) => first.isolates[direction]).map(typeOf);
      report({
        at: policyPlace(first, ["metadata", "name"]),
        message: `${listText(basis.policies.map(nameOf))} select the same pods (${selectorText(first.subject.podSelector)}) for ${types.join(" and ")}: one policy with the rules of all is proved to do the same`,
        affected: context.subjectsOf(first),
        related: others
          .slice(0, relatedPolicies)
          .map((policy) => relatedTo(policyPlace(policy, ["metadata", "name"]), `${nameOf(policy)} can be merged`)),
        fix: mergeFix(step),
      });
    }
    if (undecided.length > 0)
      skip(`in ${listText([...new Set(undecided)])}: policies too big to be compared within the bounds of a run`);
  },
});

function mergeFix({ description, patch }: PlannedStep): Fix {
  const sentence = `${description.charAt(0).toUpperCase()}${description.slice(1)}.`;
  return { kind: "safe", description: sentence, changes: patch.map(changeOf) };
}

/** The places in the patch of a merge are those before it: what it removes it removes from the end. */
function changeOf({ policy, op, path, value = null }: PatchOperation): ObjectChange {
  const steps = path
    .split("/")
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const above = steps.slice(0, -1);
  const last = steps.at(-1);
  if (op === "remove") return { type: "delete", object: policy.ref, path: steps };
  if (op === "replace") return { type: "set", object: policy.ref, path: steps, value };
  if (last === "-") return { type: "append", object: policy.ref, path: above, value };
  return { type: "put", object: policy.ref, path: above, key: String(last), value };
}
