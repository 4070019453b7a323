import { groupBy } from "../../lib/group-by.ts";
import { remembered } from "../../lib/remembered.ts";
import type { Direction, PodPeer, Policy, Rule } from "../../model/policy.ts";
import type { Selector } from "../../model/selector.ts";
import { selectorKey } from "../../semantics/canonical-key.ts";
import { matchesSelector } from "../../semantics/match-selector.ts";
import { allowingRules } from "../../semantics/rules-in-force.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import type { ClassSet } from "../../reachability/class-set.ts";
import { networkPolicyTier } from "../../semantics/tiers.ts";
import { intersectSets } from "./class-sets.ts";
import { Unclear, isSpecific } from "./open-pods.ts";
import { nameOf } from "./words.ts";

/** A peer that speaks of pods on purpose: by their labels, or by their namespace's. */
export interface NamingPeer {
  readonly policy: Policy;
  /** The policy's. */
  readonly namespace: string;
  readonly rule: Rule;
  readonly peer: PodPeer;
  /** Where it comes among all of them. */
  readonly place: number;
}

/** The naming peers of all policies, found by the namespaces that they speak of. */
interface NamingPeers {
  /** Of pods of the policy's own namespace. */
  readonly own: ReadonlyMap<string, readonly NamingPeer[]>;
  readonly elsewhere: readonly { readonly selector: Selector; readonly peers: readonly NamingPeer[] }[];
}

/** The peers of the other side's policies that speak of pods of a namespace on purpose, in the order of the policies. */
export function namingOf(context: RuleContext, facts: NamespaceFacts, direction: Direction): readonly NamingPeer[] {
  const { own, elsewhere } = context.once(direction === "ingress" ? inEgress : inIngress);
  const { name, namespace, workloads } = facts;
  const found = elsewhere.flatMap(({ selector, peers }) => (matchesSelector(selector, namespace.labels) ? peers : []));
  // Labels that no pod of the input has would select nothing.
  const isUnseen = workloads.length === 0 && !namespace.declared;
  return [...(own.get(name) ?? []), ...found]
    .filter(({ peer }) => !isUnseen || (peer.podSelector?.requirements.length ?? 0) === 0)
    .toSorted((a, b) => a.place - b.place);
}

/**
 * A default deny would cut what a policy without a namespace names on purpose: at the pods themselves where its tier is
 * asked behind NetworkPolicies, at the other end whatever its tier. What of that a NetworkPolicy would have to say is not
 * worked out.
 */
export function refuseNamedByAll(
  context: RuleContext,
  facts: NamespaceFacts,
  direction: Direction,
  open: ClassSet,
): void {
  const other = direction === "ingress" ? "egress" : "ingress";
  for (const policy of context.once(ofNoNamespace)) {
    const isCut =
      (policy.tier.order > networkPolicyTier.order &&
        allowingRules(policy, direction).some((rule) => namingPeersOf(rule).length > 0) &&
        intersectSets(context.subjectsOf(policy), open).size > 0) ||
      allowingRules(policy, other).some((rule) =>
        namingPeersOf(rule).some(
          ({ namespaceSelector }) =>
            namespaceSelector !== undefined && matchesSelector(namespaceSelector, facts.namespace.labels),
        ),
      );
    if (isCut) throw new Unclear(`${nameOf(policy)} names traffic with pods of ${facts.name}, which it would cut`);
  }
}

function ofNoNamespace({ cluster }: RuleContext): readonly Policy[] {
  return cluster.policies.filter(({ namespace }) => namespace === undefined);
}

const namingPeersOf = remembered(({ peers }: Rule): readonly PodPeer[] =>
  peers === "any" ? [] : peers.filter((peer) => peer.type === "pods").filter(isNaming),
);

function inEgress(context: RuleContext): NamingPeers {
  return namingPeers(context, "egress");
}

function inIngress(context: RuleContext): NamingPeers {
  return namingPeers(context, "ingress");
}

function namingPeers({ cluster }: RuleContext, direction: Direction): NamingPeers {
  const all: NamingPeer[] = [];
  for (const policy of cluster.policies) {
    const { namespace } = policy;
    if (namespace === undefined) continue;
    for (const rule of allowingRules(policy, direction)) {
      for (const peer of namingPeersOf(rule)) all.push({ policy, namespace, rule, peer, place: all.length });
    }
  }
  const isOwn = ({ peer }: NamingPeer): boolean => peer.namespaceSelector === undefined;
  const others = groupBy(
    all.filter((each) => !isOwn(each)),
    ({ peer }) => selectorKey(peer.namespaceSelector as Selector), // it is none of the own ones
  );
  return {
    own: groupBy(all.filter(isOwn), ({ namespace }) => namespace),
    elsewhere: [...others.values()].map((peers) => ({
      selector: peers[0]?.peer.namespaceSelector as Selector, // as above
      peers,
    })),
  };
}

function isNaming({ namespaceSelector, podSelector }: PodPeer): boolean {
  return isSpecific(podSelector) || (namespaceSelector !== undefined && isSpecific(namespaceSelector));
}
