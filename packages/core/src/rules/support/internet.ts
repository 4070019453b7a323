import { remembered } from "../../lib/remembered.ts";
import { type Direction, type Policy, type Rule } from "../../model/policy.ts";
import { type ClassId, ClassSet } from "../../reachability/class-set.ts";
import { allowingEntries } from "../../semantics/rules-in-force.ts";
import { type AddressSet, allAddresses } from "../../sets/address-set.ts";
import type { Family } from "../../sets/connection-set.ts";
import { intersection, isSubset, unionAll } from "../../sets/interval-set.ts";
import { publicAddresses } from "../../sets/special-addresses.ts";
import { selectorImplies } from "../../symbolic/selector-questions.ts";
import type { PolicyScope, RuleContext } from "../context.ts";
import type { Place } from "../define-rule.ts";
import { isOpenBlock } from "./networks.ts";
import { openedBy } from "./opened.ts";
import { listText } from "./words.ts";
import { publicByFamily } from "./public-internet.ts";
import { peerPlace, rulePlace } from "./places.ts";
import { uniteSets } from "./class-sets.ts";

/** Part of a policy that lets addresses in or out. */
export interface OpenPart {
  readonly policy: Policy;
  readonly rule: Rule;
  /** The ipBlock, or the rule when it names no peer. */
  readonly at: Place;
  /** As written; absent for a rule without peers. */
  readonly cidr?: string;
  readonly addresses: AddressSet;
}

/** Policies that together open the whole public internet in a family. */
export interface InternetOpening {
  readonly families: readonly Family[];
  /** The parts it takes, widest first. */
  readonly parts: readonly OpenPart[];
  /** The pods opened; empty where the namespace has none in the input. */
  readonly classes: ClassSet;
  /** Whether other policies deny some of it. */
  readonly isPart: boolean;
}

/** Which rules without peers count as opening the internet. */
export type CountsAsOpen = (rule: Rule, policy: Policy) => boolean;

interface OpenPolicy {
  readonly policy: Policy;
  readonly parts: readonly OpenPart[];
  readonly classes: ClassSet;
  readonly isPart: boolean;
  readonly addresses: AddressSet;
  readonly families: readonly Family[];
}

const publicInternet = publicAddresses();

/** Of more parts than this it is not told which of them add nothing. */
const mostParts = 50;

/** Comparing the selectors of two policies costs this much of the budget. */
const stepsPerPair = 20;

/** Finds what opens the public internet in a namespace, or for policies of no namespace in the cluster: single policies first, then policies that do it only together. */
export function internetOpenings(
  context: RuleContext,
  scope: PolicyScope,
  direction: Direction,
  counts: CountsAsOpen,
): readonly InternetOpening[] {
  const internet = context.once(publicByFamily);
  const open = [...scope.union, ...scope.calico].flatMap((policy) =>
    openPolicy(context, policy, direction, counts, internet),
  );
  const single = open.filter(({ families }) => families.length > 0);
  const partial = open.filter(({ families }) => families.length === 0);
  return [
    ...single.map((policy) => opening([policy], policy.families, policy.classes)),
    ...(partial.length < 2 ? [] : together(context, scope, partial, single, internet)),
  ];
}

function openPolicy(
  context: RuleContext,
  policy: Policy,
  direction: Direction,
  counts: CountsAsOpen,
  internet: Readonly<Record<Family, AddressSet>>,
): OpenPolicy[] {
  if (!mayOpen(policy.rules[direction])) return [];
  const found = [...openParts(policy, direction, counts)].map((part) => ({
    part,
    by: openedBy(context, policy, part.rule, direction, "internet"),
  }));
  // What is asked before may deny it.
  const parts = found.flatMap(({ part, by }) => (by === undefined ? [] : [part]));
  if (parts.length === 0) return [];
  const classes = uniteSets([...new Set(found.flatMap(({ by }) => by?.pods ?? []))]);
  const isPart = found.some(({ by }) => by?.isPart === true);
  const addresses = unionAll(parts.map((part) => part.addresses));
  return [{ policy, parts, classes, isPart, addresses, families: coveredFamilies(addresses, internet) }];
}

/** Whether a rule names no peers, or addresses. Most name pods. */
const mayOpen = remembered((rules: readonly Rule[]) =>
  rules.some(({ peers }) => peers === "any" || peers.some(({ type }) => type !== "pods")),
);

