import type { Assumptions } from "../model/assumptions.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Peer, Policy, Rule } from "../model/policy.ts";
import { allAddresses } from "../sets/address-set.ts";
import { withStarsOf } from "./cilium-names.ts";
import { matchesDomain } from "./dns-names.ts";

/**
 * The policies of a cluster as they are for a name outside of it, whatever its addresses are: rules about names that
 * match it are about all addresses, and others about none. `unseen`: why it is not known that Cilium learns its addresses.
 */
export function underName(
  cluster: Cluster,
  name: string,
  unseen: string | undefined,
  assumptions: Pick<Assumptions, "ciliumVersion">,
): Cluster {
  // What names a pattern matches is decided here, before all else that is assumed.
  const read = (policies: readonly Policy[]): readonly Policy[] => withStarsOf(policies, assumptions).map(policyFor);
  const policyFor = (policy: Policy): Policy => {
    const egress = policy.rules.egress.flatMap((rule) => ruleFor(rule, name, unseen));
    return { ...policy, rules: { ...policy.rules, egress } };
  };
  const policies = read(cluster.policies);
  if (cluster.hostPolicies === undefined) return { ...cluster, policies };
  const hostPolicies = cluster.hostPolicies.map((host) => ({ ...host, policies: read(host.policies) }));
  return { ...cluster, policies, hostPolicies };
}

function ruleFor(rule: Rule, name: string, unseen: string | undefined): readonly Rule[] {
  if (rule.peers === "any" || !rule.peers.some(({ type }) => type === "domains")) return [rule];
  const peers = rule.peers.map((peer): Peer => {
    if (peer.type !== "domains") return peer;
    const addresses = matchesDomain(peer, name) ? allAddresses : [];
    return { type: "networks", cidrs: peer.names, addresses, outside: true };
  });
  const isLearnt = rule.peers.some((peer) => peer.type === "domains" && peer.stars !== undefined);
  return [
    isLearnt && unseen !== undefined && rule.action === "allow"
      ? { ...rule, peers, unknown: unseen }
      : { ...rule, peers },
  ];
}
