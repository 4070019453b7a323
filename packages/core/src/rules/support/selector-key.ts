import type { Peer, Policy, PortSpec, Rule } from "../../model/policy.ts";
import type { Selector } from "../../model/selector.ts";

/** Equal for selectors with the same requirements, in whatever order they are written. */
export function selectorKey({ requirements }: Selector): string {
  if (requirements.length === 0) return "";
  const parts = requirements.map(({ key, operator, values }) => JSON.stringify([key, operator, values.toSorted()]));
  return parts.toSorted().join();
}

/** The first policy of each distinct podSelector. */
export function distinctSelectors(policies: readonly Policy[]): readonly Policy[] {
  const first = new Map<string, Policy>();
  for (const policy of policies) {
    const key = selectorKey(policy.subject.podSelector);
    if (!first.has(key)) first.set(key, policy);
  }
  return [...first.values()];
}

/** Equal for rules of one namespace that speak of the same peers, in whatever order they are written. */
export function peersKey({ peers }: Rule): string {
  return peers === "any" ? "any" : distinct(peers.map(peerKey));
}

/** Equal for rules of one namespace and direction that say the same. */
export function ruleKey(rule: Rule): string {
  const ports = rule.ports === "any" ? "any" : distinct(rule.ports.map(portKey));
  return JSON.stringify([rule.action, peersKey(rule), ports]);
}

/** Equal for peers of one namespace that are written alike. */
export function peerKey(peer: Peer): string {
  if (peer.type === "ipBlock") return JSON.stringify([peer.cidr, peer.except.toSorted()]);
  if (peer.type !== "pods")
    return JSON.stringify(peer, (key, value: unknown) => (key === "addresses" ? undefined : value));
  const { namespaceSelector, podSelector } = peer;
  return JSON.stringify([namespaceSelector && selectorKey(namespaceSelector), podSelector && selectorKey(podSelector)]);
}

/** Equal for ports that are written alike. */
export function portKey(port: PortSpec): string {
  return port.type === "named" ? `${port.protocol} ${port.name}` : `${port.protocol} ${port.from}-${port.to}`;
}

function distinct(keys: readonly string[]): string {
  return [...new Set(keys)].toSorted().join(" ");
}
