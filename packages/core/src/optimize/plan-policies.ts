import { groupBy } from "../lib/group-by.ts";
import { remembered } from "../lib/remembered.ts";
import type { Policy } from "../model/policy.ts";
import type { UndecidedPart } from "../symbolic/redundancy.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { planOtherKinds } from "./other-kinds.ts";
import { provablePolicies } from "../symbolic/provable-policies.ts";
import { dropParts } from "./drop-parts.ts";
import { mergePolicies } from "./merge-policies.ts";
import { type Optimizations, duplicatesAmong, redundantParts } from "./redundant-parts.ts";
import { simplifyPolicies } from "./simplify-policy.ts";
import type {
  FoundOfOthers,
  NetworkPolicyContext,
  PassContext,
  PassResult,
  PlannedStep,
  WithheldStep,
} from "./step.ts";

/** Policies made simpler, and how. */
export interface PlannedPolicies {
  /** All of those that were given, in their order, as they are to be. */
  readonly policies: readonly Policy[];
  readonly steps: readonly PlannedStep[];
  readonly withheld: readonly WithheldStep[];
  readonly undecided: readonly UndecidedPart[];
}

/** What was found of policies before a plan is made of it. */
export interface FoundOfPolicies extends FoundOfOthers {
  /** What `redundantParts` finds of the NetworkPolicies. */
  readonly parts: Optimizations;
}

/** Plans what makes policies simpler without changing anything for any pod that could exist: each kind as its laws allow. */
export function planPolicies(policies: readonly Policy[], found: FoundOfPolicies, given: PassContext): PlannedPolicies {
  const plain = planNetworkPolicies(policies.filter(isNetworkPolicy), found.parts, given);
  return {
    ...together(plain, planOtherKinds(policies, found, given)),
    undecided: [...plain.undecided, ...found.removable.undecided],
  };
}

/**
 * Plans what makes NetworkPolicies simpler without changing anything for any pod that could exist: first what adds nothing
 * goes, then policies become one, then ports, blocks and rules within each. Policies that proofs do not understand, and
 * those that a later one of the same name overwrites, stay as they are. `found` is what `redundantParts` finds of the same
 * policies.
 */
function planNetworkPolicies(policies: readonly Policy[], found: Optimizations, given: PassContext): PlannedPolicies {
  const context = contextOf(policies, found, given);
  const inForce = inForceAmong(policies);
  let last = onePass([...inForce], found, context);
  let { policies: current, withheld } = last;
  const steps = [...last.steps];
  for (let round = 0; round < mostRounds; round++) {
    const again = namespacesToAsk(last, current);
    if (again.size === 0) break;
    const asked = current.filter(({ namespace }) => again.has(namespace));
    last = onePass(asked, redundantParts(context.space, asked, context.budget), context);
    // What was left alone may have gone with something else: what the last look leaves alone is.
    const isAsked = ({ policies: [first] }: WithheldStep): boolean => again.has(first?.namespace);
    withheld = [...withheld.filter((each) => !isAsked(each)), ...last.withheld];
    if (last.steps.length === 0) break;
    // Rules tell of the input as it is: not of what comes to light when a part of it is gone.
    steps.push(...last.steps.map(withoutBasis));
    current = [...current.filter(({ namespace }) => !again.has(namespace)), ...last.policies];
  }
  return {
    policies: [...policies.filter((policy) => !inForce.has(policy)), ...current],
    steps,
    withheld,
    undecided: found.undecided,
  };
}

/**
 * The steps of `planPolicies` that rest on what rules tell of as well, made or not: those of the first look at whole
 * policies and their parts, and those of other kinds.
 */
export function planBasics(policies: readonly Policy[], found: FoundOfPolicies, given: PassContext): PassResult {
  const plain = policies.filter(isNetworkPolicy);
  const inForce = inForceAmong(plain);
  const basic = basicPass([...inForce], found.parts, contextOf(plain, found.parts, given));
  const left = plain.filter((policy) => !inForce.has(policy));
  return together({ ...basic, policies: [...left, ...basic.policies] }, planOtherKinds(policies, found, given));
}

function together(a: PassResult, b: PassResult): PassResult {
  return {
    policies: [...a.policies, ...b.policies],
    steps: [...a.steps, ...b.steps],
    withheld: [...a.withheld, ...b.withheld],
  };
}

/** In the order given. */
function inForceAmong(policies: readonly Policy[]): ReadonlySet<Policy> {
  const inForce = new Set([...provablePolicies(policies).byNamespace.values()].flat());
  return new Set(policies.filter((policy) => inForce.has(policy)));
}

function withoutBasis({ type, policies, description, reason, proof, patch }: PlannedStep): PlannedStep {
  return { type, policies, description, reason, proof, patch };
}

/** How often a namespace is looked at again. */
const mostRounds = 5;

