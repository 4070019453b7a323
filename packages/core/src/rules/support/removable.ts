import { type Policy, rulePath } from "../../model/policy.ts";
import { formatPath } from "../../source/position.ts";
import { hasEntries } from "../../semantics/entries.ts";
import { isSaidAgain } from "../../optimize/said-again.ts";
import type { Part, Redundancy, RuleRef } from "../../symbolic/redundancy.ts";
import type { RuleContext } from "../context.ts";
import type { Found } from "../define-rule.ts";
import { objectKey } from "./one-defect.ts";
import { policyPlace, relatedTo, rulePlace } from "./places.ts";
import { isolatesByOne } from "./last-entry.ts";
import { doubtText } from "./planned-policies.ts";
import { removable } from "./tiers.ts";
import { listText, nameOf } from "./words.ts";

const relatedCovers = 10;

/** Of policies of Cilium. Of ordered tiers rules tell what can never decide. */
function ofUnions<T extends Part["type"]>(
  context: RuleContext,
  type: T,
): readonly (Redundancy & { readonly part: Extract<Part, { readonly type: T }> })[] {
  type Found = Redundancy & { readonly part: Extract<Part, { readonly type: T }> };
  const isAsked = (found: Redundancy): found is Found =>
    found.part.type === type && hasEntries(found.part.policy) && isSaidAgain(found);
  return context.once(removable).redundant.filter(isAsked);
}

/** The policies of Cilium without which nothing changes. */
export function coveredPolicies(context: RuleContext): readonly Found[] {
  return ofUnions(context, "policy").flatMap(({ part: { policy }, coveredBy }) => {
    if (coveredBy.length === 0 || isDoubtful(context, [policy, ...coveredBy.map((cover) => cover.policy)])) return [];
    const others = distinctBy(
      coveredBy.map((cover) => cover.policy),
      ({ ref }) => objectKey(ref),
    );
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
  return ofUnions(context, "rule").flatMap(({ part: { policy, direction, rule }, coveredBy }) => {
    if (coveredBy.length === 0 || isDoubtful(context, [policy, ...coveredBy.map((cover) => cover.policy)])) return [];
    const covers = coveredBy.filter((cover) => cover.type === "rule");
    const path = formatPath(rulePath(policy, direction, rule));
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
          description: isolatesByOne(policy, direction)
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

function distinctBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

function textOf({ policy, direction, rule }: RuleRef, own: RuleRef["policy"] | undefined): string {
  const path = formatPath(rulePath(policy, direction, rule));
  return policy === own ? `${path} of the same policy` : `${path} of ${nameOf(policy)}`;
}
