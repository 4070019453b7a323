import { rulePath } from "../../model/policy.ts";
import { formatPath } from "../../source/position.ts";
import { type Redundancy, type UndecidedPart, byReason } from "../../symbolic/redundancy.ts";
import type { RelatedPlace } from "../define-rule.ts";
import { policyPlace, relatedTo, rulePlace } from "./places.ts";
import { count, listText, nameOf } from "./words.ts";

const relatedCovers = 10;

/** What covers a redundant part, in words: for a policy other policies, else `spec.ingress[0] of NetworkPolicy shop/web`. */
export function coverText({ part, coveredBy }: Redundancy): string {
  const texts = coveredBy.map((cover) => {
    if (cover.type === "policy" || part.type === "policy") return nameOf(cover.policy);
    const path = formatPath(rulePath(cover.policy, cover.direction, cover.rule));
    if (cover.policy !== part.policy) return `${path} of ${nameOf(cover.policy)}`;
    const isOwn = part.type !== "rule" && part.rule === cover.rule && part.direction === cover.direction;
    return isOwn ? "the rest of the rule" : `${path} of the same policy`;
  });
  return listText([...new Set(texts)]);
}

/** The places of what covers a redundant part. */
export function coverPlaces({ coveredBy }: Redundancy): readonly RelatedPlace[] {
  return coveredBy
    .slice(0, relatedCovers)
    .map((cover) =>
      cover.type === "policy"
        ? relatedTo(policyPlace(cover.policy, ["metadata", "name"]), `${nameOf(cover.policy)} isolates the same pods`)
        : relatedTo(
            rulePlace(cover.policy, cover.direction, cover.rule),
            `this rule of ${nameOf(cover.policy)} allows the same`,
          ),
    );
}

const shownReasons = 3;

/** Of which parts nothing is said, and why. */
export function undecidedText(parts: string, undecided: readonly UndecidedPart[]): string {
  const reasons = byReason(undecided).map(({ reason, count }) => `${reason} (${count})`);
  const more = reasons.length - shownReasons;
  const rest = more > 0 ? [`and ${count(more, "more reason")}`] : [];
  return `whether ${parts} can go was not decided: ${[...reasons.slice(0, shownReasons), ...rest].join("; ")}`;
}