function onePass(policies: readonly Policy[], found: Optimizations, context: NetworkPolicyContext): PassResult {
  const basic = basicPass(policies, found, context);
  return both(basic, simplifyPolicies(basic.policies, context));
}

/** What goes, then what becomes one. */
function basicPass(policies: readonly Policy[], found: Optimizations, context: NetworkPolicyContext): PassResult {
  const dropped = dropAmongOwners(dropParts(policies, found, context), context);
  return both(dropped, mergePolicies(dropped.policies, context));
}

/**
 * What stays because another owner's policy does the same may go for what policies of its own owner do: those that are
 * found to add nothing are no cover of others, but stay as well.
 */
function dropAmongOwners(dropped: PassResult, context: NetworkPolicyContext): PassResult {
  const apart = dropped.withheld.filter(({ cause, basis }) => cause === "owner" && basis?.found === "redundancy");
  if (apart.length === 0) return dropped;
  const namespaces = new Set(apart.flatMap(({ policies }) => policies.map(({ namespace }) => namespace)));
  const inThem = dropped.policies.filter(({ namespace }) => namespaces.has(namespace));
  const passes = [
    ...groupBy(inThem, (policy) => JSON.stringify([policy.namespace, context.owners.key(policy)])).values(),
  ]
    .filter((ofOne) => ofOne.length > 1)
    .map((ofOne) => ({ ofOne, pass: dropParts(ofOne, redundantParts(context.space, ofOne, context.budget), context) }))
    .filter(({ pass }) => pass.steps.length > 0);
  const asked = new Set(passes.flatMap(({ ofOne }) => ofOne));
  const left = new Map(passes.flatMap(({ pass }) => pass.policies.map((policy) => [policy.origin, policy])));
  const steps = passes.flatMap(({ pass }) => pass.steps);
  const gone = new Set(steps.map(({ description }) => description));
  return {
    policies: dropped.policies.flatMap((policy) => (asked.has(policy) ? (left.get(policy.origin) ?? []) : [policy])),
    steps: [...dropped.steps, ...steps],
    withheld: dropped.withheld.filter(({ description }) => !gone.has(description)),
  };
}

function both(first: PassResult, { policies, steps, withheld }: PassResult): PassResult {
  return { policies, steps: [...first.steps, ...steps], withheld: [...first.withheld, ...withheld] };
}

/**
 * What was found to add nothing and was left alone as a whole may be looked at piece by piece when its policy, or what
 * covers it, has changed. And a policy that has lost a part may be what another one is.
 */
function namespacesToAsk({ steps, withheld }: PassResult, current: readonly Policy[]): ReadonlySet<string | undefined> {
  const addsNothing = withheld.filter(({ basis }) => basis?.found !== "group");
  const left = new Set(addsNothing.flatMap(({ policies }) => policies.map(({ namespace }) => namespace)));
  const changed = new Set(steps.flatMap(({ policies }) => policies.map(({ namespace }) => namespace)));
  const there = new Set(current.map(({ namespace }) => namespace));
  const cut = new Set(steps.filter(isCut).flatMap(({ policies }) => policies.map(({ namespace }) => namespace)));
  const equal = duplicatesAmong(current.filter(({ namespace }) => cut.has(namespace))).map(({ of }) => of.namespace);
  return new Set([...[...changed].filter((namespace) => left.has(namespace) && there.has(namespace)), ...equal]);
}

function contextOf(policies: readonly Policy[], found: Optimizations, given: PassContext): NetworkPolicyContext {
  return { ...withUndone(given, found), asRead: new Map(policies.map((policy) => [policy.origin, policy])) };
}

function isCut({ type }: PlannedStep): boolean {
  return type === "redundant-rule" || type === "redundant-peer" || type === "redundant-port";
}

/**
 * A restriction that something broader undoes is a mistake, not tidiness: nothing of either is touched. And what is true of
 * a policy is true of those that say the same.
 */
function withUndone(context: PassContext, { partiesIn, duplicates }: Optimizations): PassContext {
  const namesIn = remembered((parties: ReadonlySet<Policy>) => new Set([...parties].map(({ ref }) => keyOf(ref))));
  const equals = groupBy(duplicates, ({ of }) => of);
  const same = new Map<string, readonly Policy[]>();
  for (const [of, those] of equals) {
    const all = [of, ...those.map(({ policy }) => policy)];
    for (const policy of all) same.set(keyOf(policy.ref), all);
  }
  const doubt = (policy: Policy): string | undefined =>
    context.doubt(policy) ??
    (namesIn(partiesIn(policy.namespace)).has(keyOf(policy.ref))
      ? `something broader undoes a restriction of ${policy.name}, or it undoes one: look at that first`
      : undefined);
  return {
    ...context,
    doubt: (policy) =>
      doubt(policy) ??
      same
        .get(keyOf(policy.ref))
        ?.map(doubt)
        .find((each) => each !== undefined),
  };
}

function keyOf({ namespace = "", name }: Policy["ref"]): string {
  return `${namespace}/${name}`;
}
