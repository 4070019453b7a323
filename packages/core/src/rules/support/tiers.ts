import { type Direction, type Peer, type Policy, type Rule, directions } from "../../model/policy.ts";
import { type ClassId, ClassSet } from "../../reachability/class-set.ts";
import { intersectMaps } from "../../reachability/connection-map.ts";
import type { PodClass } from "../../reachability/pod-classes.ts";
import { Reachability } from "../../reachability/reachability.ts";
import { isSaidAgain } from "../../optimize/said-again.ts";
import { isNetworkPolicy } from "../../semantics/network-policy.ts";
import { isRelative } from "../../semantics/old-form.ts";
import { areOneObject, compareTiers } from "../../semantics/tiers.ts";
import { spaceOptions } from "../../symbolic/cluster-space.ts";
import { type DeadRules, findDeadRules } from "../../symbolic/dead-rules.ts";
import { type Removable, findRemovable } from "../../symbolic/find-removable.ts";
import type { ProofOptions } from "../../symbolic/proof-options.ts";
import type { RuleRef } from "../../symbolic/redundancy.ts";
import { Budget } from "../../symbolic/budget.ts";
import type { RuleContext } from "../context.ts";
import { intersectSets } from "./class-sets.ts";
import { isolatesByOne } from "./last-entry.ts";
import { type UnknownNamespaces, unknownPolicies } from "./unevaluated.ts";
import { listText, peerText, portsText } from "./words.ts";

/** The policies whose order matters: those of tiers in which the first match decides. */
export function orderedPolicies({ cluster }: RuleContext): readonly Policy[] {
  return cluster.policies.filter(({ tier }) => tier.decides === "first-match");
}

/** Steps that one question about all ordered policies may cost. */
const stepsPerQuestion = 2_000_000;
/** What can be taken out is many questions, and has a budget of its own. */
export const stepsForRemovals = 10_000_000;

/** Asks something about ordered policies among all others, within its part of the budget. */
export function askOrdered<T>(
  context: RuleContext,
  ask: (policies: readonly Policy[], options: ProofOptions) => T,
  budget: Budget = context.budget,
): T {
  const { cluster } = context;
  const { assumptions } = context.reachability.options;
  const share = budget.share(budget === context.budget ? stepsPerQuestion : stepsForRemovals);
  const given = spaceOptions(cluster, assumptions);
  const answer = context.prove(() => ask(cluster.policies, { ...given, budget: share, ties: assumptions }));
  budget.charge(share, budget === context.budget ? stepsPerQuestion : stepsForRemovals);
  return answer;
}

/** The rules that can never decide: asked for with `context.once`. */
export function deadRules(context: RuleContext): DeadRules {
  const mayBeDead = orderedPolicies(context).length > 0 || context.unionPolicies.some(denies);
  return mayBeDead ? askOrdered(context, findDeadRules) : { dead: [], undecided: [] };
}

/** What can be taken out of policies of other kinds than NetworkPolicies: asked for with `context.once`. */
export function removable(context: RuleContext): Removable {
  return context.otherPolicies.length > 0
    ? askOrdered(
        context,
        (policies, options) => findRemovable(policies, { ...options, mayGo: isSaidAgain }),
        new Budget(stepsForRemovals),
      )
    : { redundant: [], parts: [], undecided: [] };
}

function denies({ rules }: Policy): boolean {
  return directions.some((direction) => rules[direction].some(({ action }) => action === "deny"));
}

/** What to do about a rule, or all of a policy, that others decide before: in words that can be followed in its kind. */
export function decidedBeforeAdvice(policy: Policy, deciding: readonly Policy[], of: Direction | "policy"): string {
  const { tier } = policy;
  const rank = rankOf(policy);
  const removal =
    of !== "policy" && isolatesByOne(policy, of)
      ? `write \`${of}: [{}]\` in place of this rule, without which the policy isolates nobody`
      : `remove this ${of === "policy" ? "policy" : "rule"}`;
  if (deciding.every((other) => compareTiers(other.tier, tier) < 0))
    return `Narrow what decides before, or ${removal}: all of its tier is asked later.`;
  if (tier.decides === "deny-wins") return `A deny comes before every allow: narrow the deny, or ${removal}.`;
  if (of === "policy") return `Give it a lower ${rank} than what decides now, or remove it.`;
  if (deciding.every((other) => areOneObject(other, policy)))
    return "Move it before the rule that decides now, or remove it.";
  return `Move it before what decides now (an earlier rule, a lower ${rank} of its policy), or remove it.`;
}

/** What orders the policies of a tier. */
export function rankOf({ tier }: Policy): "order" | "priority" {
  return tier.ties === "calicoTies" ? "order" : "priority";
}

/** Who writes a NetworkPolicy neither owns the tiers before it nor can rely on them: to allow the same is no mistake. */
export function isOfItsOwner({ policy }: RuleRef, coveredBy: readonly RuleRef[]): boolean {
  return (
    isNetworkPolicy(policy) &&
    coveredBy.length > 0 &&
    coveredBy.every(({ policy: { tier } }) => compareTiers(tier, policy.tier) < 0)
  );
}

/** Where a tier stands seen from another. */
export type Side = "earlier" | "later";

