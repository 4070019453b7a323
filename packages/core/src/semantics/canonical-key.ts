import type { Peer, Policy, PortSpec, Rule } from "../model/policy.ts";
import type { Requirement, Selector } from "../model/selector.ts";

/** Equal for selectors with the same requirements, in whatever order they are written; empty for the empty selector. */
export function selectorKey({ requirements }: Selector): string {
  return requirements.length === 1
    ? requirementKey(requirements[0] as Requirement)
    : distinct(requirements.map(requirementKey)).join("\u0003");
}

/** Equal for rules of one namespace that speak of the same peers, in whatever order they are written. */
export function peersKey({ peers }: Rule): string {
  return peers === "any" ? "any" : JSON.stringify(distinct(peers.map(peerKey)));
}

/** Equal for rules of one namespace and direction that say the same. */
export function ruleKey(rule: Rule): string {
  const ports = rule.ports === "any" ? "any" : distinct(rule.ports.map(portKey)).join(" ");
  return `${rule.action} ${ports} ${peersKey(rule)} ${rule.unknown ?? ""}`;
}

/** All that a policy says about traffic, word for word. An address set follows from its `cidr` and `except`. */
export function policyKey({ ref, name, namespace, tier, priority, subject, applies, isolates, rules }: Policy): string {
  const said = { kind: ref.kind, name, namespace, tier, priority, subject, applies, isolates, rules };
  return JSON.stringify(said, (key, value: unknown) => (key === "addresses" ? undefined : value));
}

function requirementKey({ key, operator, values }: Requirement): string {
  const listed = values.length > 1 ? distinct(values).join("\u0002") : (values[0] ?? "");
  return `${key}\u0001${operator}\u0001${listed}`;
}

/** Equal for peers of one namespace that are written alike. */
export function peerKey(peer: Peer): string {
  if (peer.type === "ipBlock") return JSON.stringify([peer.cidr, ...distinct(peer.except)]);
  if (peer.type !== "pods")
    return JSON.stringify(peer, (key, value: unknown) => (key === "addresses" ? undefined : value));
  const { namespaceSelector, podSelector } = peer;
  return JSON.stringify([namespaceSelector && selectorKey(namespaceSelector), podSelector && selectorKey(podSelector)]);
}

/** Equal for ports that are written alike. */
export function portKey(port: PortSpec): string {
  return port.type === "named" ? `${port.protocol}:${port.name}` : `${port.protocol} ${port.from}-${port.to}`;
}

function distinct(texts: readonly string[]): readonly string[] {
  return texts.length < 2 ? texts : [...new Set(texts)].toSorted();
}

/** An object as a key: two references to one object have the same. */
export function refKey({ apiVersion, kind, namespace = "", name }: Policy["ref"]): string {
  return `${apiVersion} ${kind} ${namespace}/${name}`;
}
