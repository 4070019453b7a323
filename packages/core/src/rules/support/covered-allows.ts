import { type Policy, rulePath } from "../../model/policy.ts";
import { wholeRules } from "../../symbolic/whole-rules.ts";
import { formatPath } from "../../source/position.ts";
import { type CoveredAllows, findCoveredAllows } from "../../symbolic/covered-allows.ts";
import type { RuleRef } from "../../symbolic/redundancy.ts";
import type { RuleContext } from "../context.ts";
import type { Found } from "../define-rule.ts";
import { objectKey } from "./one-defect.ts";
import { policyPlace, relatedTo, rulePlace } from "./places.ts";
import { doubtText } from "./planned-policies.ts";
import { askOrdered } from "./tiers.ts";
import { listText, nameOf } from "./words.ts";

const relatedCovers = 10;

/** What policies of Cilium allow that others of their union allow as well: asked for with `context.once`. */
export function coveredAllows(context: RuleContext): CoveredAllows {
  return askOrdered(context, findCoveredAllows);
}

/** The policies of Cilium without which nothing changes. */
export function coveredPolicies(context: RuleContext): readonly Found[] {
  return context.once(coveredAllows).policies.flatMap(({ policy, coveredBy }) => {
    if (isDoubtful(context, [policy, ...coveredBy])) return [];
    const others = coveredBy.filter((other) => other !== policy);
    return [
      {
        at: policyPlace(policy, ["metadata", "name"]),
        message: `${nameOf(policy)} adds nothing to ${listText(others.map(nameOf))}: without it nothing changes for any pod that could exist`,
        affected: context.subjectsOf(policy),
        related: others
          .slice(0, relatedCovers)
          .map((other) =>
            relatedTo(policyPlace(other, ["metadata", "name"]), `${nameOf(other)} allows or isolates the same`),
          ),
        fix: {
          kind: "manual",
          description: `Remove ${policy.name} if all that the others allow is meant; else narrow them.`,
        },
      },
    ];
  });
}

/** The entries of policies of Cilium without which nothing changes, those of whole policies apart. */
export function coveredEntries(context: RuleContext): readonly Found[] {
  const { rules, policies } = context.once(coveredAllows);
  const whole = new Set(policies.map(({ policy }) => objectKey(policy.ref)));
  return wholeRules(context.cluster.policies, rules).flatMap((parts) => {
    const { policy, direction, rule } = parts[0].rule;
    if (whole.has(objectKey(policy.ref))) return [];
    const covers = distinct(parts.flatMap(({ coveredBy }) => coveredBy));
    if (isDoubtful(context, [policy, ...covers.map((cover) => cover.policy)])) return [];
    const path = formatPath(rulePath(policy, direction, rule));
    const places = policy.rules[direction].map((_, index) => formatPath(rulePath(policy, direction, index)));
    const isLast = new Set(places).size === 1 && policy.isolates[direction];
    return [
      {
        at: rulePlace(policy, direction, rule),
        message: `${path} of ${nameOf(policy)} adds nothing to ${listText(covers.map((cover) => textOf(cover, policy)))}: without it nothing changes for any pod that could exist`,
        affected: context.subjectsOf(policy),
        related: covers
          .slice(0, relatedCovers)
          .map((cover) =>
            relatedTo(
              rulePlace(cover.policy, cover.direction, cover.rule),
              `this rule of ${nameOf(cover.policy)} allows the same`,
            ),
          ),
        fix: {
          kind: "manual",
          description: isLast
            ? `Write \`${direction}: [{}]\` in its place: the policy isolates its pods, and allows nothing that others do not.`
            : `Remove ${path} if all that the others allow is meant; else narrow them.`,
        },
      },
    ];
  });
}

/** Whether something worse is found of a policy: that comes first. */
function isDoubtful(context: RuleContext, policies: readonly Policy[]): boolean {
  return policies.some((policy) => doubtText(context, policy) !== undefined);
}

function distinct(covers: readonly RuleRef[]): readonly RuleRef[] {
  return [...new Map(covers.map((cover) => [textOf(cover, undefined), cover])).values()];
}

function textOf({ policy, direction, rule }: RuleRef, own: RuleRef["policy"] | undefined): string {
  const path = formatPath(rulePath(policy, direction, rule));
  return policy === own ? `${path} of the same policy` : `${path} of ${nameOf(policy)}`;
}
