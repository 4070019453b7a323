import { groupBy } from "../lib/group-by.ts";
import { rulePath } from "../model/policy.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { formatPath } from "../source/position.ts";
import type { DeadRule } from "../symbolic/dead-rules.ts";
import type { RuleRef } from "../symbolic/redundancy.ts";
import { type DeadParts, wholeRules } from "../symbolic/whole-rules.ts";
import type { Candidate, PolicyObject } from "./candidate.ts";
import { policyTypesOf } from "./policy-value.ts";
import { firstNames, nameText } from "./step-words.ts";
import { pointer } from "./step.ts";

/** Dead rules that the rules before them decide alike, the last of an object first: so the places of the others stay. */
export function deadRuleSteps(objects: readonly PolicyObject[], dead: readonly DeadRule[]): readonly Candidate[] {
  const byObject = groupBy(
    wholeRules(
      objects.flatMap(({ parts }) => parts),
      dead,
    ),
    ([{ rule }]) => refKey(rule.policy.ref),
  );
  return objects.flatMap((object) => {
    const found = (byObject.get(refKey(object.first.ref)) ?? []).filter(
      // Whose rules judge pods by themselves is not compared as a whole.
      (parts) => parts[0].rule.policy.part === undefined && decidedAlike(parts),
    );
    const last = found.toSorted(([a], [b]) => b.rule.rule - a.rule.rule);
    const left = { ingress: object.first.rules.ingress.length, egress: object.first.rules.egress.length };
    return last.flatMap((parts) => {
      const [{ rule }] = parts;
      // A direction whose types would be others without its rules stays as it is.
      const isLast = left[rule.direction] === 1;
      if (isLast && object.first.ifAssumed !== undefined) return [];
      left[rule.direction]--;
      return [deadRule(object, parts, isLast)];
    });
  });
}

function deadRule(object: PolicyObject, parts: DeadParts, isLast: boolean): Candidate {
  const { first } = object;
  const { direction, rule } = parts[0].rule;
  const covers = parts.flatMap(({ coveredBy }) => coveredBy);
  const where = formatPath(rulePath(first, direction, rule));
  const names = covers.map(
    (cover) => `${formatPath(rulePath(cover.policy, cover.direction, cover.rule))} of ${cover.policy.name}`,
  );
  const typed = isLast && first.isolates[direction] && first.policyTypes === undefined;
  const policyTypes = typed ? policyTypesOf(first) : first.policyTypes;
  return {
    type: "redundant-rule",
    object,
    path: rulePath(first, direction, rule),
    description: `delete ${where} of ${nameText(first)}`,
    reason: "a rule less",
    proof: `it can never decide: ${firstNames([...new Set(names)])} ${new Set(names).size === 1 ? "decides" : "decide"} the same before`,
    patch: [
      ...(typed
        ? [{ policy: first, op: "add" as const, path: pointer("spec", "types"), value: policyTypesOf(first) }]
        : []),
      { policy: first, op: "remove", path: isLast ? pointer("spec", direction) : pointer("spec", direction, rule) },
    ],
    covers: covers.map(({ policy }) => policy),
    unproved: parts.find(({ besides }) => besides !== undefined)?.besides,
    change: (policy) => ({
      ...policy,
      ...(policyTypes === undefined ? {} : { policyTypes }),
      rules: { ...policy.rules, [direction]: policy.rules[direction].toSpliced(rule, 1) },
    }),
  };
}

function decidedAlike(parts: DeadParts): boolean {
  return parts.every(
    ({ rule, coveredBy }) => coveredBy.length > 0 && coveredBy.every((cover) => actionOf(cover) === actionOf(rule)),
  );
}

function actionOf({ policy, direction, rule }: RuleRef): string | undefined {
  return policy.rules[direction][rule]?.action;
}
