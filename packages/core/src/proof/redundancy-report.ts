import { basisOf } from "./basis-of.ts";
import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Cluster } from "../model/cluster.ts";
import type { PartPlace, RedundancyReport, RedundantPart } from "../answers/proof.ts";
import { apiVersion } from "../answers/api-version.ts";
import type { Policy } from "../model/policy.ts";
import { entryCount, hasEntries } from "../semantics/entries.ts";
import { isClusterWideOfKubernetes, isNetworkPolicy } from "../semantics/network-policy.ts";
import { hasTiers } from "../symbolic/compare-policies.ts";
import { findDeadRules } from "../symbolic/dead-rules.ts";
import { findRedundancies } from "../symbolic/find-redundancies.ts";
import { findCoveredByOthers, findRemovable, whatIsLeft } from "../symbolic/find-removable.ts";
import type { ProofOptions } from "../symbolic/proof-options.ts";
import { type Part, type Redundancy, type RuleRef, shadowingRule, type UndecidedPart } from "../symbolic/redundancy.ts";
import { writtenKey } from "../symbolic/whole-rules.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { byReason } from "../symbolic/redundancy.ts";
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
  const { redundant, undecided } = whatAddsNothing(policies, task);
  const { notEvaluated, inputs } = basisOf(cluster, basis.assumptions);
  const isEmptied = emptiedBy(redundant);
  return {
    apiVersion,
    kind: "RedundancyReport",
    policies: policies.length,
    redundancies: redundant
      .map((each) => redundantPart(each, isEmptied))
      .toSorted((a, b) => comparePlaces(a.part, b.part)),
    undecidedParts: undecided.map(({ part }) => partPlace(part)).toSorted(comparePlaces),
    undecided: byReason(undecided).map(({ reason, count }) => `${reason} (${count})`),
    ...basis,
    notEvaluated,
    inputs,
  };
}

/** What can be taken out of policies, all at once, and what was not decided. */
export function whatAddsNothing(policies: readonly Policy[], options: ProofOptions): WhatAddsNothing {
  const found = findRedundancies(policies.filter(isNetworkPolicy), options);
  const others = findRemovable(policies, options);
  const gone = [...found.redundant.map(({ part }) => part), ...others.parts];
  const covered = findCoveredByOthers(policies, gone, options);
  gone.push(...covered.parts);
  const dead = deadRules(policies, gone, options);
  return {
    redundant: [...found.redundant, ...others.redundant, ...covered.redundant, ...dead],
    parts: [...gone, ...dead.map(({ part }) => part)],
    undecided: [...found.undecided, ...others.undecided, ...covered.undecided],
  };
}

interface WhatAddsNothing {
  readonly redundant: readonly Redundancy[];
  /** All that goes: what is written as one rule may be several of the model. */
  readonly parts: readonly Part[];
  readonly undecided: readonly UndecidedPart[];
}

/**
 * The rules of ordered tiers that can never decide because of what other tiers have decided, of kinds whose rules stand as
 * they are written. What goes decides nothing any more: else each of two rules that do the same would go for the other.
 */
function deadRules(policies: readonly Policy[], gone: readonly Part[], options: ProofOptions): readonly Redundancy[] {
  if (!hasTiers(policies)) return [];
  const known = new Set(gone.map((part) => (part.type === "rule" ? writtenKey(part) : refKey(part.policy.ref))));
  const whole = new Map(policies.map((policy) => [policy.origin, policy]));
  return findDeadRules(whatIsLeft(policies, gone), options)
    .dead.filter(({ rule }) => isClusterWideOfKubernetes(rule.policy))
    .filter(({ rule }) => !known.has(writtenKey(rule)) && !known.has(refKey(rule.policy.ref)))
    .map(({ rule, coveredBy }) => ({
      part: { ...rule, policy: whole.get(rule.policy.origin) ?? rule.policy },
      coveredBy,
    }));
}

/** Whether a rule goes with all entries of its direction, by which its policy isolates. */
function emptiedBy(redundant: readonly Redundancy[]): (part: Part) => boolean {
  const directionKey = ({ policy, direction }: RuleRef): string =>
    `${refKey(policy.ref)} ${policy.part ?? 0} ${direction}`;
  const gone = groupBy(
    redundant.flatMap(({ part }) => (part.type === "rule" ? [part] : [])),
    directionKey,
  );
  return (part) =>
    part.type === "rule" &&
    hasEntries(part.policy) &&
    part.policy.isolates[part.direction] &&
    gone.get(directionKey(part))?.length === entryCount(part.policy, part.direction);
}

function redundantPart(found: Redundancy, isEmptied: (part: Part) => boolean): RedundantPart {
  const part = partPlace(found.part);
  const coveredBy = found.coveredBy.map(partPlace);
  const shadow = shadowingRule(found);
  return {
    part,
    coveredBy,
    ...(shadow === undefined ? {} : { shadowedBy: partPlace(shadow) }),
    sentence: `${describePart(part)} ${found.byRest === true ? reasonOfRest(coveredBy) : reasonOf(part, coveredBy)}${isEmptied(found.part) ? "; leave {} in its place, as its policy isolates by an entry" : ""}`,
  };
}

/** Of what falls through its tier as it would without the part. */
function reasonOfRest(coveredBy: readonly PartPlace[]): string {
  const beside = coveredBy.length === 0 ? "" : ` beside ${joined(coveredBy.slice(0, namedCovers).map(describePart))}`;
  return `adds nothing${beside}: without it every pod may do the same`;
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