function* openParts(policy: Policy, direction: Direction, counts: CountsAsOpen): Generator<OpenPart> {
  for (const [i, rule] of allowingEntries(policy, direction)) {
    // What is only for some requests is not open.
    if (rule.requests !== undefined || rule.unknown !== undefined) continue;
    if (rule.peers === "any") {
      if (counts(rule, policy)) yield { policy, rule, at: rulePlace(policy, direction, i), addresses: allAddresses };
      continue;
    }
    for (const [j, peer] of rule.peers.entries()) {
      const isBlock = peer.type === "ipBlock" || (peer.type === "networks" && isOpenBlock(peer, policy));
      if (!isBlock || intersection(peer.addresses, publicInternet).length === 0) continue;
      const at = peerPlace(policy, direction, i, j, ["ipBlock", "cidr"]);
      const cidr = peer.type === "ipBlock" ? peer.cidr : listText(peer.cidrs);
      yield { policy, rule, at, cidr, addresses: peer.addresses };
    }
  }
}

function coveredFamilies(addresses: AddressSet, internet: Readonly<Record<Family, AddressSet>>): readonly Family[] {
  const families: readonly Family[] = [4, 6];
  return families.filter((family) => isSubset(internet[family], addresses));
}

/** Policies that select the same pods and only together let the whole internet through. */
function together(
  context: RuleContext,
  scope: PolicyScope,
  partial: readonly OpenPolicy[],
  single: readonly OpenPolicy[],
  internet: Readonly<Record<Family, AddressSet>>,
): readonly InternetOpening[] {
  const groups = scope.workloads.length > 0 ? byPods(partial, single) : byLabels(context, partial);
  return groups.flatMap(({ policies, classes }) => {
    const families = coveredFamilies(unionAll(policies.map(({ addresses }) => addresses)), internet);
    return families.length === 0 ? [] : [opening(policies, families, classes)];
  });
}

interface Group {
  readonly policies: readonly OpenPolicy[];
  readonly classes: ClassSet;
}

/** The sets of at least two policies that some pod is selected by, with all such pods. */
function byPods(partial: readonly OpenPolicy[], single: readonly OpenPolicy[]): readonly Group[] {
  const alreadyOpen = uniteSets(single.map(({ classes }) => classes));
  const selecting = new Map<ClassId, number[]>();
  for (const [i, { classes }] of partial.entries()) {
    classes.forEach((id) => {
      if (!alreadyOpen.has(id)) selecting.set(id, [...(selecting.get(id) ?? []), i]);
    });
  }
  const groups = new Map<string, { policies: OpenPolicy[]; ids: ClassId[] }>();
  for (const [id, indexes] of [...selecting].toSorted(([a], [b]) => a - b)) {
    if (indexes.length < 2) continue;
    const key = indexes.join();
    const group = groups.get(key) ?? { policies: indexes.flatMap((i) => partial[i] ?? []), ids: [] };
    group.ids.push(id);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ policies, ids }) => ({ policies, classes: ClassSet.fromSorted(ids) }));
}

/** Without pods: each policy with those that select at least the same pods. */
function byLabels(context: RuleContext, partial: readonly OpenPolicy[]): readonly Group[] {
  return partial.flatMap((one, at) => {
    const others = partial.filter((other, i) => {
      if (other === one || !context.budget.spend(stepsPerPair)) return false;
      if (!selectorImplies(one.policy.subject.podSelector, other.policy.subject.podSelector)) return false;
      // Of policies with equal subjects the first speaks for all.
      return i > at || !selectorImplies(other.policy.subject.podSelector, one.policy.subject.podSelector);
    });
    return others.length === 0 ? [] : [{ policies: [one, ...others], classes: ClassSet.empty }];
  });
}

function opening(policies: readonly OpenPolicy[], families: readonly Family[], classes: ClassSet): InternetOpening {
  const parts = policies.flatMap((policy) => policy.parts).toSorted((a, b) => width(b) - width(a));
  return { families, parts: neededParts(parts, policies), classes, isPart: policies.some((each) => each.isPart) };
}

/** One part that does it alone, else all that add something. */
function neededParts(parts: readonly OpenPart[], policies: readonly OpenPolicy[]): readonly OpenPart[] {
  const all = unionAll(policies.map(({ addresses }) => addresses));
  const [widest] = parts;
  if (widest !== undefined && isSubset(all, widest.addresses)) return [widest];
  return parts.length > mostParts ? parts : parts.filter((part, i) => addsSomething(part, parts.slice(0, i)));
}

function addsSomething({ addresses }: OpenPart, wider: readonly OpenPart[]): boolean {
  return !isSubset(addresses, unionAll(wider.map((part) => part.addresses)));
}

function width({ addresses }: OpenPart): number {
  let total = 0n;
  for (let i = 0; i < addresses.length; i += 2) total += (addresses[i + 1] as bigint) - (addresses[i] as bigint);
  return Number(total);
}
