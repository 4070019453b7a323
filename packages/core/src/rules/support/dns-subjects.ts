import type { Policy } from "../../model/policy.ts";
import { groupBy } from "../../lib/group-by.ts";
import { isNetworkPolicy } from "../../semantics/network-policy.ts";
import { type ClassId, ClassSet } from "../../reachability/class-set.ts";
import { difference } from "../../sets/interval-set.ts";
import { relateSelectors, selectorImplies } from "../../symbolic/selector-questions.ts";
import type { PolicyScope, RuleContext } from "../context.ts";
import { uniteSets } from "./class-sets.ts";
import { type DnsAccess, dnsAccesses } from "./dns-access.ts";
import { dnsServers } from "./dns-servers.ts";
import { distinctSelectors } from "./distinct-selectors.ts";

/** A policy and the pods to which it, with all others that select them, does not open a protocol to DNS. */
export interface DnsGap {
  readonly policy: Policy;
  /** Empty where the namespace (or the cluster) has no pods in the input. */
  readonly classes: ClassSet;
}

type Gaps = Map<PolicyScope, readonly DnsGap[]>;

const noGaps: Readonly<Record<keyof DnsAccess, () => Gaps>> = { UDP: () => new Map(), TCP: () => new Map() };

const stepsPerPair = 20;

/**
 * The egress-isolated pods that no policy lets ask DNS over a protocol, filed under a policy that isolates them: each pod
 * once, under the policy that isolates most of them, those of its namespace first. Without pods in the input: the policies
 * whose subjects share no pod with a policy that opens DNS, of those for pods by their labels the widest.
 */
export function dnsGaps(context: RuleContext, scope: PolicyScope, protocol: keyof DnsAccess): readonly DnsGap[] {
  const known = context.once(noGaps[protocol]);
  let gaps = known.get(scope);
  if (gaps === undefined) known.set(scope, (gaps = findGaps(context, scope, protocol)));
  return gaps;
}

/** Those of all policies. */
export function allDnsGaps(context: RuleContext, protocol: keyof DnsAccess): readonly DnsGap[] {
  return context.scopes.flatMap((scope) => dnsGaps(context, scope, protocol));
}

function findGaps(context: RuleContext, scope: PolicyScope, protocol: keyof DnsAccess): readonly DnsGap[] {
  const isolating = [...scope.union, ...scope.calico].filter((policy) => policy.isolates.egress);
  if (isolating.length === 0) return [];
  const accesses = dnsAccesses(context);
  const opening = isolating.filter((policy) => accesses.ofPolicy(policy)[protocol]);
  const isWide = scope.name === undefined;
  const { all, others: ofOtherKinds } = context.once(openingPolicies)[protocol];
  const others = isWide ? all : [undefined, scope.name].flatMap((name) => ofOtherKinds.get(name) ?? []);
  if (scope.workloads.length === 0) return gapsByLabels(context, isolating, opening, others);
  const served = uniteSets([
    ...opening.map((policy) => context.subjectsOf(policy)),
    ...others.map((policy) => context.reachability.possibleSubjects(policy)),
    ...(isWide ? context.namespaces.flatMap((facts) => dnsGaps(context, facts, protocol)) : []).map(
      ({ classes }) => classes,
    ),
  ]);
  const gaps = isolating.flatMap((policy) => {
    const open = difference(context.subjectsOf(policy).boundaries, served.boundaries);
    const classes = ClassSet.of(open)
      .toArray()
      // In an order a later tier, or nobody, may be asked in the end.
      .filter(
        (id) => asksDns(context, id) && (policy.calico === undefined || context.reachability.isIsolated(id, "egress")),
      );
    return classes.length === 0 ? [] : [{ policy, classes }];
  });
  return claimOnce(gaps.toSorted((a, b) => b.classes.length - a.classes.length));
}

interface OpeningPolicies {
  readonly all: readonly Policy[];
  /** Those that are no NetworkPolicies, by namespace; undefined: of all. */
  readonly others: ReadonlyMap<string | undefined, readonly Policy[]>;
}

