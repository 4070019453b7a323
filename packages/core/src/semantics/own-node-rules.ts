import type { NetworksPeer, Peer, Policy, Rule } from "../model/policy.ts";
import type { AddressSet } from "../sets/address-set.ts";
import { placesIn } from "../sets/reserved-places.ts";
import { changed } from "./changed.ts";

const why = "which node is the pod's own";

/**
 * Policies where what a pod's own node sends it needs a rule: one that lets in other nodes, or the own one, and not both, lets in what
 * may be either possibly. Readers write such rules as where the own node is let in anyway, and it makes no difference.
 */
export function withOwnNodeAsked(policies: readonly Policy[], nodes: AddressSet): readonly Policy[] {
  const some: NetworksPeer = { type: "networks", cidrs: ["nodes"], addresses: nodes, outside: true, onNodes: true };
  return changed(policies, (policy) => {
    if (policy.subject.nodes !== undefined) return policy;
    const ingress = policy.rules.ingress.flatMap((rule) => asked(rule, some));
    const isSame =
      ingress.length === policy.rules.ingress.length && ingress.every((rule, i) => rule === policy.rules.ingress[i]);
    return isSame ? policy : { ...policy, rules: { ...policy.rules, ingress } };
  });
}

function asked(rule: Rule, some: NetworksPeer): readonly Rule[] {
  if (rule.action !== "allow" || rule.peers === "any") return [rule];
  const remote = withPossibleNodes(rule, rule.peers);
  const places = new Set(rule.peers.flatMap((peer) => (peer.type === "networks" ? placesIn(peer.addresses) : [])));
  const [own, others] = [places.has("host"), places.has("remote-node")];
  if (own === others || rule.unknown !== undefined) return [remote];
  if (own) return [remote, onlyPossible(remote, [some], [rule.written?.peers[0]])];
  const isNodes = rule.peers.map((peer) => peer.type === "networks" && peer.onNodes === true);
  const [certain, possible] = [false, true].map((is) => ({
    peers: (remote.peers as readonly Peer[]).filter((_, i) => isNodes[i] === is), // those of `rule`, which are a list
    at: rule.written?.peers.filter((_, i) => isNodes[i] === is) ?? [],
  }));
  if (certain === undefined || possible === undefined || possible.peers.length === 0) return [remote];
  return [withParts(remote, certain.peers, certain.at), onlyPossible(remote, possible.peers, possible.at)];
}

/** Selectors of other nodes: an address of one may be that of the own. */
function withPossibleNodes(rule: Rule, peers: readonly Peer[]): Rule {
  const read = changed(peers, (peer): Peer =>
    peer.type === "nodes" && peer.remote === "pod-let-in" ? { ...peer, remote: "pod" } : peer,
  );
  return read === peers ? rule : { ...rule, peers: read };
}

function onlyPossible(
  rule: Rule,
  peers: readonly Peer[],
  at: readonly (readonly (string | number)[] | undefined)[],
): Rule {
  return { ...withParts(rule, peers, at), unknown: why };
}

function withParts(
  rule: Rule,
  peers: readonly Peer[],
  at: readonly (readonly (string | number)[] | undefined)[],
): Rule {
  const { written } = rule;
  if (written === undefined) return { ...rule, peers };
  return { ...rule, peers, written: { ...written, peers: at.map((path) => path ?? written.path) } };
}
