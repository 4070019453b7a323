import { groupBy } from "../lib/group-by.ts";
import { type Direction, type Policy, rulePath } from "../model/policy.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { formatPath } from "../source/position.ts";
import type { DeadRule } from "../symbolic/dead-rules.ts";
import type { RuleRef } from "../symbolic/redundancy.ts";
import { type DeadParts, wholeRules, writtenKey } from "../symbolic/whole-rules.ts";
import type { Candidate, PolicyObject } from "./candidate.ts";
import { hasEntries } from "../semantics/entries.ts";
import { policyTypesOf } from "./policy-value.ts";
import type { SaidAgain } from "./said-again.ts";
import { firstNames, nameText } from "./step-words.ts";
import { pointer } from "./step.ts";

/** A rule that goes, and what is told of it. */
interface Gone extends Pick<Candidate, "proof" | "covers" | "saysLess" | "unproved"> {
  readonly ref: RuleRef;
  /** Whether it may be the last of its direction. */
  readonly mayBeLast: boolean;
}

/**
 * Rules of ordered tiers that the rules before them decide alike, so that they never do, and those that the rest of their
 * tier says again. The last of an object first: so the places of the others stay.
 */
export function goneRuleSteps(
  objects: readonly PolicyObject[],
  dead: readonly DeadRule[],
  again: SaidAgain,
): readonly Candidate[] {
  const ordered = objects.filter(({ first }) => !hasEntries(first));
  const whole = wholeRules(
    ordered.flatMap(({ parts }) => parts),
    dead,
  );
  // Whose rules judge pods by themselves is not compared as a whole.
  const never = whole.filter((parts) => parts[0].rule.policy.part === undefined && decidedAlike(parts));
  const byObject = groupBy(
    never.filter((parts) => again.isIn(parts[0].rule) || !restsOn(parts, again)),
    ([{ rule }]) => refKey(rule.policy.ref),
  );
  return ordered.flatMap((object) => {
    const told = new Map(again.rules(object.first).map((each) => [writtenKey(each.ref), each]));
    const found = (byObject.get(refKey(object.first.ref)) ?? []).map((parts): Gone => {
      const gone = deadRule(parts);
      const { proof, covers } = restsOn(parts, again) ? (told.get(writtenKey(gone.ref)) ?? gone) : gone;
      return { ...gone, proof, covers };
    });
    const known = new Set(found.map(({ ref }) => writtenKey(ref)));
    const said = [...told.values()].filter(({ ref }) => !known.has(writtenKey(ref)));
    return stepsOf(object, [...found, ...said.map((each) => ({ ...each, mayBeLast: false }))]);
  });
}

/** Whether some of what decides before a rule goes, too: what then does the same is told in its place. */
function restsOn(parts: DeadParts, again: SaidAgain): boolean {
  return parts.some(({ coveredBy }) => coveredBy.some(again.isIn));
}

function stepsOf(object: PolicyObject, found: readonly Gone[]): readonly Candidate[] {
  const { first } = object;
  const left = { ingress: first.rules.ingress.length, egress: first.rules.egress.length };
  return found
    .toSorted((a, b) => b.ref.rule - a.ref.rule)
    .flatMap((gone) => {
      const { direction } = gone.ref;
      const isLast = left[direction] === 1;
      // A direction whose types would be others without its rules stays as it is.
      if (isLast && (first.ifAssumed !== undefined || !gone.mayBeLast)) return [];
      left[direction]--;
      return [candidateOf(object, gone)];
    });
}

function candidateOf(object: PolicyObject, { ref, proof, covers, saysLess, unproved }: Gone): Candidate {
  const { first } = object;
  const { direction, rule } = ref;
  const path = rulePath(first, direction, rule);
  const isLast = ({ rules }: Policy): boolean => rules[direction].length === 1;
  const isTyped = ({ isolates, policyTypes }: Policy): boolean => !isolates[direction] || policyTypes !== undefined;
  return {
    proof,
    covers,
    ...(saysLess === undefined ? {} : { saysLess }),
    unproved,
    type: "redundant-rule",
    object,
    path,
    description: `delete ${formatPath(path)} of ${nameText(first)}`,
    reason: "a rule less",
    patch: (now) => {
      if (!isLast(now)) return [{ policy: first, op: "remove", path: pointer("spec", direction, rule) }];
      const types = { policy: first, op: "add" as const, path: pointer("spec", "types"), value: policyTypesOf(now) };
      return [...(isTyped(now) ? [] : [types]), { policy: first, op: "remove", path: pointer("spec", direction) }];
    },
    change: (policy) => ({
      ...policy,
      ...(isLast(policy) && !isTyped(policy) ? { policyTypes: policyTypesOf(policy) } : {}),
      ...(policy.calico === undefined
        ? {}
        : { calico: { ...policy.calico, rules: without(policy.calico.rules, direction, rule) } }),
      rules: without(policy.rules, direction, rule),
    }),
  };
}

function without<T>(
  rules: Readonly<Record<Direction, readonly T[]>>,
  direction: Direction,
  rule: number,
): Readonly<Record<Direction, readonly T[]>> {
  return { ...rules, [direction]: rules[direction].toSpliced(rule, 1) };
}

function deadRule(parts: DeadParts): Gone {
  const covers = parts.flatMap(({ coveredBy }) => coveredBy);
  const names = [...new Set(covers.map(coverText))];
  return {
    ref: parts[0].rule,
    mayBeLast: true,
    proof: `it can never decide: ${firstNames(names)} ${names.length === 1 ? "decides" : "decide"} the same before`,
    covers: covers.map(({ policy }) => policy),
    unproved: parts.find(({ besides }) => besides !== undefined)?.besides,
  };
}

function coverText({ policy, direction, rule }: RuleRef): string {
  return `${formatPath(rulePath(policy, direction, rule))} of ${policy.name}`;
}

function decidedAlike(parts: DeadParts): boolean {
  return parts.every(
    ({ rule, coveredBy }) => coveredBy.length > 0 && coveredBy.every((cover) => actionOf(cover) === actionOf(rule)),
  );
}

function actionOf({ policy, direction, rule }: RuleRef): string | undefined {
  return policy.rules[direction][rule]?.action;
}
