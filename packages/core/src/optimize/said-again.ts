import { type Policy, directions, rulePath } from "../model/policy.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { formatPath } from "../source/position.ts";
import type { PolicyRef, Redundancy, RuleRef } from "../symbolic/redundancy.ts";
import { isolatesOnly, rulesOf, writtenKey } from "../symbolic/whole-rules.ts";
import type { Candidate, PolicyObject } from "./candidate.ts";
import { firstNames, nameText } from "./step-words.ts";
import { ruleOf, standingOf } from "./undone.ts";

/** A rule that others say again, and what is told of it. */
export interface RepeatedRule extends Pick<Candidate, "proof" | "covers" | "saysLess"> {
  readonly ref: RuleRef;
}

/** What of policies of other kinds than NetworkPolicies others say again. All of it can go at once. */
export interface SaidAgain {
  /** Objects that add nothing. */
  policies(objects: readonly PolicyObject[]): readonly Candidate[];
  /** The rules of a policy that add nothing. */
  rules(policy: Policy): readonly RepeatedRule[];
  /** Whether a rule, or all of its policy, may go. */
  readonly isIn: (rule: RuleRef) => boolean;
}

/** Sorts what `findRemovable` found by object. */
export function saidAgain(found: readonly Redundancy[]): SaidAgain {
  const again = found.filter(isSaidAgain);
  const whole = new Map<string, Redundancy>();
  const rules = new Map<string, RepeatedRule[]>();
  const keys = new Set<string>();
  for (const redundancy of again) {
    const { part } = redundancy;
    const key = refKey(part.policy.ref);
    if (part.type === "policy") whole.set(key, redundancy);
    // What is asked in parts judges pods by itself.
    if (part.type !== "rule" || part.policy.part !== undefined) continue;
    keys.add(writtenKey(part));
    const known = rules.get(key);
    if (known === undefined) rules.set(key, [{ ref: part, ...told(redundancy) }]);
    else known.push({ ref: part, ...told(redundancy) });
  }
  return {
    policies: (objects) =>
      objects.flatMap((object) => {
        const redundancy = whole.get(refKey(object.first.ref));
        return redundancy === undefined || object.parts.length > 1 ? [] : [goneObject(object, redundancy)];
      }),
    rules: ({ ref }) => rules.get(refKey(ref)) ?? [],
    isIn: (rule) => keys.has(writtenKey(rule)) || whole.has(refKey(rule.policy.ref)),
  };
}

function goneObject(object: PolicyObject, redundancy: Redundancy): Candidate {
  const { first } = object;
  return {
    ...told(redundancy),
    type: "redundant-policy",
    object,
    path: [],
    description: `delete ${nameText(first)}`,
    reason: "a policy less",
    patch: () => [{ policy: first, op: "remove", path: "" }],
    change: () => undefined,
  };
}

function told(redundancy: Redundancy): Pick<Candidate, "proof" | "covers" | "saysLess"> {
  const { part, coveredBy } = redundancy;
  const names = [...new Set(coveredBy.map((cover) => (part.type === "policy" ? cover.policy.name : coverText(cover))))];
  return {
    proof: `${firstNames(names)} ${names.length === 1 ? "does" : "do"} the same for every pod that could exist`,
    covers: [...new Map(coveredBy.map(({ policy }) => [refKey(policy.ref), policy])).values()],
    saysLess: standingOf(redundancy)?.standing !== "repeats",
  };
}

function coverText(cover: RuleRef | PolicyRef): string {
  const { policy } = cover;
  return cover.type === "policy"
    ? policy.name
    : `${formatPath(rulePath(policy, cover.direction, cover.rule))} of ${policy.name}`;
}

/**
 * Whether what covers a part of another kind than NetworkPolicies says again what the part says: does the same, and limits no
 * requests. What something else decides before is a mistake, and what only isolates a floor to stand on.
 */
export function isSaidAgain({ part, coveredBy, byRest }: Redundancy): boolean {
  if (byRest === true || coveredBy.length === 0) return false;
  const own = part.type === "policy" ? rulesOf(part.policy) : [{ ...part, type: "rule" as const }];
  const covers = coveredBy.filter((cover) => cover.type === "rule");
  const isolates = coveredBy.some(({ type }) => type === "policy");
  for (const direction of directions) {
    const ofDirection = own.filter((ref) => ref.direction === direction);
    const by = covers.filter((ref) => ref.direction === direction);
    const [action, more] = new Set([...ofDirection, ...by].map((ref) => ruleOf(ref).action));
    if (more !== undefined || (action === "deny" && isolates)) return false;
  }
  return !isFloor(part.policy, part.type) && [...own, ...covers].every((ref) => ruleOf(ref).requests === undefined);
}

/** A policy that isolates a direction in which it allows nothing. */
function isFloor(policy: Policy, type: Redundancy["part"]["type"]): boolean {
  return (
    type === "policy" &&
    directions.some(
      (direction) =>
        policy.isolates[direction] &&
        rulesOf(policy)
          .filter((ref) => ref.direction === direction)
          .every(isolatesOnly),
    )
  );
}