/** What the tiers on one side of a policy's would decide alone, over the same classes of pods. */
export function relationOfTiers(context: RuleContext, side: Side, { tier }: Policy): Reachability {
  const known = context.once(noRelations);
  const key = `${side} ${tier.order} ${tier.name}`;
  let relation = known.get(key);
  if (relation === undefined) {
    const { cluster, options } = context.reachability;
    const policies = cluster.policies.filter((other) => isOn(side, other, tier));
    const shared = context.reachability.shared(true);
    known.set(key, (relation = new Reachability({ ...cluster, policies }, { ...options, shared })));
  }
  return relation;
}

function noRelations(): Map<string, Reachability> {
  return new Map();
}

/** The policies of the tiers on one side of a policy's that isolate in a direction. */
export function isolatingOn(
  context: RuleContext,
  side: Side,
  { tier }: Policy,
  direction: Direction,
): readonly Policy[] {
  const known = context.once(noPolicies);
  const key = `${side} ${direction} ${tier.order} ${tier.name}`;
  let isolating = known.get(key);
  if (isolating === undefined) {
    const { policies } = context.cluster;
    isolating = policies.filter((other) => other.isolates[direction] && isOn(side, other, tier));
    known.set(key, isolating);
  }
  return isolating;
}

function noPolicies(): Map<string, readonly Policy[]> {
  return new Map();
}

function isOn(side: Side, other: Policy, tier: Policy["tier"]): boolean {
  const order = compareTiers(other.tier, tier);
  return side === "earlier" ? order < 0 : order > 0;
}

/** The classes that a policy selects of which something is true that follows from a rule and from the rows of two relations. */
export function classesWhere(
  context: RuleContext,
  policy: Policy,
  rule: Rule,
  direction: Direction,
  rows: readonly Reachability[],
  holds: (subject: PodClass) => boolean,
): ClassSet {
  const { pods } = context.reachability;
  const numbers = numbersOfAlike(context, direction, rows);
  const relative = isRelative(rule);
  const known = new Map<number | string, boolean>();
  const found: ClassId[] = [];
  context.subjectsOf(policy).forEach((id) => {
    const subject = pods.classes[id];
    const alike = numbers[id];
    if (subject === undefined || alike === undefined) return;
    const key = relative ? `${alike} ${subject.namespace}` : alike;
    let isHeld = known.get(key);
    if (isHeld === undefined) known.set(key, (isHeld = context.budget.spend(1) && holds(subject)));
    if (isHeld) found.push(id);
  });
  return ClassSet.fromSorted(found);
}

/** By class of pods: equal where the rows of all relations and what port names mean are. */
function numbersOfAlike(context: RuleContext, direction: Direction, rows: readonly Reachability[]): readonly number[] {
  const known = context.once(noNumbers);
  const relations = rows.map((relation) => numberIn(known.relations, relation)).join();
  const key = `${direction} ${relations}`;
  let numbers = known.byRows.get(key);
  if (numbers === undefined) {
    const [ofRows, ofKeys] = [new Map<unknown, number>(), new Map<string, number>()];
    numbers = context.reachability.pods.classes.map(({ id, portProfile }) => {
      const own = rows.flatMap(({ certain, possible }) =>
        [certain, possible].map((bound) => numberIn(ofRows, bound[direction].rowOf[id])),
      );
      return numberIn(ofKeys, `${own.join()} ${portProfile}`);
    });
    known.byRows.set(key, numbers);
  }
  return numbers;
}

interface Numbers {
  readonly relations: Map<unknown, number>;
  readonly byRows: Map<string, readonly number[]>;
}

function noNumbers(): Numbers {
  return { relations: new Map(), byRows: new Map() };
}

function numberIn<K>(numbers: Map<K, number>, key: K): number {
  let number = numbers.get(key);
  if (number === undefined) numbers.set(key, (number = numbers.size));
  return number;
}

/** Whether a rule certainly matches some of what a class may do without any rule that decides about it: in all tiers, or in some of them. */
export function matchesUndecided(
  { reachability }: RuleContext,
  policy: Policy,
  rule: Rule,
  direction: Direction,
  subject: PodClass,
  tiers: Reachability = reachability,
): boolean {
  // What may be isolated is left nothing for certain.
  if (tiers.isIsolated(subject.id, direction, "possible")) return false;
  const matched = reachability.ruleMatches(policy, rule, direction, subject);
  if (matched.starts.length === 0) return false;
  const undecided = tiers.undecided(subject.id, direction);
  return intersectMaps(matched, undecided, reachability.table).starts.length > 0;
}

/** Those of some classes in whose namespaces nothing that is not evaluated changes the answer. The others are told of. */
export function knownClasses(
  context: RuleContext,
  classes: ClassSet,
  change: "allows" | "denies",
  direction: Direction,
  unknown: UnknownNamespaces,
): ClassSet {
  if (context.cluster.notEvaluated.length === 0 || classes.size === 0) return classes;
  const parts = context.namespaces.flatMap((facts) => {
    const own = intersectSets(classes, facts.classes);
    if (own.size === 0) return [];
    const reason = unknownPolicies(context, facts.name, change, direction);
    if (reason === undefined) return own.toArray();
    unknown.add(reason, facts.name);
    return [];
  });
  return ClassSet.fromSorted(parts.toSorted((a, b) => a - b));
}

/** `ingress from everybody on TCP 80`. */
export function trafficText(direction: Direction, { peers, ports }: Rule): string {
  return `${direction} ${direction === "ingress" ? "from" : "to"} ${peersText(peers)} on ${portsText(ports)}`;
}

function peersText(peers: readonly Peer[] | "any"): string {
  return peers === "any" ? peerText(peers) : listText(peers.map(peerText));
}
