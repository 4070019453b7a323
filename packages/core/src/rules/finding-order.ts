import { type Finding, type Severity, severities } from "../answers/finding.ts";
import { compareStrings } from "../lib/compare.ts";
import type { RuleDefinition } from "./define-rule.ts";

/**
 * What a finding tells its reader, in the order in which they want to know: `defect`, a line that does not say what its
 * author meant; `exposure`, a line that opens much; `posture`, what nobody has written yet; `tidiness`, what could be less.
 */
export type Concern = "defect" | "exposure" | "posture" | "tidiness";

const concerns: readonly Concern[] = ["defect", "exposure", "posture", "tidiness"];

const rank: Readonly<Record<Severity, number>> = Object.fromEntries(
  severities.map((severity, i) => [severity, i]),
) as Record<Severity, number>; // one entry per severity

/** Compares findings for `toSorted`. */
export type FindingOrder = (a: Finding, b: Finding) => number;

/** The worst first; among equals what can be mended at a line first, then by namespace, rule and place. */
export function findingOrder(rules: readonly RuleDefinition[]): FindingOrder {
  const concernOf = new Map(rules.map((rule) => [rule.id, concerns.indexOf(rule.concern ?? usualConcern(rule))]));
  const concern = ({ ruleId }: Finding): number => concernOf.get(ruleId) ?? 0;
  return (a, b) => rank[a.severity] - rank[b.severity] || concern(a) - concern(b) || compareWithin(a, b);
}

function usualConcern({ category }: RuleDefinition): Concern {
  if (category === "security") return "exposure";
  return category === "optimization" ? "tidiness" : "defect";
}

function compareWithin(a: Finding, b: Finding): number {
  return (
    compareStrings(namespaceOf(a), namespaceOf(b)) ||
    compareStrings(a.ruleId, b.ruleId) ||
    compareStrings(a.location?.file ?? "", b.location?.file ?? "") ||
    (a.location?.line ?? 0) - (b.location?.line ?? 0) ||
    (a.location?.column ?? 0) - (b.location?.column ?? 0) ||
    compareStrings(a.message, b.message)
  );
}

function namespaceOf({ object }: Finding): string {
  return object.namespace ?? (object.kind === "Namespace" ? object.name : "");
}
