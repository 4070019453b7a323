import type { Peer, Policy, Rule } from "../model/policy.ts";
import { changed } from "./changed.ts";

/**
 * Policies as 1.16 has them: "only services without a label selector are allowed as targets of a toServices rule". What names
 * others is not resolved: it matches nothing, or with ports everybody on them.
 */
export function withoutPodsOfServices(policy: Policy): Policy {
  const egress = changed(policy.rules.egress, (rule) => withoutPods(rule, policy.rules.egress));
  return egress === policy.rules.egress ? policy : { ...policy, rules: { ...policy.rules, egress } };
}

function withoutPods(rule: Rule, all: readonly Rule[]): Rule {
  if (rule.peers === "any" || !rule.peers.some(isOfService)) return rule;
  const { peers, written = { path: [], peers: [], ports: [] } } = rule;
  const kept = peers.map((peer) => !isOfService(peer));
  const left = peers.filter((_, i) => kept[i]);
  const places = { ...written, peers: written.peers.filter((_, i) => kept[i]) };
  if (left.length > 0 || rule.ports === "any") return { ...rule, peers: left, written: places };
  // Another Service of the entry may have addresses: then these alone are meant.
  const other = all.find(({ unknown, written: at }) => unknown !== undefined && at?.path === written.path);
  return {
    ...rule,
    peers: "any",
    written: { ...places, unresolved: "a Service that selects pods" },
    ...(other?.unknown === undefined ? {} : { unknown: other.unknown }),
  };
}

function isOfService(peer: Peer): boolean {
  return peer.type === "pods" && peer.ofService === true;
}
