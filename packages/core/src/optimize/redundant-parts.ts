import { groupBy } from "../lib/group-by.ts";
import { remembered } from "../lib/remembered.ts";
import { type Direction, type Policy, directions } from "../model/policy.ts";
import type { Tier } from "../model/tier.ts";
import { isAllow } from "../semantics/rules-in-force.ts";
import type { Budget } from "../symbolic/budget.ts";
import { redundanciesIn } from "../symbolic/find-redundancies.ts";
import type { PolicySpace } from "../symbolic/policy-space.ts";
import { whyUnprovable } from "../symbolic/provable-policies.ts";
import type { Part, Redundancy, UndecidedPart } from "../symbolic/redundancy.ts";
import { ruleKey, selectorKey } from "../semantics/canonical-key.ts";
import { onceOfSpec } from "../semantics/shared-specs.ts";
import { rulesBeside } from "./rules-beside.ts";
import { type RulesFor, type UndonePiece, addPartiesOf, standingOf, tooManyPieces } from "./undone.ts";

/** A policy that says what another one of its namespace says. */
export interface Duplicate {
  readonly policy: Policy;
  /** The one that is kept. */
  readonly of: Policy;
}

/** A part that says again what the rest says. */
export interface Repetition extends Redundancy {
  /** The rest says more than the part does, or for more pods: which of the two is meant is not known. */
  readonly saysLess: boolean;
}

/**
 * What could go from the policies of a cluster with nothing changed for any pod that could exist. It is one set: all of it
 * can go at once, and nothing is in it twice.
 */
export interface Optimizations {
  readonly duplicates: readonly Duplicate[];
  /** Whole policies, then rules, peers and ports of policies that stay. What narrows is not among them. */
  readonly redundant: readonly Repetition[];
  /** What adds nothing because something broader opens more: one of the two is a mistake. */
  readonly undone: readonly UndonePiece[];
  /** Policies of a namespace that have a restriction that something broader undoes, or undo one, whichever of them is told. */
  readonly partiesIn: (namespace: string | undefined) => ReadonlySet<Policy>;
  /** Parts of which it was not decided. */
  readonly undecided: readonly UndecidedPart[];
}

/** Finds what could go, in a space that was made for the policies. */
export function redundantParts(space: PolicySpace, all: readonly Policy[], budget: Budget): Optimizations {
  // What is read otherwise than it is written is not what says the same.
  const policies = all.filter((policy) => whyUnprovable(policy) === undefined);
  const duplicates = duplicatesAmong(policies);
  const gone = new Set(duplicates.map(({ policy }) => policy));
  const rest = policies.filter((policy) => !gone.has(policy));
  const found = redundanciesIn(space, rest, budget);
  // What stays on its account may be covered by what goes; leaving more in place changes nothing about that.
  const redundant = found.redundant.filter(({ part }) => part.type !== "policy" || !isGuard(part.policy));
  const { undecided, ...sorted } = sortedOut(redundant, rulesBeside(space, rest));
  return { duplicates, ...sorted, undecided: [...found.undecided, ...undecided] };
}

/** Tells repetitions from restrictions that something broader undoes. */
function sortedOut(found: readonly Redundancy[], beside: RulesFor): Omit<Optimizations, "duplicates"> {
  const redundant: Repetition[] = [];
  const undone: UndonePiece[] = [];
  const compared: Part[] = [];
  const undecided: UndecidedPart[] = [];
  for (const redundancy of found) {
    const { part } = redundancy;
    const standing = standingOf(redundancy, beside);
    if (standing === undefined) undecided.push({ part, reason: tooManyPieces });
    else if (standing.standing === "narrows") undone.push(standing.piece);
    else redundant.push({ ...redundancy, saysLess: standing.standing === "says-less" });
    if (standing !== undefined) compared.push(part);
  }
  return { redundant, undone, partiesIn: partiesOf(compared, undone, beside), undecided };
}

/** Found when they are asked for: most namespaces have enough that is told. */
function partiesOf(
  parts: readonly Part[],
  undone: readonly UndonePiece[],
  beside: RulesFor,
): Optimizations["partiesIn"] {
  const told = groupBy(undone, ({ ref }) => ref.policy.namespace);
  const asked = groupBy(parts, ({ policy }) => policy.namespace);
  const known = new Map<string | undefined, ReadonlySet<Policy>>();
  return (namespace) => {
    const found = known.get(namespace);
    if (found !== undefined) return found;
    const parties = new Set((told.get(namespace) ?? []).flatMap(({ ref, by }) => [ref.policy, by.policy]));
    for (const part of asked.get(namespace) ?? []) addPartiesOf(part, beside, parties);
    known.set(namespace, parties);
    return parties;
  };
}

/**
 * A policy that selects every pod and denies a direction: written as a floor to stand on, whatever the others come to say.
 */
export function isGuard(policy: Policy): boolean {
  const isolated = directions.filter((direction) => policy.isolates[direction]);
  return (
    policy.subject.podSelector.requirements.length === 0 &&
    isolated.some((direction) => policy.rules[direction].length === 0)
  );
}

/** Policies that say what another one of their namespace says. */
export function duplicatesAmong(policies: readonly Policy[]): readonly Duplicate[] {
  const duplicates: Duplicate[] = [];
  for (const inNamespace of groupBy(policies, ({ namespace }) => namespace).values()) {
    if (inNamespace.length < 2) continue;
    const first = new Map<string, Policy>();
    for (const policy of inNamespace) {
      const key = specKey(policy);
      const of = first.get(key);
      if (of === undefined) first.set(key, policy);
      else duplicates.push({ policy, of });
    }
  }
  return duplicates;
}

/** Equal for policies of one namespace with the same effect, defaults written or not, in whatever order. */
function specKey(policy: Policy): string {
  const { tier, priority, isolates, applies } = policy;
  const { subject, said } = keysOf(policy);
  const inForce = directions.map((direction) => {
    if (!isolates[direction]) return "null";
    return applies[direction] ? said[direction] : "[]";
  });
  return [tierKey(tier), priority, subject, ...inForce].join(" ");
}

const tierKey = remembered((tier: Tier) => JSON.stringify(tier));

/** Whom a spec selects, and what its rules open in each direction. */
const keysOf = onceOfSpec(({ subject, rules }) => {
  const keyOf = (direction: Direction): string =>
    JSON.stringify([...new Set(rules[direction].filter(isAllow).map(ruleKey))].toSorted());
  return {
    subject: JSON.stringify(selectorKey(subject.podSelector)),
    said: { ingress: keyOf("ingress"), egress: keyOf("egress") },
  };
});
