import type { Peer, Policy, Rule } from "../model/policy.ts";

/** A list with each item changed; the same list where nothing changes. */
export function changed<T>(list: readonly T[], change: (one: T) => T): readonly T[] {
  const all = list.map(change);
  return all.every((one, i) => one === list[i]) ? list : all;
}

/** The policy with other peers; itself where none is another. */
export function withPeers(policy: Policy, other: (peer: Peer) => Peer): Policy {
  const inRule = (rule: Rule): Rule => {
    if (rule.peers === "any") return rule;
    const peers = changed(rule.peers, other);
    return peers === rule.peers ? rule : { ...rule, peers };
  };
  const ingress = changed(policy.rules.ingress, inRule);
  const egress = changed(policy.rules.egress, inRule);
  const isSame = ingress === policy.rules.ingress && egress === policy.rules.egress;
  return isSame ? policy : { ...policy, rules: { ingress, egress } };
}
