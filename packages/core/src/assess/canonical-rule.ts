import type { Direction, Peer, PortSpec, Rule } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";

/** Equal for rules of one namespace and direction that say the same, in whatever order they list peers, ports and labels. */
export function ruleKey(direction: Direction, { action, peers, ports }: Rule): string {
  const who = peers === "any" ? "any" : distinct(peers.map(peerKey));
  const where = ports === "any" ? "any" : distinct(ports.map(portKey));
  return JSON.stringify([direction, action, who, where]);
}

/** Equal for selectors with the same requirements, in whatever order they are written. */
export function selectorKey({ requirements }: Selector): string {
  return JSON.stringify(
    distinct(requirements.map(({ key, operator, values }) => JSON.stringify([key, operator, distinct(values)]))),
  );
}

function peerKey(peer: Peer): string {
  if (peer.type === "ipBlock") return JSON.stringify([peer.cidr, distinct(peer.except)]);
  if (peer.type !== "pods")
    return JSON.stringify(peer, (key, value: unknown) => (key === "addresses" ? undefined : value));
  const { namespaceSelector, podSelector } = peer;
  return JSON.stringify([
    namespaceSelector === undefined ? null : selectorKey(namespaceSelector),
    podSelector === undefined ? null : selectorKey(podSelector),
  ]);
}

function portKey(port: PortSpec): string {
  return port.type === "named"
    ? JSON.stringify([port.protocol, port.name])
    : JSON.stringify([port.protocol, port.from, port.to]);
}

function distinct(texts: readonly string[]): readonly string[] {
  return texts.length < 2 ? texts : [...new Set(texts)].toSorted();
}
