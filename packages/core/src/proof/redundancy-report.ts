import { basisOf } from "../answers/basis-of.ts";
import { compareStrings } from "../lib/compare.ts";
import type { Cluster } from "../model/cluster.ts";
import type { PartPlace, RedundancyReport, RedundantPart } from "../answers/proof.ts";
import { apiVersion } from "../answers/api-version.ts";
import type { Policy } from "../model/policy.ts";
import { isClusterWideOfKubernetes } from "../semantics/network-policy.ts";
import { hasTiers } from "../symbolic/compare-policies.ts";
import { findCoveredAllows } from "../symbolic/covered-allows.ts";
import { findDeadRules } from "../symbolic/dead-rules.ts";
import { findRedundancies } from "../symbolic/find-redundancies.ts";
import { findRemovable } from "../symbolic/find-removable.ts";
import type { ProofOptions } from "../symbolic/proof-options.ts";
import { type Redundancy, shadowingRule } from "../symbolic/redundancy.ts";
import { wholeRules } from "../symbolic/whole-rules.ts";
import { describePart, partPlace } from "./part-place.ts";
import { policiesInScope, type ProveOptions, proofTask } from "./prove-options.ts";
import { stoppable } from "../lib/stoppable.ts";

const namedCovers = 3;

/** The policies, rules, peers and ports that can all be taken out at once: what is left does the same for every pod that could exist. */
export function redundancy(cluster: Cluster, options: ProveOptions = {}): RedundancyReport {
  return stoppable(options.signal, () => redundancyOf(cluster, options));
}

function redundancyOf(cluster: Cluster, options: ProveOptions): RedundancyReport {
  const task = proofTask(cluster, options);
  const { basis } = task;
  const policies = policiesInScope(cluster, options, task);
  const found = findRedundancies(policies, task);
  const sure = [...found.redundant, ...deadRules(policies, task), ...coveredParts(policies, task)];
  const others = findRemovable(
    policies,
    sure.map(({ part }) => part),
    task,
  );
  const redundant = [...sure, ...others.redundant];
  const undecidedParts = [...found.undecided, ...others.undecided].map(partPlace);
  const { notEvaluated, inputs } = basisOf(cluster, basis.assumptions);
  return {
    apiVersion,
    kind: "RedundancyReport",
    policies: policies.length,
    redundancies: redundant.map(redundantPart).toSorted((a, b) => comparePlaces(a.part, b.part)),
    undecidedParts: undecidedParts.toSorted(comparePlaces),
    unprovable: others.isTried
      ? []
      : found.unprovable.map(({ policy }) => ({
          policy: policy.ref,
          reason: `of its kind each policy and rule is tried, and there are too many policies for that${isClusterWideOfKubernetes(policy) ? ": only rules that can never decide are found" : ""}`,
        })),
    undecided:
      undecidedParts.length === 0
        ? []
        : ["the budget ended, or boxes cannot say what is written, before every part was judged"],
    ...basis,
    notEvaluated,
    inputs,
  };
}

/** The rules of ordered tiers that can never decide: of the kinds whose rules stand as they are written. */
function deadRules(policies: readonly Policy[], options: ProofOptions): readonly Redundancy[] {
  if (!hasTiers(policies)) return [];
  return findDeadRules(policies, options)
    .dead.filter(({ rule }) => isClusterWideOfKubernetes(rule.policy))
    .map(({ rule, coveredBy }) => ({ part: rule, coveredBy }));
}

/** What policies of Cilium say that others say as well. */
function coveredParts(policies: readonly Policy[], options: ProofOptions): readonly Redundancy[] {
  const { policies: covered, rules } = findCoveredAllows(policies, options);
  const whole = new Set(covered.map(({ policy }) => policy));
  return [
    ...covered.map(({ policy, coveredBy }) => ({
      part: { type: "policy" as const, policy },
      coveredBy: coveredBy.map((other) => ({ type: "policy" as const, policy: other })),
    })),
    ...wholeRules(policies, rules).flatMap((parts) =>
      whole.has(parts[0].rule.policy)
        ? []
        : [{ part: parts[0].rule, coveredBy: parts.flatMap(({ coveredBy }) => coveredBy) }],
    ),
  ];
}

function redundantPart(found: Redundancy): RedundantPart {
  const part = partPlace(found.part);
  const coveredBy = found.coveredBy.map(partPlace);
  const shadow = shadowingRule(found);
  return {
    part,
    coveredBy,
    ...(shadow === undefined ? {} : { shadowedBy: partPlace(shadow) }),
    sentence: `${describePart(part)} ${found.byRest === true ? "adds nothing: without it every pod may do the same" : reasonOf(part, coveredBy)}`,
  };
}

function reasonOf(part: PartPlace, coveredBy: readonly PartPlace[]): string {
  if (coveredBy.length === 0) return "can match nothing, whatever pods there are";
  const covers = coveredBy.map((cover) => (isItsRule(part, cover) ? "the rest of its rule" : describePart(cover)));
  const shown = covers.slice(0, namedCovers);
  const rest = covers.length - shown.length;
  const names = rest > 0 ? `${shown.join(", ")} and ${rest} more` : joined(shown);
  return `adds nothing to ${names}`;
}

function isItsRule({ policy, path, type }: PartPlace, cover: PartPlace): boolean {
  return type !== "policy" && cover.type === "rule" && cover.policy === policy && path.startsWith(`${cover.path}.`);
}

function joined(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function comparePlaces({ location: a, path: one }: PartPlace, { location: b, path: other }: PartPlace): number {
  return compareStrings(a.file, b.file) || a.line - b.line || a.column - b.column || compareStrings(one, other);
}
