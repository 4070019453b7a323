import type { Policy } from "../../model/policy.ts";
import { isNetworkPolicy } from "../../semantics/network-policy.ts";
import { type ClassId, ClassSet } from "../../reachability/class-set.ts";
import { difference } from "../../sets/interval-set.ts";
import { relateSelectors } from "../../symbolic/selector-questions.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import { uniteSets } from "./class-sets.ts";
import { type DnsAccess, dnsAccesses } from "./dns-access.ts";
import { dnsServers } from "./dns-servers.ts";
import { distinctSelectors } from "./distinct-selectors.ts";

/** A policy and the pods to which it, with all others that select them, does not open a protocol to DNS. */
export interface DnsGap {
  readonly policy: Policy;
  /** Empty where the namespace has no pods in the input. */
  readonly classes: ClassSet;
}

const stepsPerPair = 20;

/**
 * The egress-isolated pods that no policy lets ask DNS over a protocol, filed under a policy that isolates them: each pod
 * once, under the policy that isolates most of them. Without pods in the input: the policies whose subjects share no pod
 * with a policy that opens DNS.
 */
export function dnsGaps(context: RuleContext, facts: NamespaceFacts, protocol: keyof DnsAccess): readonly DnsGap[] {
  const accesses = dnsAccesses(context);
  const isolating = facts.union.filter((policy) => policy.isolates.egress);
  if (isolating.length === 0) return [];
  const opening = isolating.filter((policy) => accesses.ofPolicy(policy)[protocol]);
  const others = context.once(openingOfOtherKinds)[protocol];
  if (facts.workloads.length === 0) {
    const near = others.filter(({ namespace }) => namespace === undefined || namespace === facts.name);
    return gapsByLabels(context, isolating, opening, near);
  }
  const served = uniteSets([
    ...opening.map((policy) => context.subjectsOf(policy)),
    ...others.map((policy) => context.reachability.possibleSubjects(policy)),
  ]);
  const gaps = isolating.flatMap((policy) => {
    const open = difference(context.subjectsOf(policy).boundaries, served.boundaries);
    const classes = ClassSet.of(open)
      .toArray()
      .filter((id) => asksDns(context, id));
    return classes.length === 0 ? [] : [{ policy, classes }];
  });
  return claimOnce(gaps.toSorted((a, b) => b.classes.length - a.classes.length));
}

/** Policies that are no NetworkPolicies and may let their pods ask DNS: given the benefit of the doubt. */
function openingOfOtherKinds(context: RuleContext): Readonly<Record<keyof DnsAccess, readonly Policy[]>> {
  const accesses = dnsAccesses(context);
  const others = context.cluster.policies.filter((policy) => !isNetworkPolicy(policy) && policy.applies.egress);
  const opening = (protocol: keyof DnsAccess): readonly Policy[] =>
    others.filter((policy) => accesses.ofPolicy(policy)[protocol]);
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
    if (opens.has(policy) || context.budget.exhausted) return false;
    return helpers.every((helper) => {
      context.budget.spend(stepsPerPair);
      return relateSelectors(policy.subject.podSelector, helper).relation === "disjoint";
    });
  });
  return gaps.map((policy) => ({ policy, classes: ClassSet.empty }));
}