/** Policies that may let their pods ask DNS; those that are no NetworkPolicies are given the benefit of the doubt. */
function openingPolicies(context: RuleContext): Readonly<Record<keyof DnsAccess, OpeningPolicies>> {
  const accesses = dnsAccesses(context);
  const policies = context.cluster.policies.filter((policy) => policy.applies.egress);
  const opening = (protocol: keyof DnsAccess): OpeningPolicies => {
    const all = policies.filter((policy) => accesses.ofPolicy(policy)[protocol]);
    const others = all.filter((policy) => !isNetworkPolicy(policy));
    return { all, others: groupBy(others, ({ namespace }) => namespace) };
  };
  return { UDP: opening("UDP"), TCP: opening("TCP") };
}

function claimOnce(gaps: readonly { readonly policy: Policy; readonly classes: readonly ClassId[] }[]): DnsGap[] {
  const claimed = new Set<ClassId>();
  return gaps.flatMap(({ policy, classes }) => {
    const fresh = classes.filter((id) => !claimed.has(id));
    for (const id of fresh) claimed.add(id);
    return fresh.length === 0 ? [] : [{ policy, classes: ClassSet.fromSorted(fresh) }];
  });
}

/** Whether a policy alone tells what its pods may: not one that passes on, or of several selectors. */
function isOneUnion({ rules, subject }: Policy): boolean {
  return subject.or === undefined && rules.egress.every(({ action }) => action !== "pass");
}

/** "None: the pod ignores the DNS settings of the cluster" (PodSpec.dnsPolicy). Servers of DNS ask servers elsewhere. */
export function asksDns(context: RuleContext, id: ClassId): boolean {
  if (dnsServers(context).classes.has(id)) return false;
  const members = context.reachability.podClass(id)?.members ?? [];
  return members.some(({ workload }) => workload.groups.some(({ dnsPolicy }) => dnsPolicy !== "None"));
}

function gapsByLabels(
  context: RuleContext,
  isolating: readonly Policy[],
  opening: readonly Policy[],
  others: readonly Policy[],
): readonly DnsGap[] {
  const helpers = [
    ...distinctSelectors(opening).map(({ subject }) => subject.podSelector),
    ...others.flatMap(({ subject }) => [subject, ...(subject.or ?? [])].map(({ podSelector }) => podSelector)),
  ];
  const opens = new Set(opening);
  const gaps = isolating.filter((policy) => {
    if (opens.has(policy) || context.budget.exhausted || !isOneUnion(policy)) return false;
    return helpers.every((helper) => {
      context.budget.spend(stepsPerPair);
      return relateSelectors(policy.subject.podSelector, helper).relation === "disjoint";
    });
  });
  return widest(context, gaps).map((policy) => ({ policy, classes: ClassSet.empty }));
}

/** Without the policies whose pods another one isolates, too: whoever helps that one has helped them. */
function widest(context: RuleContext, policies: readonly Policy[]): readonly Policy[] {
  const distinct = distinctSelectors(policies.filter(isByLabels));
  const isWithin = (one: Policy, other: Policy): boolean =>
    context.budget.spend(stepsPerPair) && selectorImplies(one.subject.podSelector, other.subject.podSelector);
  const isCovered = (policy: Policy, i: number): boolean =>
    distinct.some((other, j) => i !== j && isWithin(policy, other) && (j < i || !isWithin(other, policy)));
  const kept = new Set(distinct.filter((policy, i) => !isCovered(policy, i)));
  return policies.filter((policy) => !isByLabels(policy) || kept.has(policy));
}

/** Of a union, for pods of one namespace by their labels alone: then the selector of pods says all of whom it selects. */
function isByLabels({ namespace, calico, subject }: Policy): boolean {
  return (
    namespace !== undefined &&
    calico === undefined &&
    subject.namespaceSelector === undefined &&
    subject.within === undefined &&
    subject.or === undefined
  );
}
