import { type Direction, type PodPeer, type Policy, type Rule, directions } from "../../model/policy.ts";
import { everything } from "../../model/cluster.ts";
import { isClusterWideOfKubernetes } from "../../semantics/network-policy.ts";
import { allowingEntries, decidingRules } from "../../semantics/rules-in-force.ts";
import type { RuleContext } from "../context.ts";

/** A selector peer with where it stands. */
export interface WrittenPeer {
  readonly policy: Policy;
  readonly direction: Direction;
  readonly ruleIndex: number;
  readonly rule: Rule;
  readonly peerIndex: number;
  readonly peer: PodPeer;
}

/** All selector peers of the rules that have an effect: of NetworkPolicies, or of these policies. In ordered tiers those that deny or pass are meant as well. */
export function podPeers(
  context: RuleContext,
  policies: readonly Policy[] = context.networkPolicies,
): readonly WrittenPeer[] {
  const { ofPolicy, ofList } = context.once(knownPeers);
  let all = ofList.get(policies);
  if (all === undefined) {
    all = policies.flatMap((policy) => {
      let peers = ofPolicy.get(policy);
      if (peers === undefined) ofPolicy.set(policy, (peers = peersOf(policy)));
      return peers;
    });
    ofList.set(policies, all);
  }
  return all;
}

/** What several rules look at, made once. */
function knownPeers(): {
  readonly ofPolicy: Map<Policy, readonly WrittenPeer[]>;
  readonly ofList: Map<readonly Policy[], readonly WrittenPeer[]>;
} {
  return { ofPolicy: new Map(), ofList: new Map() };
}

function peersOf(policy: Policy): readonly WrittenPeer[] {
  const written: WrittenPeer[] = [];
  for (const direction of directions) {
    const rules = isClusterWideOfKubernetes(policy)
      ? decidingRules(policy, direction).entries()
      : allowingEntries(policy, direction);
    for (const [ruleIndex, rule] of rules) {
      if (rule.peers === "any") continue;
      rule.peers.forEach((peer, peerIndex) => {
        if (peer.type === "pods") written.push({ policy, direction, ruleIndex, rule, peerIndex, peer });
      });
    }
  }
  return written;
}

/** Whether any pod has the labels, in a namespace of the known labels, of a peer: also one on the host network, or one that is done. */
export function matchesByLabels(context: RuleContext, { peer, policy }: WrittenPeer): boolean {
  const { namespaceSelector, podSelector = everything } = peer;
  if (namespaceSelector === undefined) return context.podLabels.matchesAny(podSelector, policy.namespace);
  return context
    .namespacesMatching(namespaceSelector)
    .some(({ name }) => context.podLabels.matchesAny(podSelector, name));
}
